package noex

import "iter"

// changeBlock is the number of changes up to which a changeList is one slice.
const changeBlock = 256

// changeList is a list of changes that grows without ever copying more than a
// block of them. A copy of it stays what it is while the list grows.
type changeList struct {
	first []change
	rest  []*[changeBlock]change // after first, which is a block long then
	n     int
}

func (l *changeList) add(ch change) {
	if l.n < changeBlock {
		l.first = append(l.first, ch)
	} else {
		at := l.n - changeBlock
		if at%changeBlock == 0 {
			l.rest = append(l.rest, new([changeBlock]change))
		}
		l.rest[at/changeBlock][at%changeBlock] = ch
	}
	l.n++
}

// from yields the changes from a position on.
func (l changeList) from(at int) iter.Seq2[int, *change] {
	return func(yield func(int, *change) bool) {
		for ; at < l.n; at++ {
			ch := &l.first[min(at, changeBlock-1)]
			if at >= changeBlock {
				ch = &l.rest[at/changeBlock-1][at%changeBlock]
			}
			if !yield(at, ch) {
				return
			}
		}
	}
}
