package main

import (
	"math/rand/v2"

	"github.com/noexgen/noexgen/runtime/bench/peers"
	"github.com/noexgen/noexgen/runtime/bench/store"
)

// The names of the operations.
const (
	opInsert   = "insert"
	opGet      = "get"
	opUnique   = "by-unique"
	opList10   = "list-10"
	opList1000 = "list-1000"
	opVisit    = "visit-1000"
	opCount    = "count"
	opUpdate   = "update"
	opReindex  = "reindex"
	opDelete   = "delete"
	opScan     = "scan"
	opScan1    = "scan-first"
	opMixed    = "mixed"
	opPay      = "pay"

	opInsertRanked = "insert-ordered"
	opRange        = "range-100"
	opTop          = "top-10"
)

// batched is the name of an operation in transactions of batchSize, together that of
// as many of them in one call.
func batched(op string) string  { return op + "-batched" }
func together(op string) string { return op + "-together" }

// op is one operation of the workload.
type op struct {
	name string
	// what says it in the table.
	what string
	// prepare makes what n operations need, so that nothing but the operations
	// is timed.
	prepare func(s *subject, n int) work
	// in says what a batch of the operation is, alone if there is none.
	in batch
	// prepareMany makes what calls for many of them need, nil if there are none.
	prepareMany func(s *subject, n int) work
	// parallel says that it runs on all cores, once that it is performed only once.
	parallel, once bool
}

// work is a number of prepared operations.
type work struct {
	// do performs the operations from <= i < to on a peer, or on what it gives
	// to a transaction. It is nil if the peer has nothing of the kind.
	do func(target any, from, to int)
	// after puts the store back in order, nil if nothing is to be done.
	after func()
}

// batch is the kind of transaction in which an operation can be batched.
type batch int

const (
	alone batch = iota
	inView
	inTx
)

// ops are the operations on a store that is grown, in the order they run in.
var ops = []op{
	{name: opGet, what: "get", in: inView, prepare: on(prepareGet)},
	{name: opUnique, what: "get by unique index", in: inView, prepare: on(prepareUnique)},
	{name: opList10, what: "list by index, 10 results", in: inView, prepare: on(prepareList10)},
	{name: opList1000, what: "list by index, 1,000 results", prepare: on(prepareList1000)},
	{name: opVisit, what: "visit by index, 1,000 results", prepare: on(prepareVisit)},
	{name: opCount, what: "count by index", in: inView, prepare: on(prepareCount)},
	{name: opScan1, what: "scan with predicate, the first", once: true, prepare: on(prepareScan)},
	{name: opScan, what: "scan with predicate", prepare: on(prepareScan)},
	{name: opUpdate, what: "update", in: inTx, prepare: on(prepareUpdate), prepareMany: on(prepareUpdateMany)},
	{name: opReindex, what: "update of an indexed field", in: inTx, prepare: on(prepareReindex), prepareMany: on(prepareReindexMany)},
	{name: opPay, what: "transaction over two buckets", prepare: on(preparePay)},
	{name: opMixed, what: "95 % get, 5 % update, all cores", parallel: true, prepare: on(prepareMixed)},
	{name: opDelete, what: "delete", in: inTx, prepare: on(prepareDelete), prepareMany: on(prepareDeleteMany)},
}

// rankedOps are the operations on a store with an ordered index.
var rankedOps = []op{
	{name: opRange, what: "range of an ordered index, 100 results", prepare: on(prepareRange)},
	{name: opTop, what: "top 10 of an ordered index", prepare: on(prepareTop)},
}

// on makes an operation that needs an interface of the peer.
func on[T any](prepare func(s *subject, n int) (do func(t T, from, to int), after func())) func(*subject, int) work {
	return func(s *subject, n int) work {
		if _, ok := s.peer.(T); !ok {
			return work{}
		}
		do, after := prepare(s, n)
		return work{func(target any, from, to int) { do(target.(T), from, to) }, after}
	}
}

// getter and setter are what the bare map can do, too.
type (
	getter interface {
		AgeOf(id string) (int64, bool)
	}
	setter interface {
		SetAge(id string, age int64) error
	}
	deleter interface {
		Delete(id string) error
	}
)

func prepareGet(s *subject, n int) (func(getter, int, int), func()) {
	ids := s.ids(n)
	return func(g getter, from, to int) {
		for _, id := range ids[from:to] {
			_, ok := g.AgeOf(id)
			mustFind(ok)
		}
	}, nil
}

func prepareUnique(s *subject, n int) (func(peers.Reader, int, int), func()) {
	emails := s.emails(n)
	return func(r peers.Reader, from, to int) {
		for _, email := range emails[from:to] {
			_, ok := r.AgeByEmail(email)
			mustFind(ok)
		}
	}, nil
}

func prepareList10(s *subject, n int) (func(peers.Reader, int, int), func()) {
	return listing(s.places(n, s.data.Villages), peers.VillageSize)
}

func prepareList1000(s *subject, n int) (func(peers.Reader, int, int), func()) {
	return listing(s.places(n, s.data.Cities), peers.CitySize)
}

