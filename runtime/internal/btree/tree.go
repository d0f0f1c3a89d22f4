package btree

import (
	"cmp"
	"sync/atomic"
)

// Tree holds elements in the order of a comparison, each once. [New] makes one.
//
// Reads may run side by side, Clone among them; a write needs the tree for
// itself. A clone is a tree of its own: neither sees the writes to the other,
// and each may be used while the other is written.
type Tree struct {
	ties func(a, b Entry) int
	root *node // nil when empty
	n    int
	// own marks the nodes that may be changed in place; nil after Clone.
	own atomic.Pointer[owner]
	// appending says that the last element inserted became the greatest.
	appending bool
}

// owner is compared by address only.
type owner struct{ _ byte }

// Entry is an element of a tree. Elements are ordered by Hi, then by Lo, and
// then as the tree is told.
type Entry struct {
	Hi uint64
	Lo uint32
	// Slot is for the user of the tree.
	Slot uint32
}

// Compare orders elements by Hi and Lo.
func (e Entry) Compare(o Entry) int {
	if e.Hi != o.Hi {
		return cmp.Compare(e.Hi, o.Hi)
	}
	return cmp.Compare(e.Lo, o.Lo)
}

// New returns an empty tree. Elements that are equal in Hi and Lo are ordered
// by ties, which returns a negative number, zero or a positive one, as
// [cmp.Compare] does; together that must be a total order.
func New(ties func(a, b Entry) int) *Tree { return &Tree{ties: ties} }

func (t *Tree) compare(a, b Entry) int {
	if c := a.Compare(b); c != 0 {
		return c
	}
	return t.ties(a, b)
}

// Len returns the number of elements, in O(1).
func (t *Tree) Len() int { return t.n }

// Clone returns a copy of the tree in O(1). Later writes to either copy the
// nodes that they touch.
func (t *Tree) Clone() *Tree {
	t.own.Store(nil)
	return &Tree{ties: t.ties, root: t.root, n: t.n, appending: t.appending}
}

// owned returns the owner of the nodes that this tree may change.
func (t *Tree) owned() *owner {
	own := t.own.Load()
	if own == nil {
		own = new(owner)
		t.own.Store(own)
	}
	return own
}

// search returns the first position in n whose item is not before e, and
// whether it is equal.
func (t *Tree) search(n *node, e Entry) (i int, found bool) {
	lo, hi := 0, n.n
	if t.appending && hi > 0 && t.compare(n.items[hi-1], e) < 0 {
		return hi, false
	}
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		switch c := t.compare(n.items[m], e); {
		case c < 0:
			lo = m + 1
		case c > 0:
			hi = m
		default:
			return m, true
		}
	}
	return lo, false
}

// Insert adds e, in O(log n). An element equal to e is replaced and returned.
func (t *Tree) Insert(e Entry) (old Entry, replaced bool) {
	own := t.owned()
	if t.root == nil {
		t.root = &node{owner: own}
	}
	t.root = t.root.mutable(own)
	old, replaced = t.insert(t.root, e, true)
	if replaced {
		return old, true
	}
	t.n++
	if t.root.n > maxItems {
		root := &node{owner: own, kids: new(kids)}
		root.kids.node[0], root.kids.size[0] = t.root, t.n
		root.split(0, t.appending)
		t.root = root
	}
	return old, false
}

// insert adds e below n, which may then have one item too many. The last item
// of n is the last of the tree if edge is set.
func (t *Tree) insert(n *node, e Entry, edge bool) (old Entry, replaced bool) {
	i, found := t.search(n, e)
	if found {
		old, n.items[i] = n.items[i], e
		return old, true
	}
	edge = edge && i == n.n
	if n.kids == nil {
		t.appending = edge
		n.insertItem(i, e)
		return old, false
	}
	child := n.mutableKid(i)
	old, replaced = t.insert(child, e, edge)
	if !replaced {
		n.kids.size[i]++
		if child.n > maxItems {
			n.split(i, t.appending)
		}
	}
	return old, replaced
}

// Delete removes the element equal to e and returns it, in O(log n).
func (t *Tree) Delete(e Entry) (old Entry, ok bool) {
	if t.root == nil {
		return old, false
	}
	t.root = t.root.mutable(t.owned())
	old, ok = t.remove(t.root, e)
	if ok {
		t.n--
		t.lowerRoot()
	}
	return old, ok
}

func (t *Tree) remove(n *node, e Entry) (old Entry, ok bool) {
	i, found := t.search(n, e)
	if n.kids == nil {
		if found {
			old = n.removeItem(i)
		}
		return old, found
	}
	child := n.mutableKid(i)
	if found {
		old, ok = n.items[i], true
		n.items[i] = child.removeMax()
	} else if old, ok = t.remove(child, e); !ok {
		return old, false
	}
	n.shrunk(i)
	return old, ok
}

// lowerRoot drops a root that holds nothing but its only child.
func (t *Tree) lowerRoot() {
	switch {
	case t.root.n > 0:
	case t.root.kids == nil:
		t.root = nil
	default:
		t.root = t.root.kids.node[0]
	}
}
