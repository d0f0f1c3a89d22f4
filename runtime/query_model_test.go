package noex

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"
)

// item is the record of the query tests: a field of each kind, most of them
// optional.
type item struct {
	ID     int64
	Group  Opt[int64]
	Name   string
	Score  Opt[float64]
	Day    Opt[time.Time]
	Active bool
	Serial Opt[int64]
	Tags   []string
	Meta
}

type itemStore struct {
	*Store
	Items  Reader[int64, item]
	Writer Writer[int64, item, item, item]
}

// itemFields are the descriptors.
type itemFields struct {
	ID     *NumberField[item, int64]
	Group  *NumberField[item, int64]
	Name   *StringField[item, string]
	Score  *NumberField[item, float64]
	Day    *TimeField[item]
	Active *BoolField[item, bool]
	Serial *NumberField[item, int64]
	Tags   *ListField[item, string]
}

var items = itemFields{
	ID:     NewNumber("id", func(r *item) *int64 { return &r.ID }),
	Group:  NewNumberOpt("group", func(r *item) *Opt[int64] { return &r.Group }),
	Name:   NewString("name", func(r *item) *string { return &r.Name }),
	Score:  NewNumberOpt("score", func(r *item) *Opt[float64] { return &r.Score }),
	Day:    NewTimeOpt("day", func(r *item) *Opt[time.Time] { return &r.Day }),
	Active: NewBool("active", func(r *item) *bool { return &r.Active }),
	Serial: NewNumberOpt("serial", func(r *item) *Opt[int64] { return &r.Serial }),
	Tags:   NewList("tags", func(r *item) []string { return r.Tags }, func(a, b string) bool { return a == b }),
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// itemIndexes make the indexes that a bucket may have.
var itemIndexes = []func() *Index{
	func() *Index { return NewIndex(items.Group.Part) },
	func() *Index { return NewSorted(items.Group.Part) },
	func() *Index { return NewIndex(items.Name.Part) },
	func() *Index { return NewSorted(items.Name.Part) },
	func() *Index { return NewIndex(items.Score.Part) },
	func() *Index { return NewSorted(items.Score.Part) },
	func() *Index { return NewIndex(items.Day.Part) },
	func() *Index { return NewSorted(items.Day.Part) },
	func() *Index { return NewIndex(items.Active.Part) },
	func() *Index { return NewUnique(items.Serial.Part) },
	func() *Index { return NewSortedUnique(items.Serial.Part) },
	func() *Index { return NewIndex(items.Group.Part, items.Name.Part).Named("group_name") },
	func() *Index { return NewSorted(items.Name.Part, items.Group.Part).Named("name_group") },
	func() *Index {
		return NewSorted(items.Active.Part, items.Name.Part, items.Score.Part).Named("active_name_score")
	},
	func() *Index {
		return NewSorted(items.Group.Part, items.Score.Part, items.Day.Part).Named("group_score_day")
	},
}

func itemSchema(ordered bool, indexes ...*Index) *Schema[int64, item, item, item] {
	return &Schema[int64, item, item, item]{
		Name: "items", Ordered: ordered, Indexes: indexes,
		Key:         items.ID.Part,
		Meta:        func(r *item) *Meta { return &r.Meta },
		InputExpiry: func(in item) Opt[time.Time] { return expiryOf(in) },
		New:         func(r *item, in item, _ Gen, _ *Check) { *r = in },
		Patch: func(r *item, p item, _ *Check) {
			id := r.ID
			*r = p
			r.ID = id
		},
		Check: func(_, r *item, _ *Check) {
			if day, ok := r.Day.Get(); ok {
				r.Day = Some(canonicalTime(day))
			}
		},
		Guard: func(*item, *item, *Check) {},
	}
}

func expiryOf(in item) Opt[time.Time] {
	if in.ExpiresAt == 0 {
		return Opt[time.Time]{}
	}
	return Some(in.ExpiresAt.Time())
}

func openItems(t testing.TB, schema *Schema[int64, item, item, item]) itemStore {
	t.Helper()
	s := NewStore("items", Config{TTLCheckInterval: -1})
	b := AddBucket(s, schema)
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return itemStore{s, b.Reader, b.Writer}
}

// naive answers questions by filtering and sorting a list.
type naive struct {
	ordered bool
	recs    []item
}

func (n *naive) at(id int64) int {
	return slices.IndexFunc(n.recs, func(r item) bool { return r.ID == id })
}

func (n *naive) put(r item) {
	if at := n.at(r.ID); at >= 0 {
		n.recs[at] = r
		return
	}
	n.recs = append(n.recs, r)
	if n.ordered {
		slices.SortFunc(n.recs, func(a, b item) int { return cmp.Compare(a.ID, b.ID) })
	}
}

func (n *naive) remove(id int64) {
	if at := n.at(id); at >= 0 {
		n.recs = slices.Delete(n.recs, at, at+1)
	}
}

func (n *naive) clone() *naive { return &naive{n.ordered, slices.Clone(n.recs)} }

// asked is a question in both forms.
type asked struct {
	text   string
	preds  []Pred[item]
	match  func(*item) bool
	orders []Order[item]
	// compare has one function for each order.
	compare       []func(a, b *item) int
	limit, offset int // -1: none
}

func (a asked) query(from Reader[int64, item]) *Query[item] {
	q := from.Where(a.preds...)
	if len(a.orders) > 0 {
		q.OrderBy(a.orders...)
	}
	if a.offset > 0 {
		q.Offset(a.offset)
	}
	if a.limit >= 0 {
		q.Limit(a.limit)
	}
	return q
}

func (n *naive) answer(a asked) []*item {
	var out []*item
	for i := range n.recs {
		if a.match(&n.recs[i]) {
			out = append(out, &n.recs[i])
		}
	}
	slices.SortStableFunc(out, func(x, y *item) int {
		for _, compare := range a.compare {
			if c := compare(x, y); c != 0 {
				return c
			}
		}
		return 0
	})
	out = out[min(a.offset, len(out)):]
	if a.limit >= 0 {
		out = out[:min(a.limit, len(out))]
	}
	return out
}

func (a asked) String() string {
	names := make([]string, len(a.orders))
	for i, o := range a.orders {
		if names[i] = o.o.attr.name; o.o.desc {
			names[i] += " desc"
		}
	}
	return a.text + " order by " + strings.Join(names, ", ")
}
