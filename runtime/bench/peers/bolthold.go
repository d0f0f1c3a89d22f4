package peers

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/timshannon/bolthold"
	"go.etcd.io/bbolt"
)

// boltHold is timshannon/bolthold on a file that is never synced, since bbolt
// cannot do without one. The list of keys of an index value is one value of
// bbolt, written anew with each insert, so that growth costs by its square.
type boltHold struct {
	transacted
	store *bolthold.Store
}

// boltUser is a user with its indexes.
type boltUser User

// Type is the name of the bucket.
func (*boltUser) Type() string { return "users" }

// Indexes are those of the definition.
func (*boltUser) Indexes() map[string]bolthold.Index {
	return map[string]bolthold.Index{
		"Email": {IndexFunc: boltIndex(func(u *boltUser) any { return u.Email }), Unique: true},
		"Role":  {IndexFunc: boltIndex(func(u *boltUser) any { return u.Role })},
		"City":  {IndexFunc: boltIndex(func(u *boltUser) any { return u.City })},
	}
}

// SliceIndexes are none.
func (*boltUser) SliceIndexes() map[string]bolthold.SliceIndex { return nil }

func boltIndex(get func(*boltUser) any) func(string, any) ([]byte, error) {
	return func(_ string, v any) ([]byte, error) {
		switch u := v.(type) {
		case *boltUser:
			return bolthold.DefaultEncode(get(u))
		case boltUser:
			return bolthold.DefaultEncode(get(&u))
		}
		return nil, errors.New("not a user")
	}
}

func openBoltHold() (Peer, error) {
	dir, err := os.MkdirTemp("", "bolthold")
	if err != nil {
		return nil, err
	}
	store, err := bolthold.Open(filepath.Join(dir, "users.db"), 0o600, &bolthold.Options{Options: &bbolt.Options{NoSync: true}})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	b := &boltHold{store: store}
	b.transacted = transacted{
		begin: func(write bool) session { return b.txn(write) },
		close: func() error { return errors.Join(store.Close(), os.RemoveAll(dir)) },
	}
	return b, nil
}

func (b *boltHold) txn(write bool) boltTxn {
	tx, err := b.store.Bolt().Begin(write)
	must(err)
	return boltTxn{b.store, tx}
}

// boltTxn reads and writes in a transaction.
type boltTxn struct {
	store *bolthold.Store
	tx    *bbolt.Tx
}

func (t boltTxn) end(err error) error {
	if !t.tx.Writable() || err != nil {
		must(t.tx.Rollback())
		return err
	}
	return t.tx.Commit()
}

func (t boltTxn) Get(id string) (User, bool) {
	var u boltUser
	err := t.store.TxGet(t.tx, id, &u)
	return User(u), err == nil
}

func (t boltTxn) ByEmail(email string) (User, bool) {
	var u boltUser
	err := t.store.TxFindOne(t.tx, &u, bolthold.Where("Email").Eq(email).Index("Email"))
	return User(u), err == nil
}

func (t boltTxn) AgeOf(id string) (int64, bool) {
	u, ok := t.Get(id)
	return u.Age, ok
}

func (t boltTxn) AgeByEmail(email string) (int64, bool) {
	u, ok := t.ByEmail(email)
	return u.Age, ok
}

func (t boltTxn) ByCity(city string) []User {
	var found []boltUser
	must(t.store.TxFind(t.tx, &found, bolthold.Where("City").Eq(city).Index("City")))
	list := make([]User, len(found))
	for i := range found {
		list[i] = User(found[i])
	}
	return list
}

func (t boltTxn) SumAges(city string) (sum int64) {
	must(t.store.TxForEach(t.tx, bolthold.Where("City").Eq(city).Index("City"), func(u *boltUser) error {
		sum += u.Age
		return nil
	}))
	return sum
}

func (t boltTxn) CountRole(role Role) int {
	return t.count(bolthold.Where("Role").Eq(role).Index("Role"))
}

func (t boltTxn) CountAge(age int64) int { return t.count(bolthold.Where("Age").Eq(age)) }

func (t boltTxn) Len() int { return t.count(nil) }

func (t boltTxn) count(q *bolthold.Query) int {
	n, err := t.store.TxCount(t.tx, &boltUser{}, q)
	must(err)
	return n
}

func (t boltTxn) Insert(in Input) (string, error) {
	u, err := newUser(&in)
	if err != nil {
		return "", err
	}
	err = t.store.TxInsert(t.tx, u.ID, (*boltUser)(u))
	if errors.Is(err, bolthold.ErrUniqueExists) {
		err = ErrDuplicate
	}
	return u.ID, err
}

func (t boltTxn) SetAge(id string, age int64) error {
	return t.update(id, func(u *User) { u.Age = age })
}

func (t boltTxn) SetRole(id string, role Role) error {
	return t.update(id, func(u *User) { u.Role = role })
}

func (t boltTxn) update(id string, edit func(*User)) error {
	u, ok := t.Get(id)
	if !ok {
		return ErrNotFound
	}
	next, err := changed(&u, edit)
	if err != nil {
		return err
	}
	return t.store.TxUpdate(t.tx, id, (*boltUser)(next))
}

func (t boltTxn) Delete(id string) error { return t.store.TxDelete(t.tx, id, &boltUser{}) }

// boltAccount is an account with no index.
type boltAccount struct {
	Owner   string
	Balance int64
}

// OpenAccounts inserts into the second bucket.
func (b *boltHold) OpenAccounts(owners []string) error {
	t := b.txn(true)
	for _, owner := range owners {
		if err := t.store.TxInsert(t.tx, owner, &boltAccount{Owner: owner}); err != nil {
			return t.end(err)
		}
	}
	return t.end(nil)
}

// Pay changes a record of each bucket.
func (b *boltHold) Pay(owner string, amount int64) error {
	t := b.txn(true)
	var a boltAccount
	if err := t.store.TxGet(t.tx, owner, &a); err != nil {
		return t.end(err)
	}
	a.Balance += amount
	if err := t.store.TxUpdate(t.tx, owner, &a); err != nil {
		return t.end(err)
	}
	return t.end(t.update(owner, func(u *User) { u.Score += amount }))
}

// OutsideBytes is the size of the file.
func (b *boltHold) OutsideBytes() (size int64) {
	must(b.store.Bolt().View(func(tx *bbolt.Tx) error {
		size = tx.Size()
		return nil
	}))
	return size
}
