package file

import (
	"maps"
	"math"
	"slices"

	noex "github.com/noexgen/noexgen/runtime"
)

// manifest is what the journal says about the buckets it knows: where each is,
// and what has changed since. A bucket that it does not know is in its file.
type manifest struct {
	buckets map[string]*journaled
	// damaged is the evidence of a journal that could not be read, or empty:
	// every bucket that is not listed is lost.
	damaged string
	// sealed are the segments before the newest one that are needed, oldest
	// first.
	sealed []sealed
	last   uint64 // sequence number of the last frame
}

// sealed is a segment that nothing is appended to any more. Its frames end at
// last; what stands behind is void.
type sealed struct{ number, last uint64 }

// journaled is a bucket that the journal knows.
type journaled struct {
	// gone says that the bucket is not stored if there is no file.
	gone bool
	// bases are the files that the bucket may be in, the newest last: the one
	// that is found is it. The changes after its cover are still to be applied.
	bases   []base
	changes []changesAt
	// counter and metadata are those of the last changes.
	counter  int64
	metadata noex.Metadata

	// unsure is set while it is not known which file is in place, unconfirmed
	// while that is the newest and the journal does not say so.
	unsure, unconfirmed bool
}

type base struct {
	identity
	cover uint64
	// merged says that the file has what the one before it and the changes up
	// to cover have, so that either will do.
	merged bool
}

// changesAt is where changes of a bucket are.
type changesAt struct {
	seq, segment uint64
	at, size     int64
}

// newest is the file that the bucket is in unless it is put in place no more.
func (b *journaled) newest() base { return b.bases[len(b.bases)-1] }

// after are the changes after a frame.
func (b *journaled) after(cover uint64) []changesAt {
	i, _ := slices.BinarySearchFunc(b.changes, cover+1, func(c changesAt, seq uint64) int {
		if c.seq < seq {
			return -1
		}
		return 1
	})
	return b.changes[i:]
}

// settle notes that the newest file is in place. The one before is kept in mind
// if either will do, and it is sure that it was in place.
func (b *journaled) settle(sure bool) {
	keep := len(b.bases) - 1
	if keep > 0 && b.bases[keep].merged && sure {
		keep--
	}
	b.bases = slices.Delete(b.bases, 0, keep)
	b.bases[0].merged = false
	b.changes = slices.Clone(b.after(b.bases[0].cover))
	b.unsure, b.gone = false, false
	b.unconfirmed = len(b.bases) == 1
}

// apply notes an operation of frame seq, in a segment.
func (m *manifest) apply(o op, seq, segment uint64) error {
	switch o.kind {
	case opSegment:
		m.sealed = append(m.sealed, sealed{o.number, o.last})
		return nil
	case opDamaged:
		m.damaged = o.key
		return nil
	case opGone:
		m.buckets[o.key] = &journaled{gone: true}
		return nil
	}
	b := m.buckets[o.key]
	if b == nil {
		b = &journaled{}
		m.buckets[o.key] = b
	}
	switch o.kind {
	case opBase:
		b.gone, b.unconfirmed = false, false
		b.bases = []base{{identity: o.id, cover: o.number}}
		b.changes = slices.Clone(b.after(o.number))
	case opNext, opMerged:
		b.bases = append(b.bases, base{identity: o.id, cover: o.number, merged: o.kind == opMerged})
	case opChanges:
		if len(b.bases) == 0 {
			return errOp
		}
		b.changes = append(b.changes, changesAt{seq, segment, o.at, o.size})
		b.counter, b.metadata = o.counter, o.metadata
	}
	return nil
}

// needed is the sequence number up to which no frame is needed.
func (m *manifest) needed() uint64 {
	n := uint64(math.MaxUint64)
	for _, b := range m.buckets {
		if len(b.changes) > 0 {
			n = min(n, b.bases[0].cover)
		}
	}
	return n
}

// checkpoint returns the operations that make the manifest again.
func (m *manifest) checkpoint() []byte {
	var p []byte
	if m.damaged != "" {
		p = appendName(p, opDamaged, m.damaged)
	}
	for _, s := range m.sealed {
		p = appendSegmentOp(p, s.number, s.last)
	}
	for _, key := range slices.Sorted(maps.Keys(m.buckets)) {
		b := m.buckets[key]
		if b.gone {
			p = appendName(p, opGone, key)
		}
		for i, f := range b.bases {
			kind := byte(opNext)
			switch {
			case i == 0 && !b.gone:
				kind = opBase
			case f.merged:
				kind = opMerged
			}
			cover := f.cover
			if len(b.changes) == 0 {
				cover = m.last // so that no older frame is asked for
			}
			p = appendBase(p, kind, key, f.identity, cover)
		}
	}
	return p
}
