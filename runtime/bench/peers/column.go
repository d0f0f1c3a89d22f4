package peers

import (
	"github.com/kelindar/column"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/bench/store"
)

// columns is kelindar/column: a slice a field, bitmaps for what is looked for.
// There is a bitmap for each role; one for each city would be a function to
// call for each insert and city, and a unique index does not exist. So cities
// and e-mails are found by looking at all of them, and an insert does not check
// its e-mail.
type columns struct{ users *column.Collection }

func openColumns() (Peer, error) {
	users := column.NewCollection()
	for name, col := range map[string]column.Column{
		"id": column.ForKey(), "name": column.ForString(), "email": column.ForString(), "role": column.ForEnum(),
		"city": column.ForEnum(), "age": column.ForInt64(), "score": column.ForInt64(), "active": column.ForBool(),
		"version": column.ForUint64(), "created": column.ForInt64(), "updated": column.ForInt64(),
	} {
		if err := users.CreateColumn(name, col); err != nil {
			return nil, err
		}
	}
	for _, role := range store.UserRoleValues() {
		is := func(r column.Reader) bool { return r.String() == string(role) }
		if err := users.CreateIndex(string(role), "role", is); err != nil {
			return nil, err
		}
	}
	return &columns{users}, nil
}

func (c *columns) query(fn func(t columnTxn) error) error {
	return c.users.Query(func(txn *column.Txn) error { return fn(columnTxn{txn}) })
}

// ask is query for what only reads.
func (c *columns) ask(fn func(t columnTxn)) {
	must(c.query(func(t columnTxn) error {
		fn(t)
		return nil
	}))
}

func (c *columns) Get(id string) (u User, ok bool) {
	c.ask(func(t columnTxn) { u, ok = t.Get(id) })
	return u, ok
}

func (c *columns) ByEmail(email string) (u User, ok bool) {
	c.ask(func(t columnTxn) { u, ok = t.ByEmail(email) })
	return u, ok
}

func (c *columns) AgeOf(id string) (int64, bool) {
	u, ok := c.Get(id)
	return u.Age, ok
}

func (c *columns) AgeByEmail(email string) (int64, bool) {
	u, ok := c.ByEmail(email)
	return u.Age, ok
}

func (c *columns) ByCity(city string) (list []User) {
	c.ask(func(t columnTxn) { list = t.ByCity(city) })
	return list
}

func (c *columns) CountRole(role Role) (n int) {
	c.ask(func(t columnTxn) { n = t.CountRole(role) })
	return n
}

func (c *columns) SumAges(city string) (sum int64) {
	c.ask(func(t columnTxn) {
		sum = t.WithString("city", func(v string) bool { return v == city }).Int64("age").Sum()
	})
	return sum
}

func (c *columns) CountAge(age int64) (n int) {
	c.ask(func(t columnTxn) { n = t.WithInt("age", func(v int64) bool { return v == age }).Count() })
	return n
}

func (c *columns) Insert(in Input) (id string, err error) {
	err = c.query(func(t columnTxn) (err error) {
		id, err = t.Insert(in)
		return err
	})
	return id, err
}

func (c *columns) InsertMany(ins []Input) (ids []string, err error) {
	err = c.query(func(t columnTxn) (err error) {
		ids, err = insertAll(t, ins)
		return err
	})
	return ids, err
}

func (c *columns) SetAge(id string, age int64) error {
	return c.query(func(t columnTxn) error { return t.SetAge(id, age) })
}

func (c *columns) SetRole(id string, role Role) error {
	return c.query(func(t columnTxn) error { return t.SetRole(id, role) })
}

func (c *columns) Delete(id string) error { return c.users.DeleteKey(id) }

func (c *columns) Batch(fn func(Writer) error) error {
	return c.query(func(t columnTxn) error { return fn(t) })
}

func (c *columns) View(fn func(Reader)) error {
	c.ask(func(t columnTxn) { fn(columnView{c, t}) })
	return nil
}

// columnView gets records in one transaction. Filters take a new one each,
// since those of one transaction narrow each other.
type columnView struct {
	*columns
	txn columnTxn
}

func (v columnView) Get(id string) (User, bool) { return v.txn.Get(id) }

func (v columnView) AgeOf(id string) (int64, bool) {
	u, ok := v.Get(id)
	return u.Age, ok
}

func (c *columns) Len() int { return c.users.Count() }

func (c *columns) Close() error { return c.users.Close() }

// columnTxn reads and writes in a transaction.
type columnTxn struct{ *column.Txn }

func (t columnTxn) Get(id string) (u User, ok bool) {
	err := t.QueryKey(id, func(r column.Row) error {
		u = user(r)
		return nil
	})
	return u, err == nil
}

func user(r column.Row) (u User) {
	u.ID, _ = r.Key()
	u.Name, _ = r.String("name")
	u.Email, _ = r.String("email")
	role, _ := r.Enum("role")
	u.Role = Role(role)
	u.City, _ = r.Enum("city")
	u.Age, _ = r.Int64("age")
	u.Score, _ = r.Int64("score")
	u.Active = r.Bool("active")
	u.Version, _ = r.Uint64("version")
	u.CreatedAt = millis(r, "created")
	u.UpdatedAt = millis(r, "updated")
	return u
}

func millis(r column.Row, name string) noex.Millis {
	ms, _ := r.Int64(name)
	return noex.Millis(ms)
}

func (t columnTxn) ByEmail(email string) (u User, ok bool) {
	for _, u := range t.found("email", email) {
		return u, true
	}
	return User{}, false
}

func (t columnTxn) ByCity(city string) []User { return t.found("city", city) }

// found lists the records with a value in a column of text.
func (t columnTxn) found(name, value string) (list []User) {
	t.WithString(name, func(v string) bool { return v == value })
	must(t.Range(func(idx uint32) {
		must(t.QueryAt(idx, func(r column.Row) error {
			list = append(list, user(r))
			return nil
		}))
	}))
	return list
}

func (t columnTxn) CountRole(role Role) int { return t.With(string(role)).Count() }

func (t columnTxn) Insert(in Input) (string, error) {
	u, err := newUser(&in)
	if err != nil {
		return "", err
	}
	return u.ID, t.InsertKey(u.ID, func(r column.Row) error {
		r.SetString("name", u.Name)
		r.SetString("email", u.Email)
		r.SetEnum("role", string(u.Role))
		r.SetEnum("city", u.City)
		r.SetInt64("age", u.Age)
		r.SetInt64("score", u.Score)
		r.SetBool("active", u.Active)
		r.SetUint64("version", u.Version)
		r.SetInt64("created", int64(u.CreatedAt))
		r.SetInt64("updated", int64(u.UpdatedAt))
		return nil
	})
}

func (t columnTxn) SetAge(id string, age int64) error {
	return t.update(id, func(r column.Row) { r.SetInt64("age", age) })
}

func (t columnTxn) SetRole(id string, role Role) error {
	return t.update(id, func(r column.Row) { r.SetEnum("role", string(role)) })
}

func (t columnTxn) update(id string, edit func(column.Row)) error {
	return t.QueryKey(id, func(r column.Row) error {
		edit(r)
		r.MergeUint64("version", 1)
		r.SetInt64("updated", now())
		return nil
	})
}

func (t columnTxn) Delete(id string) error { return t.DeleteKey(id) }
