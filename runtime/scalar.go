package noex

import (
	"cmp"
	"hash/maphash"
	"math"
	"math/rand/v2"
	"strings"
	"time"
	"unsafe"
)

// scalar is a primary key or the value of a field, whatever its type. Scalars
// of one field are equal as their values are, and ordered as those are.
type scalar struct {
	s string // a string
	n uint64 // anything else, as bits in the order of the values
	m uint32 // the nanoseconds of a time
}

// scalarKind says which values a scalar stands for.
type scalarKind uint8

const (
	scalarString scalarKind = iota
	scalarInt
	scalarFloat
	scalarBool
	scalarTime
)

const signBit = 1 << 63

// numberKind tells integers from floats: half of one is none only there.
func numberKind[V ~int64 | ~float64]() scalarKind {
	if one := V(1); one/2 == 0 {
		return scalarInt
	}
	return scalarFloat
}

func stringScalar[V ~string](v V) scalar { return scalar{s: string(v)} }

func numberScalar[V ~int64 | ~float64](v V) scalar {
	if one := V(1); one/2 == 0 {
		return scalar{n: uint64(v) ^ signBit}
	}
	return scalar{n: orderedFloat(float64(v))}
}

func boolScalar[V ~bool](v V) scalar {
	if v {
		return scalar{n: 1}
	}
	return scalar{}
}

func timeScalar(t time.Time) scalar {
	return scalar{n: uint64(t.Unix()) ^ signBit, m: uint32(t.Nanosecond())}
}

func scalars[V any](vs []V, scalarOf func(V) scalar) []scalar {
	out := make([]scalar, len(vs))
	for i, v := range vs {
		out[i] = scalarOf(v)
	}
	return out
}

// keyScalar returns the scalar of a key of a type of kind k. It looks at the
// key's memory, since the underlying type of K is known by its kind only.
func keyScalar[K Key](k scalarKind, v K) scalar {
	p := unsafe.Pointer(&v)
	switch k {
	case scalarString:
		return scalar{s: *(*string)(p)}
	case scalarInt:
		return scalar{n: *(*uint64)(p) ^ signBit}
	default:
		return scalar{n: orderedFloat(*(*float64)(p))}
	}
}

// valueOf returns the value of type V, which is of kind k, that s was made of; a
// time comes back in UTC.
func valueOf[V any](k scalarKind, s scalar) (v V) {
	p := unsafe.Pointer(&v)
	switch k {
	case scalarString:
		*(*string)(p) = s.s
	case scalarInt:
		*(*uint64)(p) = s.n ^ signBit
	case scalarFloat:
		*(*float64)(p) = s.float()
	case scalarBool:
		*(*uint8)(p) = uint8(s.n)
	default:
		*(*time.Time)(p) = time.Unix(int64(s.n^signBit), int64(s.m)).UTC()
	}
	return v
}

// boxed returns what makes values of type V, which are of kind k, of scalars.
//
//go:noinline
func boxed[V any](k scalarKind) func(scalar) any {
	return func(s scalar) any { return valueOf[V](k, s) }
}

// orderedFloat returns bits in the order of floats: NaN before all others, as
// in cmp.Compare, and one zero.
func orderedFloat(f float64) uint64 {
	switch bits := math.Float64bits(f); {
	case f == 0:
		return signBit
	case f != f:
		return 0
	case bits&signBit != 0:
		return ^bits
	default:
		return bits | signBit
	}
}

func (s scalar) float() float64 {
	if s.n&signBit != 0 {
		return math.Float64frombits(s.n &^ signBit)
	}
	return math.Float64frombits(^s.n)
}

func (s scalar) int() int64 { return int64(s.n ^ signBit) }

// is reports whether two scalars are equal, and is quick to tell that they are not:
// strings differ by their length most often.
func (s *scalar) is(o *scalar) bool { return s.s == o.s && s.n == o.n && s.m == o.m }

func (s scalar) compare(o scalar) int {
	if s.n != o.n {
		return cmp.Compare(s.n, o.n)
	}
	if s.m != o.m {
		return cmp.Compare(s.m, o.m)
	}
	return strings.Compare(s.s, o.s)
}

// hasher hashes scalars. Its seeds are random, so that nobody can choose keys
// that collide.
type hasher struct {
	seed maphash.Seed
	salt uint64
}

func newHasher() hasher { return hasher{maphash.MakeSeed(), rand.Uint64()} }

// hash is spread well in its top and its low bits, and never 0.
func (h *hasher) hash(s scalar) uint32 { return shorten(h.wide(s)) }

// hashText is hash for a string, and small enough to be inlined.
func (h *hasher) hashText(s string) uint32 { return shorten(maphash.String(h.seed, s)) }

func shorten(wide uint64) uint32 { return max(uint32(wide>>32), 1) }

// wide hashes strings as the runtime does, and numbers by the finalizer of
// SplitMix64 (Steele, Lea, Flood, 2014). The zero scalar is that of the empty string.
func (h *hasher) wide(s scalar) uint64 {
	if s.s != "" || s.n == 0 && s.m == 0 {
		return maphash.String(h.seed, s.s)
	}
	x := s.n ^ uint64(s.m)<<32 ^ h.salt
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// hashAll hashes a list of scalars; that of one is its own.
func (h *hasher) hashAll(all []scalar) uint32 {
	var x uint64
	for i, s := range all {
		x = h.extend(x, i, s)
	}
	return shorten(x)
}

// extend makes of the hash of the i values before a scalar that with it.
func (h *hasher) extend(x uint64, i int, s scalar) uint64 {
	if i == 0 {
		return h.wide(s)
	}
	return x*0x9e3779b97f4a7c15 ^ h.wide(s)
}
