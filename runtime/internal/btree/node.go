package btree

const (
	// maxItems is the most items that a node keeps; with it a node of 16-byte
	// elements takes 1,024 bytes. An insert may leave one more for a moment.
	maxItems = 61
	// minItems is the least number of items of a node that is neither the
	// root nor on the right edge of the tree, where appending leaves full
	// nodes behind and begins new ones.
	minItems = maxItems / 3
	// mergeItems is the most items that a merged node may have, so that the
	// next insert does not split it again.
	mergeItems = maxItems * 3 / 4
)

// node is a node of the tree; it may be changed by the tree whose owner it
// names and by nobody else.
type node struct {
	owner *owner
	kids  *kids // nil in a leaf
	n     int
	items [maxItems + 1]Entry
}

// kids holds what lies between the items of an inner node: node[i] comes
// before items[i], and size[i] is the number of elements in it.
type kids struct {
	node [maxItems + 2]*node
	size [maxItems + 2]int
}

// mutable returns n or, if it belongs to another owner, a copy of it.
func (n *node) mutable(own *owner) *node {
	if n.owner == own {
		return n
	}
	c := *n
	c.owner = own
	if n.kids != nil {
		k := *n.kids
		c.kids = &k
	}
	return &c
}

// mutableKid makes the i-th child of n, which is mutable, mutable too.
func (n *node) mutableKid(i int) *node {
	kid := n.kids.node[i]
	if kid.owner != n.owner {
		kid = kid.mutable(n.owner)
		n.kids.node[i] = kid
	}
	return kid
}

// len returns the number of elements in n and below.
func (n *node) len() int {
	total := n.n
	if n.kids != nil {
		for _, size := range n.kids.size[:n.n+1] {
			total += size
		}
	}
	return total
}

func (n *node) insertItem(i int, e Entry) {
	copy(n.items[i+1:n.n+1], n.items[i:n.n])
	n.items[i] = e
	n.n++
}

func (n *node) removeItem(i int) Entry {
	e := n.items[i]
	copy(n.items[i:n.n-1], n.items[i+1:n.n])
	n.n--
	clear(n.items[n.n : n.n+1])
	return e
}

// split moves the upper part of the i-th child to a new node after it: half of
// it, or, if appending, as little as can be.
func (n *node) split(i int, appending bool) {
	left := n.kids.node[i]
	at := left.n / 2
	if appending {
		at = left.n - 2
	}
	right := &node{owner: n.owner, n: left.n - at - 1}
	middle := left.items[at]
	copy(right.items[:], left.items[at+1:left.n])
	clear(left.items[at:left.n])
	if left.kids != nil {
		right.kids = new(kids)
		right.kids.move(0, left.kids, at+1, left.n-at)
	}
	left.n = at

	k := n.kids
	k.shift(i+1, i+2, n.n-i)
	n.insertItem(i, middle)
	size := right.len()
	k.node[i+1] = right
	k.size[i+1] = size
	k.size[i] -= size + 1
}

// move moves count children of another node, starting at j, to k, starting at i.
func (k *kids) move(i int, from *kids, j, count int) {
	copy(k.node[i:i+count], from.node[j:j+count])
	copy(k.size[i:i+count], from.size[j:j+count])
	clear(from.node[j : j+count])
}

// shift moves count children from position i to position j of the same node.
func (k *kids) shift(i, j, count int) {
	copy(k.node[j:j+count], k.node[i:i+count])
	copy(k.size[j:j+count], k.size[i:i+count])
}

// removeMax removes the last element of n, which is mutable, and returns it.
func (n *node) removeMax() Entry {
	if n.kids == nil {
		return n.removeItem(n.n - 1)
	}
	e := n.mutableKid(n.n).removeMax()
	n.shrunk(n.n)
	return e
}

// shrunk accounts for one element less in the i-th child, which is mutable,
// and fills it up if too few are left.
func (n *node) shrunk(i int) {
	n.kids.size[i]--
	if n.kids.node[i].n < minItems {
		n.fill(i)
	}
}

// fill gives the i-th child enough items: it is merged with the child beside
// it or, if they hold too many, shares with it evenly.
func (n *node) fill(i int) {
	i = max(i-1, 0)
	left, right := n.mutableKid(i), n.mutableKid(i+1)
	total := left.n + right.n
	if total < mergeItems {
		n.merge(i, left, right)
		return
	}
	before := left.len()
	if count := total/2 - left.n; count > 0 {
		n.items[i] = left.take(n.items[i], right, count)
	} else if count < 0 {
		n.items[i] = left.give(n.items[i], right, -count)
	}
	moved := left.len() - before
	n.kids.size[i] += moved
	n.kids.size[i+1] -= moved
}

// merge appends the i-th item and the child after it to the child before it.
func (n *node) merge(i int, left, right *node) {
	if left.kids != nil {
		left.kids.move(left.n+1, right.kids, 0, right.n+1)
	}
	left.items[left.n] = n.items[i]
	copy(left.items[left.n+1:], right.items[:right.n])
	left.n += right.n + 1

	k := n.kids
	k.size[i] += k.size[i+1] + 1
	k.shift(i+2, i+1, n.n-i-1)
	clear(k.node[n.n : n.n+1])
	n.removeItem(i)
}

// take moves middle and count-1 items from the start of right to the end of n
// and returns the next item of right, the new middle.
func (n *node) take(middle Entry, right *node, count int) Entry {
	if n.kids != nil {
		n.kids.move(n.n+1, right.kids, 0, count)
		right.kids.shift(count, 0, right.n+1-count)
		clear(right.kids.node[right.n+1-count : right.n+1])
	}
	n.items[n.n] = middle
	copy(n.items[n.n+1:], right.items[:count-1])
	middle = right.items[count-1]
	copy(right.items[:], right.items[count:right.n])
	clear(right.items[right.n-count : right.n])
	n.n += count
	right.n -= count
	return middle
}

// give moves count-1 items from the end of n and middle to the start of right
// and returns the last item left of n, the new middle.
func (n *node) give(middle Entry, right *node, count int) Entry {
	if n.kids != nil {
		right.kids.shift(0, count, right.n+1)
		right.kids.move(0, n.kids, n.n+1-count, count)
	}
	copy(right.items[count:], right.items[:right.n])
	right.items[count-1] = middle
	copy(right.items[:], n.items[n.n-count+1:n.n])
	middle = n.items[n.n-count]
	clear(n.items[n.n-count : n.n])
	n.n -= count
	right.n += count
	return middle
}