func listing(places []string, size int) (func(peers.Reader, int, int), func()) {
	return func(r peers.Reader, from, to int) {
		for _, city := range places[from:to] {
			mustFind(len(r.ByCity(city)) == size)
		}
	}, nil
}

func prepareVisit(s *subject, n int) (func(peers.Indexed, int, int), func()) {
	cities := s.places(n, s.data.Cities)
	return func(p peers.Indexed, from, to int) {
		for _, city := range cities[from:to] {
			mustFind(p.SumAges(city) >= 18*peers.CitySize)
		}
	}, nil
}

func prepareCount(s *subject, n int) (func(peers.Reader, int, int), func()) {
	roles := someRoles(s.rnd, n)
	return func(r peers.Reader, from, to int) {
		for _, role := range roles[from:to] {
			mustFind(r.CountRole(role) > 0)
		}
	}, nil
}

func prepareScan(s *subject, n int) (func(peers.Peer, int, int), func()) {
	ages := someAges(s.rnd, n)
	return func(p peers.Peer, from, to int) {
		for _, age := range ages[from:to] {
			mustFind(p.CountAge(age) > 0)
		}
	}, nil
}

func prepareUpdate(s *subject, n int) (func(setter, int, int), func()) {
	ids, ages := s.ids(n), someAges(s.rnd, n)
	return func(w setter, from, to int) {
		for i := from; i < to; i++ {
			must(w.SetAge(ids[i], ages[i]))
		}
	}, nil
}

func prepareUpdateMany(s *subject, n int) (func(peers.Bulk, int, int), func()) {
	ids, ages := s.ids(n), someAges(s.rnd, n)
	return func(b peers.Bulk, from, to int) { must(b.SetAges(ids[from:to], ages[from:to])) }, nil
}

func prepareReindex(s *subject, n int) (func(peers.Writer, int, int), func()) {
	ids, roles := s.ids(n), someRoles(s.rnd, n)
	return func(w peers.Writer, from, to int) {
		for i := from; i < to; i++ {
			must(w.SetRole(ids[i], roles[i]))
		}
	}, nil
}

func prepareReindexMany(s *subject, n int) (func(peers.Bulk, int, int), func()) {
	ids, roles := s.ids(n), someRoles(s.rnd, n)
	return func(b peers.Bulk, from, to int) { must(b.SetRoles(ids[from:to], roles[from:to])) }, nil
}

func prepareDelete(s *subject, n int) (func(deleter, int, int), func()) {
	gone, ids := s.leaving(n)
	return func(w deleter, from, to int) {
		for _, id := range ids[from:to] {
			must(w.Delete(id))
		}
	}, func() { s.comeBack(gone) }
}

func prepareDeleteMany(s *subject, n int) (func(peers.Bulk, int, int), func()) {
	gone, ids := s.leaving(n)
	return func(b peers.Bulk, from, to int) { must(b.DeleteAll(ids[from:to])) }, func() { s.comeBack(gone) }
}

func prepareMixed(s *subject, n int) (func(peers.Indexed, int, int), func()) {
	ids, ages := s.ids(n), someAges(s.rnd, n)
	return func(p peers.Indexed, from, to int) {
		for i := from; i < to; i++ {
			if i%20 == 0 {
				must(p.SetAge(ids[i], ages[i]))
				continue
			}
			_, ok := p.AgeOf(ids[i])
			mustFind(ok)
		}
	}, nil
}

// accounts is how many owners of accounts there are at most.
const accounts = 10_000

func preparePay(s *subject, n int) (func(peers.Accountant, int, int), func()) {
	if s.owners == nil {
		for _, r := range s.alive[:min(accounts, len(s.alive))] {
			s.owners = append(s.owners, string(r.id[:]))
		}
		must(s.peer.(peers.Accountant).OpenAccounts(s.owners))
	}
	owners := s.places(n, s.owners)
	return func(a peers.Accountant, from, to int) {
		for _, owner := range owners[from:to] {
			must(a.Pay(owner, 1))
		}
	}, nil
}

func prepareRange(s *subject, n int) (func(peers.Ranked, int, int), func()) {
	const width = 100 // there are as many scores as records
	starts := make([]int64, n)
	for i := range starts {
		starts[i] = s.rnd.Int64N(int64(s.data.Size) - width)
	}
	return func(r peers.Ranked, from, to int) {
		for _, start := range starts[from:to] {
			found, _ := r.Range(start, start+width-1)
			mustFind(found > width/3)
		}
	}, nil
}

func prepareTop(*subject, int) (func(peers.Topper, int, int), func()) {
	return func(t peers.Topper, from, to int) {
		for range to - from {
			found, _ := t.Top(10)
			mustFind(found == 10)
		}
	}, nil
}

func someAges(rnd *rand.Rand, n int) []int64 {
	ages := make([]int64, n)
	for i := range ages {
		ages[i] = 18 + rnd.Int64N(60)
	}
	return ages
}

func someRoles(rnd *rand.Rand, n int) []peers.Role {
	all := store.UserRoleValues()
	roles := make([]peers.Role, n)
	for i := range roles {
		roles[i] = all[rnd.IntN(len(all))]
	}
	return roles
}
