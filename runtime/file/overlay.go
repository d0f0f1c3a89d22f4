package file

import (
	"iter"

	noex "github.com/noexgen/noexgen/runtime"
)

// overlay is the net effect of changes on the records of a file: what has to be
// known of each key, and where the records are, but not these.
type overlay struct {
	keys map[string]*changed
	// ends is what came to the end, in that order: again what came there again, and still
	// what was deleted since.
	ends []*changed
	// fresh is about how many bytes the file does not have yet.
	fresh int
	// value returns a record.
	value func(where) ([]byte, error)
}

// changed is what became of a record.
type changed struct {
	key string
	typ byte // changeInserted: it is at the end; changeUpdated: where it was
	end int  // its last place in the ends
	at  where
	// met says that an updated one was met in the file.
	met bool
}

// where is the place of a record: bytes of part n of the changes.
type where struct{ part, at, size int }

func newOverlay(value func(where) ([]byte, error)) *overlay {
	return &overlay{keys: map[string]*changed{}, value: value}
}

// add adds part n of the changes.
func (o *overlay) add(n int, text []byte) error {
	for whole := len(text); len(text) > 0; {
		c, rest, err := cutChange(text, whole-len(text))
		if err != nil {
			return err
		}
		text = rest
		is, known := o.keys[string(c.key)]
		if !known {
			is = &changed{key: string(c.key), typ: changeUpdated}
			o.keys[is.key] = is
			if c.typ == changeInserted {
				o.fresh += len(c.key) + len(c.value)
			}
		}
		switch {
		case c.typ == changeInserted, c.typ == changeUpdated && is.typ == changeDeleted:
			is.typ = changeInserted
			o.toEnd(is)
		case c.typ == changeDeleted:
			is.typ = changeDeleted
		case !known: // it may not be in the file
			o.toEnd(is)
		}
		is.at = where{n, c.at, len(c.value)}
	}
	return nil
}

func (o *overlay) toEnd(c *changed) {
	c.end = len(o.ends)
	o.ends = append(o.ends, c)
}

// records yields the records of a file as the changes leave them.
func (o *overlay) records(file iter.Seq2[noex.PersistedRecord, error]) iter.Seq2[noex.PersistedRecord, error] {
	return func(yield func(noex.PersistedRecord, error) bool) {
		if o.kept(file, yield) {
			o.tail(yield)
		}
	}
}

// kept yields what stays where it is in the file.
func (o *overlay) kept(file iter.Seq2[noex.PersistedRecord, error], yield func(noex.PersistedRecord, error) bool) bool {
	for r, err := range file {
		if err == nil {
			if c := o.keys[string(r.Key)]; c != nil {
				if c.typ != changeUpdated {
					continue
				}
				if !c.met { // parts that are walked at the same time only read it
					c.met = true
				}
				r.Value, err = o.value(c.at)
			}
		}
		if !yield(r, err) || err != nil {
			return false
		}
	}
	return true
}

// tail yields what comes at the end. An update of a record that is not in the
// file puts it there.
func (o *overlay) tail(yield func(noex.PersistedRecord, error) bool) {
	for i, c := range o.ends {
		if c.end != i || c.typ != changeInserted && (c.typ != changeUpdated || c.met) {
			continue
		}
		value, err := o.value(c.at)
		if !yield(noex.PersistedRecord{Key: []byte(c.key), Value: value}, err) || err != nil {
			return
		}
	}
}

// split is records in parts that may be walked at the same time. What is met is
// known before they are, by walking others of the same records.
func (o *overlay) split(parts, others []iter.Seq2[noex.PersistedRecord, error]) []iter.Seq2[noex.PersistedRecord, error] {
	for _, part := range others {
		for r := range part {
			if c := o.keys[string(r.Key)]; c != nil {
				c.met = true
			}
		}
	}
	out := make([]iter.Seq2[noex.PersistedRecord, error], len(parts))
	for i, part := range parts {
		out[i] = func(yield func(noex.PersistedRecord, error) bool) {
			if o.kept(part, yield) && i == len(parts)-1 {
				o.tail(yield)
			}
		}
	}
	return out
}
