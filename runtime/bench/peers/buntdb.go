package peers

import (
	"encoding/json"
	"strconv"

	"github.com/tidwall/buntdb"
)

// buntDB is tidwall/buntdb in memory: B-trees of JSON texts, written and read
// by the generated code. It has no unique index, so each e-mail is a key of its
// own that holds an id.
type buntDB struct {
	transacted
	db *buntdb.DB
}

const (
	buntUsers    = "user:"
	buntEmails   = "email:"
	buntAccounts = "account:"
)

func openBuntDB() (Peer, error) { return newBuntDB("role", "city") }

func openBuntDBRanked() (Ranked, error) { return newBuntDB("role", "city", "score") }

func newBuntDB(indexes ...string) (*buntDB, error) {
	db, err := buntdb.Open(":memory:")
	if err != nil {
		return nil, err
	}
	for _, name := range indexes {
		if err := db.CreateIndex(name, buntUsers+"*", buntdb.IndexJSON(name)); err != nil {
			return nil, err
		}
	}
	b := &buntDB{db: db}
	b.transacted = transacted{func(write bool) session { return b.txn(write) }, db.Close}
	return b, nil
}

func (b *buntDB) txn(write bool) buntTxn {
	tx, err := b.db.Begin(write)
	must(err)
	return buntTxn{tx, write}
}

// buntTxn reads and writes in a transaction.
type buntTxn struct {
	*buntdb.Tx
	write bool
}

func (t buntTxn) end(err error) error {
	if !t.write || err != nil {
		must(t.Rollback())
		return err
	}
	return t.Commit()
}

func decoded(text string) (u User) {
	must(u.UnmarshalJSON([]byte(text)))
	return u
}

// member is an object with one member, which an index compares with.
func member(name string, value any) string {
	text, err := json.Marshal(map[string]any{name: value})
	must(err)
	return string(text)
}

func (t buntTxn) Get(id string) (User, bool) {
	text, err := t.Tx.Get(buntUsers + id)
	if err != nil {
		return User{}, false
	}
	return decoded(text), true
}

func (t buntTxn) ByEmail(email string) (User, bool) {
	id, err := t.Tx.Get(buntEmails + email)
	if err != nil {
		return User{}, false
	}
	return t.Get(id)
}

func (t buntTxn) AgeOf(id string) (int64, bool) {
	u, ok := t.Get(id)
	return u.Age, ok
}

func (t buntTxn) AgeByEmail(email string) (int64, bool) {
	u, ok := t.ByEmail(email)
	return u.Age, ok
}

func (t buntTxn) ByCity(city string) (list []User) {
	t.equal("city", city, func(u User) { list = append(list, u) })
	return list
}

func (t buntTxn) SumAges(city string) (sum int64) {
	t.equal("city", city, func(u User) { sum += u.Age })
	return sum
}

func (t buntTxn) equal(index, value string, visit func(User)) {
	must(t.AscendEqual(index, member(index, value), func(_, text string) bool {
		visit(decoded(text))
		return true
	}))
}

func (t buntTxn) CountRole(role Role) (n int) {
	must(t.AscendEqual("role", member("role", role), func(_, _ string) bool {
		n++
		return true
	}))
	return n
}

func (t buntTxn) CountAge(age int64) (n int) {
	must(t.AscendKeys(buntUsers+"*", func(_, text string) bool {
		if decoded(text).Age == age {
			n++
		}
		return true
	}))
	return n
}

func (t buntTxn) Len() (n int) {
	must(t.AscendKeys(buntUsers+"*", func(_, _ string) bool {
		n++
		return true
	}))
	return n
}

func (t buntTxn) put(u *User) error {
	text, err := u.MarshalJSON()
	if err != nil {
		return err
	}
	_, _, err = t.Set(buntUsers+u.ID, string(text), nil)
	return err
}

func (t buntTxn) Insert(in Input) (string, error) {
	u, err := newUser(&in)
	if err != nil {
		return "", err
	}
	if _, err := t.Tx.Get(buntEmails + u.Email); err == nil {
		return "", ErrDuplicate
	}
	if _, _, err := t.Set(buntEmails+u.Email, u.ID, nil); err != nil {
		return "", err
	}
	return u.ID, t.put(u)
}

func (t buntTxn) SetAge(id string, age int64) error {
	return t.update(id, func(u *User) { u.Age = age })
}

func (t buntTxn) SetRole(id string, role Role) error {
	return t.update(id, func(u *User) { u.Role = role })
}

func (t buntTxn) update(id string, edit func(*User)) error {
	u, ok := t.Get(id)
	if !ok {
		return ErrNotFound
	}
	next, err := changed(&u, edit)
	if err != nil {
		return err
	}
	return t.put(next)
}

func (t buntTxn) Delete(id string) error {
	text, err := t.Tx.Delete(buntUsers + id)
	if err != nil {
		return err
	}
	_, err = t.Tx.Delete(buntEmails + decoded(text).Email)
	return err
}

// OpenAccounts makes keys with another beginning.
func (b *buntDB) OpenAccounts(owners []string) error {
	t := b.txn(true)
	for _, owner := range owners {
		if _, _, err := t.Set(buntAccounts+owner, "0", nil); err != nil {
			return t.end(err)
		}
	}
	return t.end(nil)
}

// Pay changes a key of each kind.
func (b *buntDB) Pay(owner string, amount int64) error {
	t := b.txn(true)
	text, err := t.Tx.Get(buntAccounts + owner)
	if err != nil {
		return t.end(err)
	}
	balance, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return t.end(err)
	}
	if _, _, err := t.Set(buntAccounts+owner, strconv.FormatInt(balance+amount, 10), nil); err != nil {
		return t.end(err)
	}
	return t.end(t.update(owner, func(u *User) { u.Score += amount }))
}

// Range walks the index on the score.
func (b *buntDB) Range(from, to int64) (int, int64) {
	t := b.txn(false)
	defer t.end(nil)
	var list []User
	must(t.AscendRange("score", member("score", from), member("score", to+1), func(_, text string) bool {
		list = append(list, decoded(text))
		return true
	}))
	return summed(list)
}

// Top walks it backwards.
func (b *buntDB) Top(n int) (int, int64) {
	t := b.txn(false)
	defer t.end(nil)
	list := make([]User, 0, n)
	must(t.Descend("score", func(_, text string) bool {
		list = append(list, decoded(text))
		return len(list) < n
	}))
	return summed(list)
}
