// Package peers holds the generated store and what a Go program would use in
// its place, each in a file of its own, behind one small interface. All of them
// keep the same records: an id made by the store, a unique e-mail, an index on
// the role and one on the city.
package peers

import (
	"errors"

	"github.com/noexgen/noexgen/runtime/bench/store"
)

// The record type of every peer is the generated one, so that nobody has to
// convert.
type (
	// User is a record.
	User = store.User
	// Role is the type of its field Role.
	Role = store.UserRole
	// Input is what a record is made of.
	Input = store.UserInput
	// Account is a record of the second bucket.
	Account = store.Account
)

// ErrDuplicate is what an insert with an e-mail that is taken returns, where
// the peer has no error of its own.
var ErrDuplicate = errors.New("duplicate")

// ErrInvalid is what a write of an invalid record returns, likewise.
var ErrInvalid = errors.New("invalid")

// ErrNotFound is what a write to a record that does not exist returns,
// likewise.
var ErrNotFound = errors.New("not found")

// Spec names a peer and opens it.
type Spec struct {
	Name string
	// Module is its module path, "" for what is written here.
	Module string
	// Max is the largest number of records it is measured with, 0 for any.
	Max int
	// Once is the number of records from which one round has to do, 0 for
	// none.
	Once int
	// Note says how it is used, for the results.
	Note string
	Open func() (Peer, error)
	// OpenRanked opens it with an ordered index on the score besides, nil where
	// there is none.
	OpenRanked func() (Ranked, error)
}

// Peer is what every peer can do. A method that hands out a User hands out a
// copy. All methods are safe for concurrent use, but those of the bare map.
type Peer interface {
	// Insert makes an id, checks the input and that its e-mail is new.
	Insert(in Input) (id string, err error)
	Get(id string) (User, bool)
	// AgeOf calls Get directly, as a program does, and uses what it hands out.
	AgeOf(id string) (age int64, ok bool)
	// SetAge is an update that touches no index.
	SetAge(id string, age int64) error
	Delete(id string) error
	// CountAge counts the records with an age by looking at all of them: no
	// index has it.
	CountAge(age int64) int
	Len() int
	Close() error
}

// Reader reads by index.
type Reader interface {
	Get(id string) (User, bool)
	ByEmail(email string) (User, bool)
	// AgeOf calls Get, and AgeByEmail ByEmail, as a program does, and use what it
	// hands out.
	AgeOf(id string) (age int64, ok bool)
	AgeByEmail(email string) (age int64, ok bool)
	ByCity(city string) []User
	CountRole(role Role) int
}

// Writer writes what a batch can hold.
type Writer interface {
	Insert(in Input) (id string, err error)
	SetAge(id string, age int64) error
	SetRole(id string, role Role) error
	Delete(id string) error
}

// Indexed is a peer with indexes.
type Indexed interface {
	Reader
	Writer
	// SumAges visits the records of a city and adds up their ages, without a
	// list of copies where the peer can.
	SumAges(city string) int64
}

// Batcher writes several changes in one transaction.
type Batcher interface {
	Batch(fn func(Writer) error) error
}

// Loader inserts many records at once, all or none.
type Loader interface {
	InsertMany(ins []Input) (ids []string, err error)
}

// Bulk changes many records in one call, all or none.
type Bulk interface {
	SetAges(ids []string, ages []int64) error
	SetRoles(ids []string, roles []Role) error
	DeleteAll(ids []string) error
}

// Viewer reads several things in one read transaction.
type Viewer interface {
	View(fn func(Reader)) error
}

// Accountant has a second bucket, of accounts.
type Accountant interface {
	// OpenAccounts inserts an account for each of the owners, with nothing in
	// it.
	OpenAccounts(owners []string) error
	// Pay adds an amount to the balance of an account and to the score of its
	// owner, both or neither.
	Pay(owner string, amount int64) error
}

// Ranked is a peer with an ordered index on the score besides.
type Ranked interface {
	Loader
	Insert(in Input) (id string, err error)
	// Range makes a list of the records with from <= score <= to, by score, and
	// returns its length and the sum of the scores in it.
	Range(from, to int64) (n int, sum int64)
	Close() error
}

// Topper is a Ranked that can begin at the end.
type Topper interface {
	// Top makes a list of the n records with the highest scores, the highest
	// first, and returns its length and the sum of the scores in it.
	Top(n int) (length int, sum int64)
}

// Sized knows what it holds outside of Go's heap.
type Sized interface {
	OutsideBytes() int64
}
