package noex

import "github.com/noexgen/noexgen/runtime/internal/slottable"

// fewKeys is the number of keys up to which a keySet looks through them.
const fewKeys = 8

// keySet numbers keys in the order in which they were added. It takes no more than a
// list as long as there are few, as in most transactions; with maps in its place they
// took half as much memory again and a tenth longer.
type keySet struct {
	all []hashedKey
	// numbers leads from the hashes of keys to their numbers; nil while there are few.
	numbers *slottable.Table
}

// hashedKey is a primary key, a scalar but never a time, with its hash. It is small enough
// for the compiler to hold in registers: with a whole scalar in it, it was copied through
// memory at each call, and a transaction over two buckets took a tenth longer.
type hashedKey struct {
	s    string
	n    uint64
	hash uint32
}

func (k *hashedKey) key() scalar { return scalar{s: k.s, n: k.n} }

// find returns the number of a key, or -1.
func (s *keySet) find(k hashedKey) int {
	if len(s.all) <= fewKeys {
		for i := range s.all {
			if s.all[i] == k {
				return i
			}
		}
		return -1
	}
	for p := s.numbers.Probe(k.hash); ; {
		i, ok := p.Next()
		if !ok {
			return -1
		}
		if s.all[i] == k {
			return int(i)
		}
	}
}

// add adds a key that is not there.
func (s *keySet) add(k hashedKey) {
	s.all = append(s.all, k)
	switch n := len(s.all); {
	case n == fewKeys+1:
		s.numbers = new(slottable.Table)
		for i, k := range s.all {
			s.numbers.Insert(k.hash, uint32(i))
		}
	case n > fewKeys:
		s.numbers.Insert(k.hash, uint32(n-1))
	}
}

// cut removes all keys but the first n.
func (s *keySet) cut(n int) {
	if len(s.all) > fewKeys {
		for i := n; i < len(s.all); i++ {
			s.numbers.Delete(s.all[i].hash, uint32(i))
		}
		if n <= fewKeys {
			s.numbers = nil
		}
	}
	clear(s.all[n:])
	s.all = s.all[:n]
}
