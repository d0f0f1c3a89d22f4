package proof

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	noex "github.com/noexgen/noexgen/runtime"
)

// op is one call on a bucket: what it returns there, and what the model says
// it should. The same op may be tried on several states of the model.
type op[K noex.Key, R, I, P any] struct {
	name string
	real func(face[K, R, I, P]) result[R]
	want func(*model[K, R], moment) result[R]
}

// moment is when an op happens: vis is the time by which records are seen, now
// the one that is written into them. In a transaction unique values and sizes
// are the commit's business.
type moment struct {
	vis, now noex.Millis
	tx       bool
}

// result is what a call returned.
type result[R any] struct {
	Recs []R
	Nums []float64
	OK   bool
	Err  string
}

func record[R any](r R, err error) result[R] {
	if err != nil {
		return result[R]{Err: kind(err)}
	}
	return result[R]{Recs: []R{r}}
}

func failed[R any](err string) result[R] { return result[R]{Err: err} }

// write draws a call that changes the bucket.
func (s *spec[K, R, I, P]) write(t *rapid.T, m *model[K, R], now noex.Millis) op[K, R, I, P] {
	key := s.drawKey(t, m)
	switch rapid.IntRange(0, 22).Draw(t, "write") {
	default:
		return s.insert(s.draw(t, key, now))
	case 5, 6:
		ins := make([]I, rapid.IntRange(0, 3).Draw(t, "many"))
		for i := range ins {
			ins[i] = s.input(t, s.drawKey(t, m))
		}
		// The numbers chosen for some may be those that others of the batch ask
		// for, which the model cannot know.
		if s.auto != nil {
			first := len(ins) == 0 || s.auto(ins[0])
			ins = slices.DeleteFunc(ins, func(in I) bool { return s.auto(in) != first })
		}
		return s.insertMany(ins)
	case 7, 8, 9:
		return s.upsert(s.draw(t, key, now))
	case 10, 11, 12:
		p := s.patch(t)
		return s.change("update", key, func(f face[K, R, I, P]) (R, error) { return f.Update(key, p) },
			func(r *R) string { return invalidUnless(s.patched(r, p)) })
	case 13, 14:
		return s.modify(t, key, now)
	case 15, 16, 17, 18:
		return op[K, R, I, P]{fmt.Sprintf("delete %v", key), func(f face[K, R, I, P]) result[R] {
			ok, err := f.Delete(key)
			return result[R]{OK: ok, Err: kind(err)}
		}, func(m *model[K, R], at moment) result[R] {
			ok := m.get(key, at.vis) != nil
			if ok {
				m.remove(key, noex.ReasonExplicit)
			}
			return result[R]{OK: ok}
		}}
	case 20, 21:
		updates := make([]noex.Update[K, P], rapid.IntRange(0, 3).Draw(t, "updates"))
		for i := range updates {
			updates[i] = noex.Update[K, P]{Key: s.drawKey(t, m), Patch: s.patch(t)}
		}
		return s.updateMany(updates)
	case 22:
		keys := make([]K, rapid.IntRange(0, 3).Draw(t, "deletes"))
		for i := range keys {
			keys[i] = s.drawKey(t, m)
		}
		return s.deleteMany(keys)
	case 19:
		return op[K, R, I, P]{"clear", func(f face[K, R, I, P]) result[R] {
			n, err := f.Clear()
			return result[R]{Nums: []float64{float64(n)}, Err: kind(err)}
		}, func(m *model[K, R], at moment) result[R] {
			recs := m.visible(at.vis)
			for _, r := range recs {
				m.remove(m.key(r), noex.ReasonCleared)
			}
			return result[R]{Nums: []float64{float64(len(recs))}}
		}}
	}
}

func (s *spec[K, R, I, P]) draw(t *rapid.T, key K, now noex.Millis) I {
	in := s.input(t, key)
	if s.expires != nil {
		s.expires(t, &in, now)
	}
	return in
}

