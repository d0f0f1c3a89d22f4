package peers

// session is a transaction of a store that does everything in transactions.
type session interface {
	Reader
	Writer
	SumAges(city string) int64
	CountAge(age int64) int
	Len() int
	// end commits a write transaction, or rolls it back if err is not nil, and
	// ends a read transaction.
	end(err error) error
}

// transacted is a peer that opens a transaction for each call.
type transacted struct {
	begin func(write bool) session
	close func() error
}

func (t transacted) Insert(in Input) (string, error) {
	s := t.begin(true)
	id, err := s.Insert(in)
	return id, s.end(err)
}

func (t transacted) InsertMany(ins []Input) ([]string, error) {
	s := t.begin(true)
	ids, err := insertAll(s, ins)
	return ids, s.end(err)
}

func (t transacted) SetAge(id string, age int64) error {
	s := t.begin(true)
	return s.end(s.SetAge(id, age))
}

func (t transacted) SetRole(id string, role Role) error {
	s := t.begin(true)
	return s.end(s.SetRole(id, role))
}

func (t transacted) Delete(id string) error {
	s := t.begin(true)
	return s.end(s.Delete(id))
}

func (t transacted) Batch(fn func(Writer) error) error {
	s := t.begin(true)
	return s.end(fn(s))
}

func (t transacted) View(fn func(Reader)) error {
	s := t.begin(false)
	fn(s)
	return s.end(nil)
}

func (t transacted) Get(id string) (User, bool) {
	s := t.begin(false)
	defer s.end(nil)
	return s.Get(id)
}

func (t transacted) ByEmail(email string) (User, bool) {
	s := t.begin(false)
	defer s.end(nil)
	return s.ByEmail(email)
}

func (t transacted) AgeOf(id string) (int64, bool) {
	s := t.begin(false)
	defer s.end(nil)
	return s.AgeOf(id)
}

func (t transacted) AgeByEmail(email string) (int64, bool) {
	s := t.begin(false)
	defer s.end(nil)
	return s.AgeByEmail(email)
}

func (t transacted) ByCity(city string) []User {
	s := t.begin(false)
	defer s.end(nil)
	return s.ByCity(city)
}

func (t transacted) SumAges(city string) int64 {
	s := t.begin(false)
	defer s.end(nil)
	return s.SumAges(city)
}

func (t transacted) CountRole(role Role) int {
	s := t.begin(false)
	defer s.end(nil)
	return s.CountRole(role)
}

func (t transacted) CountAge(age int64) int {
	s := t.begin(false)
	defer s.end(nil)
	return s.CountAge(age)
}

func (t transacted) Len() int {
	s := t.begin(false)
	defer s.end(nil)
	return s.Len()
}

func (t transacted) Close() error { return t.close() }

func nothingToClose() error { return nil }
