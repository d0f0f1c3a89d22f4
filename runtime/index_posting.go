package noex

// postingIndex maps a value to the list of slots of the records that have it.
// Each record's position in its list is kept, so that it leaves the list in
// O(1): the last slot takes its place.
type postingIndex[R any, V comparable] struct {
	def      *Index[R, V]
	postings map[V]*posting
	// position of a slot in its posting, by chunk of 256 slots
	position []*[256]uint32
}

type posting struct{ slots []uint32 }

func newPostingIndex[R any, V comparable](def *Index[R, V]) *postingIndex[R, V] {
	return &postingIndex[R, V]{def: def, postings: make(map[V]*posting)}
}

func (x *postingIndex[R, V]) definition() IndexDef[R] { return x.def }
func (x *postingIndex[R, V]) describe() indexInfo     { return x.def.info() }

func (x *postingIndex[R, V]) at(slot uint32) *uint32 {
	chunk := int(slot >> 8)
	for chunk >= len(x.position) {
		x.position = append(x.position, nil)
	}
	if x.position[chunk] == nil {
		x.position[chunk] = new([256]uint32)
	}
	return &x.position[chunk][slot&255]
}

func (x *postingIndex[R, V]) insert(slot uint32, r *R) {
	v, ok := x.def.Get(r)
	if !ok {
		return
	}
	p := x.postings[v]
	if p == nil {
		p = new(posting)
		x.postings[v] = p
	}
	*x.at(slot) = uint32(len(p.slots))
	p.slots = append(p.slots, slot)
}

func (x *postingIndex[R, V]) remove(slot uint32, r *R) {
	v, ok := x.def.Get(r)
	if !ok {
		return
	}
	p := x.postings[v]
	last := len(p.slots) - 1
	if last == 0 {
		delete(x.postings, v)
		return
	}
	at := *x.at(slot)
	moved := p.slots[last]
	p.slots[at] = moved
	*x.at(moved) = at
	p.slots = p.slots[:last]
}

func (x *postingIndex[R, V]) update(slot uint32, old, r *R) {
	was, had := x.def.Get(old)
	is, has := x.def.Get(r)
	if had == has && was == is {
		return
	}
	x.remove(slot, old)
	x.insert(slot, r)
}

func (x *postingIndex[R, V]) taken(*R, uint32) (uint32, bool) { return 0, false }

func (x *postingIndex[R, V]) value(r *R) (any, bool) {
	v, ok := x.def.Get(r)
	return v, ok
}

func (x *postingIndex[R, V]) list(v V) []uint32 {
	if p := x.postings[v]; p != nil {
		return p.slots
	}
	return nil
}

func (x *postingIndex[R, V]) slots(to []uint32, value []any) []uint32 {
	return append(to, x.list(x.def.fromFields(value))...)
}

func (x *postingIndex[R, V]) count(value []any) int {
	return len(x.list(x.def.fromFields(value)))
}
