package btree

import "iter"

// Min returns the least element, in O(log n).
func (t *Tree) Min() (e Entry, ok bool) {
	n := t.root
	if n == nil {
		return e, false
	}
	for n.kids != nil {
		n = n.kids.node[0]
	}
	return n.items[0], true
}

// Seek returns the first element for which from is true, in O(log n). Like all
// bounds, from must be false for the elements before some point and true after
// it.
func (t *Tree) Seek(from func(Entry) bool) (e Entry, ok bool) {
	for n := t.root; n != nil; {
		i := n.find(from)
		if i < n.n {
			e, ok = n.items[i], true
		}
		if n.kids == nil {
			break
		}
		n = n.kids.node[i]
	}
	return e, ok
}

// Rank returns the number of elements for which from is false, in O(log n): the
// position of what [Tree.Seek] returns.
func (t *Tree) Rank(from func(Entry) bool) int {
	rank := 0
	for n := t.root; n != nil; {
		i := n.find(from)
		rank += i
		if n.kids == nil {
			break
		}
		for _, size := range n.kids.size[:i] {
			rank += size
		}
		n = n.kids.node[i]
	}
	return rank
}

// Count returns the number of elements of the range that [Tree.Ascend] would
// yield, in O(log n).
func (t *Tree) Count(lo, hi func(Entry) bool) int {
	end := t.n
	if hi != nil {
		end = t.Rank(hi)
	}
	if lo != nil {
		end -= t.Rank(lo)
	}
	return max(end, 0)
}

// Ascend iterates in order from the first element for which lo is true up to,
// but without, the first for which hi is true. A nil bound is open. It costs
// O(log n) and then O(1) for each element. The tree must not be written
// meanwhile; iterate over a Clone to do so.
func (t *Tree) Ascend(lo, hi func(Entry) bool) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		if t.root != nil {
			t.root.ascend(lo, hi, yield)
		}
	}
}

// Descend iterates over the same range as [Tree.Ascend], from its end to its
// start.
func (t *Tree) Descend(lo, hi func(Entry) bool) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		if t.root != nil {
			t.root.descend(lo, hi, yield)
		}
	}
}

// find returns the first position in n for whose item from is true.
func (n *node) find(from func(Entry) bool) int {
	lo, hi := 0, n.n
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if from(n.items[m]) {
			hi = m
		} else {
			lo = m + 1
		}
	}
	return lo
}

// span returns the items of n that lie between the bounds, as [i, j).
func (n *node) span(lo, hi func(Entry) bool) (i, j int) {
	j = n.n
	if lo != nil {
		i = n.find(lo)
	}
	if hi != nil {
		j = n.find(hi)
	}
	return i, j
}

func (n *node) ascend(lo, hi, yield func(Entry) bool) bool {
	i, j := n.span(lo, hi)
	if n.kids == nil {
		for ; i < j; i++ {
			if !yield(n.items[i]) {
				return false
			}
		}
		return true
	}
	// Only the first child can hold elements before lo, only the last one
	// elements from hi on.
	for ; i < j; i++ {
		if !n.kids.node[i].ascend(lo, nil, yield) || !yield(n.items[i]) {
			return false
		}
		lo = nil
	}
	return i > j || n.kids.node[j].ascend(lo, hi, yield)
}

func (n *node) descend(lo, hi, yield func(Entry) bool) bool {
	i, j := n.span(lo, hi)
	if n.kids == nil {
		for j--; j >= i; j-- {
			if !yield(n.items[j]) {
				return false
			}
		}
		return true
	}
	for ; j > i; j-- {
		if !n.kids.node[j].descend(nil, hi, yield) || !yield(n.items[j-1]) {
			return false
		}
		hi = nil
	}
	return i > j || n.kids.node[i].descend(lo, hi, yield)
}
