package noex

import "unsafe"

// Bucket is what a generated bucket is made of.
type Bucket[K Key, R, I, P any] struct {
	Reader Reader[K, R]
	Writer Writer[K, R, I, P]
	Feed   Feed[K, R]
}

// AddBucket adds a bucket to a store that was not started yet.
//
//go:noinline
func AddBucket[K Key, R, I, P any](s *Store, schema *Schema[K, R, I, P]) Bucket[K, R, I, P] {
	m := s.addBucket((*rowSchema)(unsafe.Pointer(schema)), typeOf[R]())
	src := source{t: m.t}
	return Bucket[K, R, I, P]{Reader[K, R]{src}, Writer[K, R, I, P]{src, m, schema}, Feed[K, R]{m.t}}
}

func (s *Store) addBucket(schema *rowSchema, typ rowType) *mutator {
	t := newTable(s, schema, typ)
	t.number = len(s.tables)
	s.tables = append(s.tables, t)
	if !schema.Volatile {
		stored := newStoredTable(t, schema)
		s.portables = append(s.portables, stored)
		if s.persist != nil {
			s.persist.add(stored)
		}
	}
	return newMutator(t, schema)
}
