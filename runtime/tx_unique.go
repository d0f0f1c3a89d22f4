package noex

import (
	"slices"

	"github.com/noexgen/noexgen/runtime/internal/slab"
	"github.com/noexgen/noexgen/runtime/internal/slottable"
)

// check finds out whether unique values would be there twice.
func (v *view) check(now Millis) error {
	for _, ix := range v.t.indexes {
		if !ix.define().unique {
			continue
		}
		if err := v.checkUnique(ix, now); err != nil {
			return err
		}
	}
	return nil
}

// checkUnique checks the state that all writes together make, so that values
// may be swapped and records make room for others.
func (v *view) checkUnique(ix index, now Millis) error {
	t, def := v.t, ix.define()
	var written []*row // the records with another value than before
	var byHash slottable.Table
	for some := range slices.Chunk(v.writes, readAhead) {
		var buffer [readAhead]claim
		for _, cl := range v.claims(ix, some, buffer[:0]) {
			var buf [fewFields]scalar
			w := cl.write
			values, _ := def.values(buf[:0], w.rec)
			taken := false
			for p := byHash.Probe(cl.hash); !taken; {
				i, more := p.Next()
				if !more {
					break
				}
				taken = def.has(written[i], values)
			}
			byHash.Insert(cl.hash, uint32(len(written)))
			written = append(written, w.rec)
			if slot, other := ix.taken(w.rec, slab.None, position(cl.hash)); other && !taken {
				taken = v.keeps(t.records.Get(slot), w, def, values, now)
			}
			if taken {
				return &UniqueError{Bucket: t.name, Field: def.name, Value: def.boxed(w.rec)}
			}
		}
	}
	return nil
}

// claim is a write that gives a record other unique values, with their hash.
type claim struct {
	write *write
	hash  uint32
}

// claims appends those of some writes, at most readAhead, and brings the places of their
// values into the processor's cache.
func (v *view) claims(ix index, some []*write, all []claim) []claim {
	def := ix.define()
	for _, w := range some {
		var buf [fewFields]scalar
		if values, ok := w.changed(def, buf[:0]); ok {
			all = append(all, claim{w, v.t.hasher.hashAll(values)})
		}
	}
	if len(all) >= manyWrites {
		places := make([]position, len(all))
		for i, cl := range all {
			places[i] = position(cl.hash)
		}
		ix.touchAll(places, nil)
	}
	return all
}

// changed appends the values of an index that a write gives a record, and reports
// whether there are some, which it did not have before.
func (w *write) changed(def *indexDef, buf []scalar) (values []scalar, ok bool) {
	if w.rec == nil || w.base.rec != nil && def.same(w.base.rec, w.rec) {
		return nil, false
	}
	return def.values(buf, w.rec)
}

// keeps reports whether the record that has unique values keeps them, and is not
// the one that w writes.
func (v *view) keeps(holder *row, w *write, def *indexDef, values []scalar, now Millis) bool {
	if other := v.writeOf(v.t.hashed(v.t.keyOf(holder))); other != nil {
		return other != w && other.rec != nil && def.has(other.rec, values)
	}
	return !v.t.expired(holder, now)
}
