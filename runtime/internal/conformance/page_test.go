package conformance

import (
	"fmt"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

// pager pages through the keys 1 to n of a bucket in insertion order and of an
// ordered one.
type pager struct {
	name   string
	page   func(after noex.Opt[int], limit int) (keys []int, more bool, next noex.Opt[int])
	delete func(key int)
	add    func(key int)
}

func pagers(t *testing.T, n int) []pager {
	s := open(t, noex.Config{})
	set := pager{
		name: "set",
		page: func(after noex.Opt[int], limit int) (keys []int, more bool, next noex.Opt[int]) {
			req := noex.PageRequest[int64]{Limit: limit}
			if v, ok := after.Get(); ok {
				req.After = noex.Some(int64(v))
			}
			p := s.Numbered.Paginate(req)
			for _, r := range p.Records {
				keys = append(keys, int(r.N))
			}
			if v, ok := p.NextCursor.Get(); ok {
				next = noex.Some(int(v))
			}
			return keys, p.HasMore, next
		},
		delete: func(key int) {
			if _, err := s.Numbered.Delete(int64(key)); err != nil {
				t.Fatal(err)
			}
		},
		add: func(key int) { insert(t, s.Numbered, NumberedInput{N: noex.Some(int64(key)), Label: "x"}) },
	}
	ordered := pager{
		name: "ordered_set",
		page: func(after noex.Opt[int], limit int) (keys []int, more bool, next noex.Opt[int]) {
			req := noex.PageRequest[float64]{Limit: limit}
			if v, ok := after.Get(); ok {
				req.After = noex.Some(float64(v))
			}
			p := s.Levels.Paginate(req)
			for _, r := range p.Records {
				keys = append(keys, int(r.Level))
			}
			if v, ok := p.NextCursor.Get(); ok {
				next = noex.Some(int(v))
			}
			return keys, p.HasMore, next
		},
		delete: func(key int) {
			if _, err := s.Levels.Delete(float64(key)); err != nil {
				t.Fatal(err)
			}
		},
		add: func(key int) { insert(t, s.Levels, LevelInput{Level: float64(key)}) },
	}
	for key := 1; key <= n; key++ {
		set.add(key)
		ordered.add(key)
	}
	return []pager{set, ordered}
}

func (p pager) wants(t *testing.T, after noex.Opt[int], limit int, keys []int, more bool, next noex.Opt[int]) {
	t.Helper()
	gotKeys, gotMore, gotNext := p.page(after, limit)
	equal(t, gotKeys, keys)
	equal(t, gotMore, more)
	equal(t, gotNext, next)
}

func TestPagination(t *testing.T) {
	none := noex.Opt[int]{}
	for _, c := range []struct {
		line string
		n    int
		run  func(*testing.T, pager)
	}{
		{"cursor 2, limit 2", 5, func(t *testing.T, p pager) {
			p.wants(t, noex.Some(2), 2, []int{3, 4}, true, noex.Some(4))
		}},
		{"cursor 4, limit 10: the last page", 5, func(t *testing.T, p pager) {
			p.wants(t, noex.Some(4), 10, []int{5}, false, noex.Some(5))
		}},
		{"cursor is the last key: nothing more", 5, func(t *testing.T, p pager) {
			p.wants(t, noex.Some(5), 2, nil, false, none)
		}},
		{"walk while hasMore: 10 records by 3 are 4 pages, each once, in order", 10, func(t *testing.T, p pager) {
			var all []int
			pages, cursor, more := 0, none, true
			for more {
				var keys []int
				keys, more, cursor = p.page(cursor, 3)
				all = append(all, keys...)
				pages++
			}
			equal(t, pages, 4)
			equal(t, all, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
		}},
		{"a page that ends with the last record has no more", 4, func(t *testing.T, p pager) {
			p.wants(t, noex.Some(2), 2, []int{3, 4}, false, noex.Some(4))
		}},
		{"the record of the cursor was deleted between pages: it goes on [mended]", 6, func(t *testing.T, p pager) {
			p.wants(t, none, 2, []int{1, 2}, true, noex.Some(2))
			p.delete(2)
			p.delete(3)
			p.wants(t, noex.Some(2), 2, []int{4, 5}, true, noex.Some(5))
		}},
		{"everything around the cursor was deleted: it goes on [mended]", 2000, func(t *testing.T, p pager) {
			p.wants(t, noex.Some(998), 2, []int{999, 1000}, true, noex.Some(1000))
			for key := 1; key <= 1500; key++ {
				p.delete(key)
			}
			p.wants(t, noex.Some(1000), 2, []int{1501, 1502}, true, noex.Some(1502))
		}},
		{"limit 0 or less: an empty page without more [mended]", 5, func(t *testing.T, p pager) {
			p.wants(t, none, 0, nil, false, none)
			p.wants(t, noex.Some(2), -1, nil, false, none)
		}},
		{"records inserted between pages come if they stand behind the cursor", 3, func(t *testing.T, p pager) {
			p.wants(t, none, 2, []int{1, 2}, true, noex.Some(2))
			p.add(4)
			p.wants(t, noex.Some(2), 2, []int{3, 4}, false, noex.Some(4))
		}},
	} {
		for _, p := range pagers(t, c.n) {
			t.Run(fmt.Sprintf("%s: %s", p.name, c.line), func(t *testing.T) { c.run(t, p) })
		}
	}
	t.Run("set: unknown cursor gives an empty page", func(t *testing.T) {
		pagers(t, 3)[0].wants(t, noex.Some(99), 2, nil, false, none)
	})
	t.Run("ordered_set: a cursor that is no key stands where it would be [mended]", func(t *testing.T) {
		pagers(t, 3)[1].wants(t, noex.Some(0), 2, []int{1, 2}, true, noex.Some(2))
	})
	t.Run("set: a cursor whose record was inserted again goes on behind it", func(t *testing.T) {
		p := pagers(t, 3)[0]
		p.delete(1)
		p.add(1)
		p.wants(t, noex.Some(1), 2, nil, false, none)
		p.wants(t, none, 3, []int{2, 3, 1}, false, noex.Some(1))
	})
}

func TestAggregates(t *testing.T) {
	s := open(t, noex.Config{})
	all := s.Users.Where()
	t.Run("empty bucket: 0, 0, none, none", func(t *testing.T) {
		equal(t, [2]float64{all.Sum(UserFields.Score), all.Avg(UserFields.Score)}, [2]float64{})
		_, hasMin := all.Min(UserFields.Score)
		_, hasMax := all.Max(UserFields.Score)
		equal(t, [2]bool{hasMin, hasMax}, [2]bool{})
	})
	for i := range 10 {
		insert(t, s.Users, UserInput{Name: "A", Score: noex.Some(float64(10 * i))})
	}
	aggregates := func(t *testing.T, q *noex.Query[User], want [4]float64) {
		t.Helper()
		low, _ := q.Min(UserFields.Score)
		high, _ := q.Max(UserFields.Score)
		equal(t, [4]float64{q.Sum(UserFields.Score), q.Avg(UserFields.Score), low, high}, want)
	}
	t.Run("scores 0 to 90", func(t *testing.T) { aggregates(t, all, [4]float64{450, 45, 0, 90}) })
	t.Run("missing values are skipped, avg divides by the count of numbers", func(t *testing.T) {
		insert(t, s.Users, UserInput{Name: "B"})
		aggregates(t, all, [4]float64{450, 45, 0, 90})
		aggregates(t, s.Users.Where(UserFields.Name.Eq("B")), [4]float64{})
	})
	t.Run("a filter, and integers", func(t *testing.T) {
		insert(t, s.Users, UserInput{Name: "C", Age: noex.Some(int64(5)), Score: noex.Some(-3.0)})
		aggregates(t, s.Users.Where(UserFields.Name.Eq("C")), [4]float64{-3, -3, -3, -3})
		equal(t, all.Sum(UserFields.Age), 5)
	})
}
