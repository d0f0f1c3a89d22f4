package proof

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	noex "github.com/noexgen/noexgen/runtime"
)

// read draws a call that reads the bucket.
func (s *spec[K, R, I, P]) read(t *rapid.T, m *model[K, R]) op[K, R, I, P] {
	key := s.drawKey(t, m)
	n := rapid.IntRange(-1, 4).Draw(t, "n")
	switch rapid.IntRange(0, 9).Draw(t, "read") {
	case 0, 1:
		return s.get(key)
	case 2:
		return s.whole()
	case 3:
		return s.ends(n)
	case 4:
		return s.pages(max(n, 1))
	case 5, 6:
		if len(s.lookups) > 0 {
			by, _ := s.made(s.input(t, key), nil)
			return s.lookup(rapid.IntRange(0, len(s.lookups)-1).Draw(t, "index"), &by)
		}
		fallthrough
	default:
		return s.query(t)
	}
}

// everything is all calls that find what there is: every record in every way,
// and each index by all values that it has or had.
func (s *spec[K, R, I, P]) everything(m *model[K, R], gone []*R) []op[K, R, I, P] {
	ops := []op[K, R, I, P]{s.whole(), s.pages(1), s.pages(2)}
	for n := range len(m.recs) + 2 {
		ops = append(ops, s.ends(n-1))
	}
	for _, r := range slices.Concat(m.recs, m.dead, gone) {
		ops = append(ops, s.get(m.key(r)))
		for i := range s.lookups {
			ops = append(ops, s.lookup(i, r))
		}
	}
	return ops
}

func (s *spec[K, R, I, P]) get(key K) op[K, R, I, P] {
	return op[K, R, I, P]{fmt.Sprintf("get %v", key), func(f face[K, R, I, P]) result[R] {
		r, ok := f.Get(key)
		return found(r, ok)
	}, func(m *model[K, R], at moment) result[R] {
		if r := m.get(key, at.vis); r != nil {
			return found(*r, true)
		}
		return result[R]{}
	}}
}

func (s *spec[K, R, I, P]) whole() op[K, R, I, P] {
	return op[K, R, I, P]{"all", func(f face[K, R, I, P]) result[R] {
		return result[R]{Recs: all(f.Reader), Nums: []float64{float64(f.Len())}}
	}, func(m *model[K, R], at moment) result[R] {
		recs := values(m.visible(at.vis))
		return result[R]{Recs: recs, Nums: []float64{float64(len(recs))}}
	}}
}

func (s *spec[K, R, I, P]) ends(n int) op[K, R, I, P] {
	return op[K, R, I, P]{"ends", func(f face[K, R, I, P]) result[R] {
		return result[R]{Recs: append(f.First(n), f.Last(n)...)}
	}, func(m *model[K, R], at moment) result[R] {
		recs := values(m.visible(at.vis))
		k := min(max(n, 0), len(recs))
		return result[R]{Recs: slices.Concat(recs[:k], recs[len(recs)-k:])}
	}}
}

func found[R any](r R, ok bool) result[R] {
	if !ok {
		return result[R]{}
	}
	return result[R]{Recs: []R{r}, OK: true}
}

// pages walks the bucket page by page.
func (s *spec[K, R, I, P]) pages(limit int) op[K, R, I, P] {
	return op[K, R, I, P]{"pages", func(f face[K, R, I, P]) result[R] {
		var out result[R]
		req := noex.PageRequest[K]{Limit: limit}
		for {
			page := f.Paginate(req)
			out.Recs = append(out.Recs, page.Records...)
			out.Nums = append(out.Nums, float64(len(page.Records)))
			if req.After = page.NextCursor; !page.HasMore {
				return out
			}
		}
	}, func(m *model[K, R], at moment) result[R] {
		out := result[R]{Recs: values(m.visible(at.vis))}
		left := len(out.Recs)
		for ; left > limit; left -= limit {
			out.Nums = append(out.Nums, float64(limit))
		}
		out.Nums = append(out.Nums, float64(left))
		return out
	}}
}

// lookup reads an index by the values of a record.
func (s *spec[K, R, I, P]) lookup(index int, by *R) op[K, R, I, P] {
	var match func(*R) bool
	return op[K, R, I, P]{fmt.Sprintf("lookup %d by %+v", index, *by), func(f face[K, R, I, P]) result[R] {
		var recs []R
		var count int
		recs, count, match = s.lookups[index].find(f.Reader, by)
		return result[R]{Recs: recs, Nums: []float64{float64(count)}}
	}, func(m *model[K, R], at moment) result[R] {
		recs := values(matching(m.visible(at.vis), match))
		if s.lookups[index].unique {
			recs = recs[:min(1, len(recs))]
		}
		return result[R]{Recs: recs, Nums: []float64{float64(len(recs))}}
	}}
}

