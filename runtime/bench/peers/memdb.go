package peers

import (
	"cmp"
	"encoding/binary"
	"math"

	"github.com/hashicorp/go-memdb"
)

// memDB is hashicorp/go-memdb: immutable radix trees of pointers. Its indexers
// that use reflection are replaced by functions.
type memDB struct {
	transacted
	db *memdb.MemDB
}

func openMemDB() (Peer, error) { return newMemDB(false) }

func openMemDBRanked() (Ranked, error) { return newMemDB(true) }

func newMemDB(ranked bool) (*memDB, error) {
	indexes := map[string]*memdb.IndexSchema{
		"id":    {Name: "id", Unique: true, Indexer: memText(func(u *User) string { return u.ID })},
		"email": {Name: "email", Unique: true, Indexer: memText(func(u *User) string { return u.Email })},
		"role":  {Name: "role", Indexer: memText(func(u *User) string { return string(u.Role) })},
		"city":  {Name: "city", Indexer: memText(func(u *User) string { return u.City })},
	}
	if ranked {
		indexes["score"] = &memdb.IndexSchema{Name: "score", Indexer: memScore{}}
	}
	db, err := memdb.NewMemDB(&memdb.DBSchema{Tables: map[string]*memdb.TableSchema{
		"users":    {Name: "users", Indexes: indexes},
		"accounts": {Name: "accounts", Indexes: map[string]*memdb.IndexSchema{"id": {Name: "id", Unique: true, Indexer: memOwner{}}}},
	}})
	begin := func(write bool) session { return memTxn{db.Txn(write)} }
	return &memDB{transacted{begin, nothingToClose}, db}, err
}

// memText indexes a text of a user.
type memText func(*User) string

func (f memText) FromObject(obj any) (bool, []byte, error) {
	return true, terminated(f(obj.(*User))), nil
}

func (f memText) FromArgs(args ...any) ([]byte, error) { return terminated(args[0].(string)), nil }

// terminated is a text with the end that keeps one key from being the prefix of
// another.
func terminated(s string) []byte { return append(append(make([]byte, 0, len(s)+1), s...), 0) }

// memScore indexes the score of a user.
type memScore struct{}

func (memScore) FromObject(obj any) (bool, []byte, error) {
	return true, bigEndian(obj.(*User).Score), nil
}

func (memScore) FromArgs(args ...any) ([]byte, error) { return bigEndian(args[0].(int64)), nil }

func bigEndian(v int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(v)) }

// memOwner indexes the owner of an account.
type memOwner struct{}

func (memOwner) FromObject(obj any) (bool, []byte, error) {
	return true, terminated(obj.(*Account).Owner), nil
}

func (memOwner) FromArgs(args ...any) ([]byte, error) { return terminated(args[0].(string)), nil }

// memTxn reads and writes in a transaction.
type memTxn struct{ *memdb.Txn }

func (t memTxn) find(index, value string) (*User, bool) {
	u, err := t.First("users", index, value)
	if err != nil || u == nil {
		return nil, false
	}
	return u.(*User), true
}

func (t memTxn) each(index string, args []any, visit func(*User) bool) {
	found, err := t.Txn.Get("users", index, args...)
	must(err)
	for u := found.Next(); u != nil; u = found.Next() {
		if !visit(u.(*User)) {
			return
		}
	}
}

func (t memTxn) Get(id string) (User, bool) { return value(t.find("id", id)) }

func (t memTxn) ByEmail(email string) (User, bool) { return value(t.find("email", email)) }

func (t memTxn) AgeOf(id string) (int64, bool) {
	u, ok := t.Get(id)
	return u.Age, ok
}

func (t memTxn) AgeByEmail(email string) (int64, bool) {
	u, ok := t.ByEmail(email)
	return u.Age, ok
}

func (t memTxn) ByCity(city string) []User {
	var list []User
	t.each("city", []any{city}, func(u *User) bool {
		list = append(list, *u)
		return true
	})
	return list
}

func (t memTxn) SumAges(city string) int64 {
	var sum int64
	t.each("city", []any{city}, func(u *User) bool {
		sum += u.Age
		return true
	})
	return sum
}

func (t memTxn) CountRole(role Role) int {
	n := 0
	t.each("role", []any{string(role)}, func(*User) bool {
		n++
		return true
	})
	return n
}

func (t memTxn) CountAge(age int64) int {
	n := 0
	t.each("id", nil, func(u *User) bool {
		if u.Age == age {
			n++
		}
		return true
	})
	return n
}

func (t memTxn) Insert(in Input) (string, error) {
	u, err := newUser(&in)
	if err != nil {
		return "", err
	}
	if _, taken := t.find("email", u.Email); taken { // it does not look itself
		return "", ErrDuplicate
	}
	return u.ID, t.Txn.Insert("users", u)
}

func (t memTxn) SetAge(id string, age int64) error {
	return t.update(id, func(u *User) { u.Age = age })
}

func (t memTxn) SetRole(id string, role Role) error {
	return t.update(id, func(u *User) { u.Role = role })
}

func (t memTxn) update(id string, edit func(*User)) error {
	u, ok := t.find("id", id)
	if !ok {
		return ErrNotFound
	}
	next, err := changed(u, edit)
	if err != nil {
		return err
	}
	return t.Txn.Insert("users", next)
}

func (t memTxn) Delete(id string) error {
	u, ok := t.find("id", id)
	if !ok {
		return ErrNotFound
	}
	return t.Txn.Delete("users", u)
}

func (t memTxn) Len() int {
	n := 0
	t.each("id", nil, func(*User) bool {
		n++
		return true
	})
	return n
}

func (t memTxn) end(err error) error {
	if err != nil {
		t.Abort()
		return err
	}
	t.Commit()
	return nil
}

// OpenAccounts inserts into the second table.
func (m *memDB) OpenAccounts(owners []string) error {
	t := memTxn{m.db.Txn(true)}
	for _, owner := range owners {
		if err := t.Txn.Insert("accounts", &Account{Owner: owner}); err != nil {
			return t.end(err)
		}
	}
	return t.end(nil)
}

// Pay changes a record of each table.
func (m *memDB) Pay(owner string, amount int64) error {
	t := memTxn{m.db.Txn(true)}
	a, err := t.First("accounts", "id", owner)
	if err != nil || a == nil {
		return t.end(cmp.Or(err, ErrNotFound))
	}
	next := *a.(*Account)
	next.Balance += amount
	if err := t.Txn.Insert("accounts", &next); err != nil {
		return t.end(err)
	}
	return t.end(t.update(owner, func(u *User) { u.Score += amount }))
}

// Range walks the index on the score from a lower bound.
func (m *memDB) Range(from, to int64) (int, int64) {
	var list []User
	found, err := m.db.Txn(false).LowerBound("users", "score", from)
	must(err)
	for u := found.Next(); u != nil && u.(*User).Score <= to; u = found.Next() {
		list = append(list, *u.(*User))
	}
	return summed(list)
}

// Top walks it backwards.
func (m *memDB) Top(n int) (int, int64) {
	list := make([]User, 0, n)
	found, err := m.db.Txn(false).ReverseLowerBound("users", "score", int64(math.MaxInt64))
	must(err)
	for u := found.Next(); u != nil && len(list) < n; u = found.Next() {
		list = append(list, *u.(*User))
	}
	return summed(list)
}
