package btree

import "iter"

// loadItems is how full Load leaves the nodes, so that later inserts do not
// split each of them at once.
const loadItems = maxItems * 7 / 8

// Load replaces the contents by the elements of sorted, in O(n). They must come
// in strictly ascending order; Load panics if they do not, and then the tree is
// empty.
func (t *Tree) Load(sorted iter.Seq[Entry]) {
	t.Clear()
	b := builder{own: t.owned()}
	n := 0
	var last Entry
	for e := range sorted {
		if n > 0 && t.compare(last, e) >= 0 {
			panic("btree: Load of elements that are not in ascending order")
		}
		last = e
		n++
		b.add(e)
	}
	t.root, t.n = b.finish(), n
}

// builder builds a tree from left to right.
type builder struct {
	own  *owner
	edge []*node // the right edge, the leaf first
}

// add puts e into the lowest node with room; the nodes below that one are
// complete, and new ones begin.
func (b *builder) add(e Entry) {
	for level := 0; ; level++ {
		if level == len(b.edge) {
			b.edge = append(b.edge, b.begin(level))
		}
		if level > 0 {
			b.hang(level - 1)
			b.edge[level-1] = b.begin(level - 1)
		}
		if n := b.edge[level]; n.n < loadItems {
			n.items[n.n] = e
			n.n++
			return
		}
	}
}

func (b *builder) begin(level int) *node {
	n := &node{owner: b.own}
	if level > 0 {
		n.kids = new(kids)
	}
	return n
}

// hang makes the node of the level the last child of the one above.
func (b *builder) hang(level int) {
	n, parent := b.edge[level], b.edge[level+1]
	parent.kids.node[parent.n] = n
	parent.kids.size[parent.n] = n.len()
}

// finish connects the right edge and fills its nodes, which may be nearly
// empty, from the nodes before them.
func (b *builder) finish() *node {
	if len(b.edge) == 0 {
		return nil
	}
	for level := range len(b.edge) - 1 {
		b.hang(level)
	}
	root := b.edge[len(b.edge)-1]
	for n := root; n.kids != nil; n = n.kids.node[n.n] {
		if n.kids.node[n.n].n < minItems {
			n.fill(n.n)
		}
	}
	return root
}