// query draws a query and runs everything a query can do.
func (s *spec[K, R, I, P]) query(t *rapid.T) op[K, R, I, P] {
	conds := make([]cond[R], rapid.IntRange(0, 3).Draw(t, "conditions"))
	preds := make([]noex.Pred[R], len(conds))
	for i := range conds {
		conds[i] = s.cond(t, 2)
		preds[i] = conds[i].pred
	}
	var orders []order[R]
	for range rapid.IntRange(0, 2).Draw(t, "orders") {
		orders = append(orders, rapid.SampledFrom(s.orders).Draw(t, "order"))
	}
	limit, offset := rapid.IntRange(-3, 3).Draw(t, "limit"), rapid.IntRange(0, 2).Draw(t, "offset")
	make := func(r noex.Reader[K, R]) *noex.Query[R] {
		q := r.Where(preds...).Offset(offset)
		if limit >= 0 {
			q.Limit(limit)
		}
		by := []noex.Order[R]{}
		for _, o := range orders {
			by = append(by, o.order)
		}
		return q.OrderBy(by...)
	}
	return op[K, R, I, P]{fmt.Sprintf("query %v", preds), func(f face[K, R, I, P]) result[R] {
		out := result[R]{Recs: make(f.Reader).All(), Nums: []float64{float64(make(f.Reader).Count())}}
		if r, ok := make(f.Reader).One(); ok {
			out.Recs = append(out.Recs, r)
		}
		out.Recs = append(out.Recs, slices.Collect(make(f.Reader).Iter())...)
		for _, n := range s.numbers {
			low, has := make(f.Reader).Min(n.field)
			high, _ := make(f.Reader).Max(n.field)
			out.OK = out.OK || has
			out.Nums = append(out.Nums, make(f.Reader).Sum(n.field), make(f.Reader).Avg(n.field), low, high)
			out.Nums = append(out.Nums, n.exact(make(f.Reader))...)
		}
		return out
	}, func(m *model[K, R], at moment) result[R] {
		recs := matching(m.visible(at.vis), func(r *R) bool {
			return !slices.ContainsFunc(conds, func(c cond[R]) bool { return !c.match(r) })
		})
		slices.SortStableFunc(recs, func(a, b *R) int {
			for _, o := range orders {
				if c := o.compare(a, b); c != 0 {
					return c
				}
			}
			return 0
		})
		recs = recs[min(offset, len(recs)):]
		if limit >= 0 {
			recs = recs[:min(limit, len(recs))]
		}
		out := result[R]{Recs: values(recs), Nums: []float64{float64(len(recs))}}
		out.Recs = append(append(out.Recs, values(recs[:min(1, len(recs))])...), values(recs)...)
		for _, n := range s.numbers {
			nums, has := total(recs, n.get)
			out.OK = out.OK || has
			out.Nums = append(out.Nums, nums...)
		}
		return out
	}}
}

// cond draws a condition, up to depth of them in one another.
func (s *spec[K, R, I, P]) cond(t *rapid.T, depth int) cond[R] {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "simple") > 0 {
		return s.conds(t)
	}
	a := s.cond(t, depth-1)
	switch rapid.IntRange(0, 2).Draw(t, "compound") {
	case 0:
		return cond[R]{noex.Not(a.pred), func(r *R) bool { return !a.match(r) }}
	case 1:
		b := s.cond(t, depth-1)
		return cond[R]{noex.Or(a.pred, b.pred), func(r *R) bool { return a.match(r) || b.match(r) }}
	default:
		b := s.cond(t, depth-1)
		return cond[R]{noex.And(a.pred, b.pred), func(r *R) bool { return a.match(r) && b.match(r) }}
	}
}

func total[R any](recs []*R, get func(*R) (float64, bool)) ([]float64, bool) {
	var sum, avg, low, high, n float64
	for _, r := range recs {
		v, ok := get(r)
		if !ok {
			continue
		}
		if n == 0 || v < low {
			low = v
		}
		if n == 0 || v > high {
			high = v
		}
		sum += v
		n++
	}
	if n > 0 {
		avg = sum / n
	}
	return []float64{sum, avg, low, high, sum, low, high}, n > 0
}

func matching[R any](recs []*R, match func(*R) bool) []*R {
	return slices.DeleteFunc(slices.Clone(recs), func(r *R) bool { return !match(r) })
}

func values[R any](recs []*R) []R {
	out := make([]R, len(recs))
	for i, r := range recs {
		out[i] = *r
	}
	return out
}
