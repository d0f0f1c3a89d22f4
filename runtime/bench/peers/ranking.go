package peers

import (
	"cmp"

	"github.com/tidwall/btree"
)

// ranking is the ordered index of the hand-written stores: a B-tree of a
// library, since nobody writes one by hand. A nil ranking holds nothing.
type ranking struct{ tree *btree.BTreeG[*User] }

func newRanking() *ranking {
	less := func(a, b *User) bool {
		return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.ID, b.ID)) < 0
	}
	return &ranking{btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})}
}

func (r *ranking) add(u *User) {
	if r != nil {
		r.tree.Set(u)
	}
}

func (r *ranking) remove(u *User) {
	if r != nil {
		r.tree.Delete(u)
	}
}

func (r *ranking) between(from, to int64) []User {
	var list []User
	r.tree.Ascend(&User{Score: from}, func(u *User) bool {
		if u.Score > to {
			return false
		}
		list = append(list, *u)
		return true
	})
	return list
}

func (r *ranking) top(n int) []User {
	list := make([]User, 0, n)
	r.tree.Reverse(func(u *User) bool {
		list = append(list, *u)
		return len(list) < n
	})
	return list
}
