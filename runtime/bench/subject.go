package main

import (
	"math/rand/v2"
	"slices"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// id is an id as the peers make it. The harness keeps ids outside of the
// strings that a peer holds, so that it adds nothing for the collector to
// follow and no look-up uses a string of the store itself.
type id [36]byte

// peer is what all kinds of peers.Peer and peers.Ranked can do.
type peer interface {
	Insert(peers.Input) (string, error)
	Close() error
}

// subject is a peer with its records.
type subject struct {
	make func() (peer, error)
	peer peer
	data *peers.Data
	// owners have an account, once there are accounts.
	owners []string
	// alive has the records there are: the id, and the number in data.
	alive []resident
	rnd   *rand.Rand
}

type resident struct {
	id id
	n  int32
}

func newSubject(spec peers.Spec, data *peers.Data) *subject {
	return subjectOf(data, func() (peer, error) { return spec.Open() })
}

// newRanked returns a peer with an ordered index, nil if it has none.
func newRanked(spec peers.Spec, data *peers.Data) *subject {
	if spec.OpenRanked == nil {
		return nil
	}
	return subjectOf(data, func() (peer, error) { return spec.OpenRanked() })
}

func subjectOf(data *peers.Data, open func() (peer, error)) *subject {
	return &subject{
		make: open, data: data,
		alive: make([]resident, 0, data.Size),
		rnd:   rand.New(rand.NewPCG(7, uint64(data.Size))),
	}
}

// open opens the peer, empty.
func (s *subject) open() {
	p, err := s.make()
	must(err)
	s.peer, s.alive, s.owners = p, s.alive[:0], nil
}

// settled notes a record that was inserted.
func (s *subject) settled(key string, n int) {
	s.alive = append(s.alive, resident{id([]byte(key)), int32(n)})
}

// close closes the peer.
func (s *subject) close() {
	must(s.peer.Close())
	s.peer = nil
}

// ids returns the ids of n random records.
func (s *subject) ids(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = string(s.alive[s.rnd.IntN(len(s.alive))].id[:])
	}
	return keys
}

// emails returns the e-mails of n random records.
func (s *subject) emails(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = s.data.Email(int(s.alive[s.rnd.IntN(len(s.alive))].n))
	}
	return keys
}

// places returns n random ones of the places.
func (s *subject) places(n int, places []string) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = places[s.rnd.IntN(len(places))]
	}
	return keys
}

// leave takes n random records, as many as there are at most, out of those
// alive.
func (s *subject) leave(n int) []resident {
	n = min(n, len(s.alive))
	for i := range n {
		last := len(s.alive) - 1 - i
		j := s.rnd.IntN(last + 1)
		s.alive[j], s.alive[last] = s.alive[last], s.alive[j]
	}
	gone := s.alive[len(s.alive)-n:]
	s.alive = s.alive[:len(s.alive)-n]
	return append([]resident(nil), gone...)
}

// leaving is leave with the ids.
func (s *subject) leaving(n int) (gone []resident, ids []string) {
	gone = s.leave(n)
	ids = make([]string, len(gone))
	for i := range gone {
		ids[i] = string(gone[i].id[:])
	}
	return gone, ids
}

// comeBack inserts records that were deleted, under new ids.
func (s *subject) comeBack(gone []resident) {
	for chunk := range slices.Chunk(gone, bulkSize) {
		ins := make([]peers.Input, len(chunk))
		for i, r := range chunk {
			ins[i] = s.data.Input(int(r.n))
		}
		for i, key := range s.load(ins) {
			s.settled(key, int(chunk[i].n))
		}
	}
}

// load inserts records in the fastest way the peer has.
func (s *subject) load(ins []peers.Input) []string {
	if l, ok := s.peer.(peers.Loader); ok {
		ids, err := l.InsertMany(ins)
		must(err)
		return ids
	}
	ids := make([]string, len(ins))
	for i := range ins {
		var err error
		ids[i], err = s.peer.Insert(ins[i])
		must(err)
	}
	return ids
}
