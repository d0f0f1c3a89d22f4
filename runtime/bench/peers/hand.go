package peers

import (
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	noex "github.com/noexgen/noexgen/runtime"
)

// hand is what a competent programmer writes for this definition: a lock, a
// map of the records, and an index map of keys for each thing looked up.
type hand struct {
	mu    sync.RWMutex
	users map[string]*User
	email map[string]string
	role  map[Role]map[string]struct{}
	city  map[string]map[string]struct{}
	score *ranking
}

func openHand() (Peer, error) { return newHand(nil), nil }

func openHandRanked() (Ranked, error) { return newHand(newRanking()), nil }

func newHand(score *ranking) *hand {
	return &hand{
		users: map[string]*User{},
		email: map[string]string{},
		role:  map[Role]map[string]struct{}{},
		city:  map[string]map[string]struct{}{},
		score: score,
	}
}

// newUser returns the record that an input makes.
func newUser(in *Input) (*User, error) {
	u := &User{
		ID: uuid.NewString(), Name: in.Name, Email: in.Email, Role: in.Role, City: in.City,
		Age: in.Age, Score: in.Score, Active: in.Active,
	}
	u.Version = 1
	u.CreatedAt = noex.Millis(time.Now().UnixMilli())
	u.UpdatedAt = u.CreatedAt
	return u, validate(u)
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

func (h *hand) Insert(in Input) (string, error) {
	u, err := newUser(&in)
	if err != nil {
		return "", err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, taken := h.email[u.Email]; taken {
		return "", ErrDuplicate
	}
	h.add(u)
	return u.ID, nil
}

func (h *hand) InsertMany(ins []Input) ([]string, error) {
	users := make([]*User, len(ins))
	for i := range ins {
		u, err := newUser(&ins[i])
		if err != nil {
			return nil, err
		}
		users[i] = u
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	ids := make([]string, len(users))
	for i, u := range users {
		if _, taken := h.email[u.Email]; taken {
			for _, added := range users[:i] {
				h.remove(added)
			}
			return nil, ErrDuplicate
		}
		h.add(u)
		ids[i] = u.ID
	}
	return ids, nil
}

func (h *hand) add(u *User) {
	h.users[u.ID] = u
	h.email[u.Email] = u.ID
	insertKey(h.role, u.Role, u.ID)
	insertKey(h.city, u.City, u.ID)
	h.score.add(u)
}

func (h *hand) remove(u *User) {
	delete(h.users, u.ID)
	delete(h.email, u.Email)
	removeKey(h.role, u.Role, u.ID)
	removeKey(h.city, u.City, u.ID)
	h.score.remove(u)
}

func insertKey[V comparable](index map[V]map[string]struct{}, v V, id string) {
	keys := index[v]
	if keys == nil {
		keys = map[string]struct{}{}
		index[v] = keys
	}
	keys[id] = struct{}{}
}

func removeKey[V comparable](index map[V]map[string]struct{}, v V, id string) {
	delete(index[v], id)
	if len(index[v]) == 0 {
		delete(index, v)
	}
}

func (h *hand) Get(id string) (User, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if u := h.users[id]; u != nil {
		return *u, true
	}
	return User{}, false
}

func (h *hand) ByEmail(email string) (User, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if id, ok := h.email[email]; ok {
		return *h.users[id], true
	}
	return User{}, false
}

func (h *hand) ByCity(city string) []User {
	h.mu.RLock()
	defer h.mu.RUnlock()
	keys := h.city[city]
	list := make([]User, 0, len(keys))
	for id := range keys {
		list = append(list, *h.users[id])
	}
	return list
}

func (h *hand) SumAges(city string) int64 {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var sum int64
	for id := range h.city[city] {
		sum += h.users[id].Age
	}
	return sum
}

func (h *hand) CountRole(role Role) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.role[role])
}

func (h *hand) CountAge(age int64) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	n := 0
	for _, u := range h.users {
		if u.Age == age {
			n++
		}
	}
	return n
}

func (h *hand) SetAge(id string, age int64) error {
	return h.update(id, func(u *User) { u.Age = age })
}

func (h *hand) SetRole(id string, role Role) error {
	return h.update(id, func(u *User) { u.Role = role })
}

func (h *hand) update(id string, edit func(*User)) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	u := h.users[id]
	if u == nil {
		return ErrNotFound
	}
	old := *u
	edit(u)
	u.Version++
	u.UpdatedAt = noex.Millis(time.Now().UnixMilli())
	err := validate(u)
	if u.Email != old.Email && err == nil {
		if _, taken := h.email[u.Email]; taken {
			err = ErrDuplicate
		}
	}
	if err != nil {
		*u = old
		return err
	}
	h.reindex(u, &old)
	return nil
}

func (h *hand) reindex(u, old *User) {
	if u.Email != old.Email {
		delete(h.email, old.Email)
		h.email[u.Email] = u.ID
	}
	if u.Role != old.Role {
		removeKey(h.role, old.Role, u.ID)
		insertKey(h.role, u.Role, u.ID)
	}
	if u.City != old.City {
		removeKey(h.city, old.City, u.ID)
		insertKey(h.city, u.City, u.ID)
	}
	if u.Score != old.Score {
		h.score.remove(old)
		h.score.add(u)
	}
}

func (h *hand) Delete(id string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	u := h.users[id]
	if u == nil {
		return ErrNotFound
	}
	h.remove(u)
	return nil
}

func (h *hand) Range(from, to int64) (int, int64) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return summed(h.score.between(from, to))
}

func (h *hand) Top(n int) (int, int64) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return summed(h.score.top(n))
}

func (h *hand) Len() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.users)
}

func (h *hand) Close() error { return nil }
