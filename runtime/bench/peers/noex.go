package peers

import (
	"context"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/bench/store"
)

// Noex is the generated store.
type Noex struct {
	Store *store.Store
	noexUsers
	updates []noex.Update[string, store.UserPatch] // room that is used again
}

func openNoex() (Peer, error) { return OpenNoex(noex.Config{}) }

// OpenNoex opens the generated store.
func OpenNoex(cfg noex.Config) (*Noex, error) {
	s, err := store.Open(context.Background(), cfg)
	if err != nil {
		return nil, err
	}
	return &Noex{Store: s, noexUsers: noexUsers{&s.Users.UserTx}}, nil
}

// InsertMany is one commit.
func (p *Noex) InsertMany(ins []Input) ([]string, error) { return p.insertMany(ins) }

// SetAges is one commit.
func (p *Noex) SetAges(ids []string, ages []int64) error {
	return p.update(ids, func(i int, patch *store.UserPatch) { patch.Age = noex.Some(ages[i]) })
}

// SetRoles is one commit.
func (p *Noex) SetRoles(ids []string, roles []Role) error {
	return p.update(ids, func(i int, patch *store.UserPatch) { patch.Role = noex.Some(roles[i]) })
}

func (p *Noex) update(ids []string, set func(i int, patch *store.UserPatch)) error {
	p.updates = p.updates[:0]
	for i, id := range ids {
		p.updates = append(p.updates, noex.Update[string, store.UserPatch]{Key: id})
		set(i, &p.updates[i].Patch)
	}
	return p.users.UpdateMany(p.updates)
}

// DeleteAll is one commit.
func (p *Noex) DeleteAll(ids []string) error {
	_, err := p.users.DeleteMany(ids)
	return err
}

// Batch is one transaction.
func (p *Noex) Batch(fn func(Writer) error) error {
	return p.Store.Tx(func(tx *store.Tx) error { return fn(noexUsers{tx.Users}) })
}

// View reads at one revision.
func (p *Noex) View(fn func(Reader)) error {
	return p.Store.View(func(v *store.View) error {
		fn(noexView{v.Users})
		return nil
	})
}

// OpenAccounts inserts into the second bucket.
func (p *Noex) OpenAccounts(owners []string) error {
	ins := make([]store.AccountInput, len(owners))
	for i, owner := range owners {
		ins[i].Owner = owner
	}
	_, err := p.Store.Accounts.InsertMany(ins)
	return err
}

// Pay changes a record of each bucket.
func (p *Noex) Pay(owner string, amount int64) error {
	return p.Store.Tx(func(tx *store.Tx) error {
		a, ok := tx.Accounts.Get(owner)
		if !ok {
			return ErrNotFound
		}
		u, ok := tx.Users.Get(owner)
		if !ok {
			return ErrNotFound
		}
		if _, err := tx.Accounts.Update(owner, store.AccountPatch{Balance: noex.Some(a.Balance + amount)}); err != nil {
			return err
		}
		_, err := tx.Users.Update(owner, store.UserPatch{Score: noex.Some(u.Score + amount)})
		return err
	}, noex.Retry(3))
}

// Close closes the store.
func (p *Noex) Close() error { return p.Store.Close() }

// noexView reads the bucket users of a store, a view or a transaction.
type noexView struct{ *store.UserView }

func (v noexView) AgeOf(id string) (int64, bool) {
	u, ok := v.Get(id)
	return u.Age, ok
}

func (v noexView) AgeByEmail(email string) (int64, bool) {
	u, ok := v.ByEmail(email)
	return u.Age, ok
}

func (v noexView) CountRole(role Role) int { return v.CountByRole(role) }

func (v noexView) CountAge(age int64) int { return v.Where(store.UserFields.Age.Eq(age)).Count() }

func (v noexView) SumAges(city string) int64 {
	var sum int64
	for u := range v.Where(store.UserFields.City.Eq(city)).Iter() {
		sum += u.Age
	}
	return sum
}

// noexUsers is the bucket users of a store or of a transaction.
type noexUsers struct{ users *store.UserTx }

func (p noexUsers) Get(id string) (User, bool)        { return p.users.Get(id) }
func (p noexUsers) ByEmail(email string) (User, bool) { return p.users.ByEmail(email) }

func (p noexUsers) AgeOf(id string) (int64, bool) {
	u, ok := p.users.Get(id)
	return u.Age, ok
}

func (p noexUsers) AgeByEmail(email string) (int64, bool) {
	u, ok := p.users.ByEmail(email)
	return u.Age, ok
}

func (p noexUsers) ByCity(city string) []User { return p.users.ByCity(city) }
func (p noexUsers) CountRole(role Role) int   { return noexView{&p.users.UserView}.CountRole(role) }
func (p noexUsers) CountAge(age int64) int    { return noexView{&p.users.UserView}.CountAge(age) }
func (p noexUsers) SumAges(city string) int64 { return noexView{&p.users.UserView}.SumAges(city) }
func (p noexUsers) Len() int                  { return p.users.Len() }

func (p noexUsers) Insert(in Input) (string, error) {
	u, err := p.users.Insert(in)
	return u.ID, err
}

func (p noexUsers) insertMany(ins []Input) ([]string, error) {
	users, err := p.users.InsertMany(ins)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(users))
	for i := range users {
		ids[i] = users[i].ID
	}
	return ids, nil
}

func (p noexUsers) SetAge(id string, age int64) error {
	_, err := p.users.Update(id, store.UserPatch{Age: noex.Some(age)})
	return err
}

func (p noexUsers) SetRole(id string, role Role) error {
	_, err := p.users.Update(id, store.UserPatch{Role: noex.Some(role)})
	return err
}

func (p noexUsers) Delete(id string) error {
	_, err := p.users.Delete(id)
	return err
}