// drawKey draws a key that may exist.
func (s *spec[K, R, I, P]) drawKey(t *rapid.T, m *model[K, R]) K {
	if n := len(m.recs); n > 0 && rapid.Bool().Draw(t, "known key") {
		return m.key(m.recs[rapid.IntRange(0, n-1).Draw(t, "which")])
	}
	return s.keys.Draw(t, "key")
}

// build makes the record of an input.
func (s *spec[K, R, I, P]) build(in I, got *R, at moment) (*R, bool) {
	r, valid := s.made(in, got)
	meta := noex.Meta{Version: 1, CreatedAt: at.now, UpdatedAt: at.now}
	if s.model.ttl > 0 {
		meta.ExpiresAt = at.now + s.model.ttl
		if at, ok := s.expiry(in).Get(); ok {
			meta.ExpiresAt = noex.MillisOf(at)
		}
	}
	*s.model.meta(&r) = meta
	return &r, valid
}

// put is an insert into the model, or what is wrong with it.
func (s *spec[K, R, I, P]) put(m *model[K, R], r *R, at moment) string {
	switch {
	case m.get(m.key(r), at.vis) != nil:
		return "duplicate"
	case !at.tx && m.clashes(r, at.vis):
		return "unique"
	}
	if old := m.find(m.key(r)); old != nil {
		m.dead = append(m.dead, old)
	}
	m.add(r)
	return ""
}

func (s *spec[K, R, I, P]) insert(in I) op[K, R, I, P] {
	return s.single("insert", in, func(f face[K, R, I, P]) (R, error) { return f.Insert(in) })
}

func (s *spec[K, R, I, P]) upsert(in I) op[K, R, I, P] {
	return s.single("upsert", in, func(f face[K, R, I, P]) (R, error) { return f.Upsert(in) })
}

// single is an insert or an upsert.
func (s *spec[K, R, I, P]) single(name string, in I, real func(face[K, R, I, P]) (R, error)) op[K, R, I, P] {
	var got R
	return op[K, R, I, P]{name, func(f face[K, R, I, P]) result[R] {
		r, err := real(f)
		got = r
		return record(r, err)
	}, func(m *model[K, R], at moment) result[R] {
		r, valid := s.build(in, &got, at)
		if !valid {
			return failed[R]("invalid")
		}
		if old := m.get(m.key(r), at.vis); old != nil && name == "upsert" {
			meta := m.meta(r)
			meta.Version, meta.CreatedAt = m.meta(old).Version+1, m.meta(old).CreatedAt
			if !at.tx && m.clashes(r, at.vis) {
				return failed[R]("unique")
			}
			m.replace(r)
			return record(*r, nil)
		}
		if err := s.put(m, r, at); err != "" {
			return failed[R](err)
		}
		if !at.tx {
			m.evict(at.now)
		}
		return record(*r, nil)
	}}
}

func (s *spec[K, R, I, P]) insertMany(ins []I) op[K, R, I, P] {
	var got []R
	return op[K, R, I, P]{fmt.Sprintf("insert %d", len(ins)), func(f face[K, R, I, P]) result[R] {
		recs, err := f.InsertMany(ins)
		got = recs
		return result[R]{Recs: recs, Err: kind(err)}
	}, func(m *model[K, R], at moment) result[R] {
		recs := make([]*R, len(ins))
		for i, in := range ins {
			var stored *R
			if i < len(got) {
				stored = &got[i]
			}
			r, valid := s.build(in, stored, at)
			if !valid {
				return failed[R]("invalid")
			}
			recs[i] = r
		}
		trial := m.fork()
		out := []R{}
		for _, r := range recs {
			if err := s.put(trial, r, at); err != "" {
				return failed[R](err)
			}
			out = append(out, *r)
		}
		m.recs, m.dead, m.wrote = trial.recs, append(m.dead, trial.dead...), m.wrote || len(recs) > 0
		if !at.tx {
			m.evict(at.now)
		}
		return result[R]{Recs: out}
	}}
}

