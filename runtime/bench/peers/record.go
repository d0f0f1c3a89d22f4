package peers

import (
	"strings"
	"time"

	"github.com/google/uuid"

	noex "github.com/noexgen/noexgen/runtime"
)

// newUser returns the record that an input makes, with the checks that the
// definition asks for. All peers but the generated store use it.
func newUser(in *Input) (*User, error) {
	u := &User{
		ID: uuid.NewString(), Name: in.Name, Email: in.Email, Role: in.Role, City: in.City,
		Age: in.Age, Score: in.Score, Active: in.Active,
	}
	u.Version = 1
	u.CreatedAt = noex.Millis(now())
	u.UpdatedAt = u.CreatedAt
	return u, validate(u)
}

// Make makes a record of an input, as all peers but the generated store do.
func Make(in *Input) (*User, error) { return newUser(in) }

// now is the time in Unix milliseconds.
func now() int64 { return time.Now().UnixMilli() }

// must ends a program that cannot go on as it was meant to.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func newUsers(ins []Input) ([]*User, error) {
	users := make([]*User, len(ins))
	for i := range ins {
		u, err := newUser(&ins[i])
		if err != nil {
			return nil, err
		}
		users[i] = u
	}
	return users, nil
}

func validate(u *User) error {
	if u.ID == "" || u.Name == "" || u.City == "" || !validEmail(u.Email) || !u.Role.Valid() {
		return ErrInvalid
	}
	if u.Age < 0 || u.Age > 150 || u.Score < 0 {
		return ErrInvalid
	}
	return nil
}

func validEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	dot := strings.LastIndexByte(s, '.')
	return at > 0 && dot > at+1 && dot < len(s)-1 && !strings.ContainsAny(s, " \t\r\n")
}

// changed returns a copy of a record with a change, where records that are
// stored must not be touched.
func changed(u *User, edit func(*User)) (*User, error) {
	next := *u
	edit(&next)
	next.Version++
	next.UpdatedAt = noex.Millis(now())
	return &next, validate(&next)
}

// value copies a record that must not be touched.
func value(u *User, ok bool) (User, bool) {
	if !ok {
		return User{}, false
	}
	return *u, true
}

// countAge looks at all records of a map.
func countAge(users map[string]*User, age int64) int {
	n := 0
	for _, u := range users {
		if u.Age == age {
			n++
		}
	}
	return n
}

// summed is the answer of a Ranked that has its records in a list.
func summed(list []User) (int, int64) {
	var sum int64
	for i := range list {
		sum += list[i].Score
	}
	return len(list), sum
}

// insertAll inserts a list of inputs through a writer.
func insertAll(w interface{ Insert(Input) (string, error) }, ins []Input) ([]string, error) {
	ids := make([]string, len(ins))
	for i := range ins {
		id, err := w.Insert(ins[i])
		if err != nil {
			return nil, err
		}
		ids[i] = id
	}
	return ids, nil
}
