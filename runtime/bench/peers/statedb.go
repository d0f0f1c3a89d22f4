package peers

import (
	"github.com/cilium/statedb"
	"github.com/cilium/statedb/index"
)

// stateDB is cilium/statedb: immutable radix trees of pointers, with generics.
type stateDB struct {
	transacted
	db       *statedb.DB
	users    statedb.RWTable[*User]
	accounts statedb.RWTable[*Account]
}

var (
	stateID    = stateText("id", true, func(u *User) string { return u.ID })
	stateEmail = stateText("email", true, func(u *User) string { return u.Email })
	stateRole  = stateText("role", false, func(u *User) string { return string(u.Role) })
	stateCity  = stateText("city", false, func(u *User) string { return u.City })
	stateScore = statedb.Index[*User, int64]{
		Name:       "score",
		FromObject: func(u *User) index.KeySet { return index.NewKeySet(index.Int64(u.Score)) },
		FromKey:    index.Int64,
	}
	stateOwner = statedb.Index[*Account, string]{
		Name:       "owner",
		FromObject: func(a *Account) index.KeySet { return index.NewKeySet(index.String(a.Owner)) },
		FromKey:    index.String,
		Unique:     true,
	}
)

func stateText(name string, unique bool, get func(*User) string) statedb.Index[*User, string] {
	return statedb.Index[*User, string]{
		Name:       name,
		FromObject: func(u *User) index.KeySet { return index.NewKeySet(index.String(get(u))) },
		FromKey:    index.String,
		Unique:     unique,
	}
}

func openStateDB() (Peer, error) { return newStateDB() }

func openStateDBRanked() (Ranked, error) { return newStateDB(stateScore) }

func newStateDB(more ...statedb.Indexer[*User]) (*stateDB, error) {
	db := statedb.New()
	users, err := statedb.NewTableAny(db, "users", func() []string { return nil }, func(*User) []string { return nil },
		stateID, append(more, stateEmail, stateRole, stateCity)...)
	if err != nil {
		return nil, err
	}
	accounts, err := statedb.NewTableAny(db, "accounts", func() []string { return nil }, func(*Account) []string { return nil },
		stateOwner)
	if err != nil {
		return nil, err
	}
	s := &stateDB{db: db, users: users, accounts: accounts}
	s.transacted = transacted{s.begin, nothingToClose}
	return s, nil
}

func (s *stateDB) begin(write bool) session {
	if write {
		txn := s.db.WriteTxn(s.users)
		return stateTxn{s.users, txn, txn}
	}
	return stateTxn{s.users, s.db.ReadTxn(), nil}
}

// stateTxn reads and, if write is not nil, writes in a transaction.
type stateTxn struct {
	users statedb.RWTable[*User]
	read  statedb.ReadTxn
	write statedb.WriteTxn
}

func (t stateTxn) find(q statedb.Query[*User]) (*User, bool) {
	u, _, ok := t.users.Get(t.read, q)
	return u, ok
}

func (t stateTxn) Get(id string) (User, bool) { return value(t.find(stateID.Query(id))) }

func (t stateTxn) ByEmail(email string) (User, bool) { return value(t.find(stateEmail.Query(email))) }

func (t stateTxn) AgeOf(id string) (int64, bool) {
	u, ok := t.Get(id)
	return u.Age, ok
}

func (t stateTxn) AgeByEmail(email string) (int64, bool) {
	u, ok := t.ByEmail(email)
	return u.Age, ok
}

func (t stateTxn) ByCity(city string) []User {
	var list []User
	for u := range t.users.List(t.read, stateCity.Query(city)) {
		list = append(list, *u)
	}
	return list
}

func (t stateTxn) SumAges(city string) int64 {
	var sum int64
	for u := range t.users.List(t.read, stateCity.Query(city)) {
		sum += u.Age
	}
	return sum
}

func (t stateTxn) CountRole(role Role) int {
	n := 0
	for range t.users.List(t.read, stateRole.Query(string(role))) {
		n++
	}
	return n
}

func (t stateTxn) CountAge(age int64) int {
	n := 0
	for u := range t.users.All(t.read) {
		if u.Age == age {
			n++
		}
	}
	return n
}

func (t stateTxn) Len() int { return t.users.NumObjects(t.read) }

func (t stateTxn) Insert(in Input) (string, error) {
	u, err := newUser(&in)
	if err != nil {
		return "", err
	}
	if _, taken := t.find(stateEmail.Query(u.Email)); taken { // it does not look itself
		return "", ErrDuplicate
	}
	_, _, err = t.users.Insert(t.write, u)
	return u.ID, err
}

func (t stateTxn) SetAge(id string, age int64) error {
	return t.update(id, func(u *User) { u.Age = age })
}

func (t stateTxn) SetRole(id string, role Role) error {
	return t.update(id, func(u *User) { u.Role = role })
}

func (t stateTxn) update(id string, edit func(*User)) error {
	u, ok := t.find(stateID.Query(id))
	if !ok {
		return ErrNotFound
	}
	next, err := changed(u, edit)
	if err != nil {
		return err
	}
	_, _, err = t.users.Insert(t.write, next)
	return err
}

func (t stateTxn) Delete(id string) error {
	_, had, err := t.users.Delete(t.write, &User{ID: id})
	if err == nil && !had {
		err = ErrNotFound
	}
	return err
}

func (t stateTxn) end(err error) error {
	switch {
	case t.write == nil:
	case err != nil:
		t.write.Abort()
	default:
		t.write.Commit()
	}
	return err
}

// OpenAccounts inserts into the second table.
func (s *stateDB) OpenAccounts(owners []string) error {
	txn := s.db.WriteTxn(s.accounts)
	defer txn.Abort()
	for _, owner := range owners {
		if _, _, err := s.accounts.Insert(txn, &Account{Owner: owner}); err != nil {
			return err
		}
	}
	txn.Commit()
	return nil
}

// Pay changes a record of each table.
func (s *stateDB) Pay(owner string, amount int64) error {
	txn := s.db.WriteTxn(s.users, s.accounts)
	defer txn.Abort()
	a, _, ok := s.accounts.Get(txn, stateOwner.Query(owner))
	if !ok {
		return ErrNotFound
	}
	next := *a
	next.Balance += amount
	if _, _, err := s.accounts.Insert(txn, &next); err != nil {
		return err
	}
	t := stateTxn{s.users, txn, txn}
	return t.end(t.update(owner, func(u *User) { u.Score += amount }))
}

// Range walks the index on the score from a lower bound.
func (s *stateDB) Range(from, to int64) (int, int64) {
	var list []User
	for u := range s.users.LowerBound(s.db.ReadTxn(), stateScore.Query(from)) {
		if u.Score > to {
			break
		}
		list = append(list, *u)
	}
	return summed(list)
}