func invalidUnless(valid bool) string {
	if valid {
		return ""
	}
	return "invalid"
}

// change is an update of one record by edit, which returns what is wrong.
func (s *spec[K, R, I, P]) change(name string, key K, real func(face[K, R, I, P]) (R, error), edit func(*R) string) op[K, R, I, P] {
	return op[K, R, I, P]{fmt.Sprintf("%s %v", name, key), func(f face[K, R, I, P]) result[R] {
		return record(real(f))
	}, func(m *model[K, R], at moment) result[R] {
		old := m.get(key, at.vis)
		if old == nil {
			return failed[R]("not found")
		}
		r := new(R)
		*r = *old
		if err := edit(r); err != "" {
			return failed[R](err)
		}
		m.meta(r).Version++
		m.meta(r).UpdatedAt = at.now
		if !at.tx && m.clashes(r, at.vis) {
			return failed[R]("unique")
		}
		m.replace(r)
		return record(*r, nil)
	}}
}

// updateMany makes of each record what its patches make, one after the other, and
// looks at unique values when all are made.
func (s *spec[K, R, I, P]) updateMany(updates []noex.Update[K, P]) op[K, R, I, P] {
	return op[K, R, I, P]{fmt.Sprintf("update %d", len(updates)), func(f face[K, R, I, P]) result[R] {
		return result[R]{Err: kind(f.UpdateMany(updates))}
	}, func(m *model[K, R], at moment) result[R] {
		valid := true
		made := map[K]*R{}
		for _, u := range updates {
			old := made[u.Key]
			if old == nil {
				old = m.get(u.Key, at.vis)
			}
			if old == nil {
				return failed[R]("not found")
			}
			r := new(R)
			*r = *old
			if !s.patched(r, u.Patch) {
				valid = false
				continue
			}
			m.meta(r).Version++
			m.meta(r).UpdatedAt = at.now
			made[u.Key] = r
		}
		if !valid {
			return failed[R]("invalid")
		}
		trial := m.fork()
		for _, u := range updates {
			trial.replace(made[u.Key])
		}
		for _, r := range made {
			if !at.tx && trial.clashes(r, at.vis) {
				return failed[R]("unique")
			}
		}
		m.recs, m.wrote = trial.recs, m.wrote || trial.wrote
		return result[R]{}
	}}
}

func (s *spec[K, R, I, P]) deleteMany(keys []K) op[K, R, I, P] {
	return op[K, R, I, P]{fmt.Sprintf("delete %d", len(keys)), func(f face[K, R, I, P]) result[R] {
		n, err := f.DeleteMany(keys)
		return result[R]{Nums: []float64{float64(n)}, Err: kind(err)}
	}, func(m *model[K, R], at moment) result[R] {
		n := 0.0
		for _, key := range keys {
			if m.get(key, at.vis) != nil {
				m.remove(key, noex.ReasonExplicit)
				n++
			}
		}
		return result[R]{Nums: []float64{n}}
	}}
}

func (s *spec[K, R, I, P]) modify(t *rapid.T, key K, now noex.Millis) op[K, R, I, P] {
	p := s.patch(t)
	var edit func(r *R) string
	switch rapid.IntRange(0, 4).Draw(t, "modify") {
	case 0:
		edit = func(*R) string { return "own" }
	case 1:
		edit = func(r *R) string { s.rekey(r); return "invalid" }
	case 2:
		if expires, ok := soon(t, now).Get(); ok && s.model.ttl > 0 {
			edit = func(r *R) string { s.model.meta(r).ExpiresAt = noex.MillisOf(expires); return "" }
			break
		}
		fallthrough
	default:
		edit = func(r *R) string { return invalidUnless(s.patched(r, p)) }
	}
	return s.change("modify", key, func(f face[K, R, I, P]) (R, error) {
		return f.Modify(key, func(r *R) error {
			s.model.meta(r).Version = 99 // the store's business
			if edit(r) == "own" {
				return errOwn
			}
			return nil
		})
	}, edit)
}
