package noex

import "slices"

// commit collects the changes that one commit makes, in order. It is the one
// thing that events, live queries and saves are fed from.
type commit struct {
	changes []change
}

// change is one record inserted, updated or deleted. Old and new are immutable
// records of the table.
type change struct {
	table    *table
	typ      EventType
	reason   Reason
	old, new *row
	// rank is the place that an old record had in bucket order.
	rank uint64
	// boxed is the key as events have it, where somebody made it for all of them.
	boxed any
}

func (c *commit) inserted(t *table, r *row) {
	ch := c.next()
	ch.table, ch.typ, ch.new = t, Inserted, r
}

func (c *commit) updated(t *table, old, r *row, rank uint64) {
	ch := c.next()
	ch.table, ch.typ, ch.old, ch.new, ch.rank = t, Updated, old, r, rank
}

func (c *commit) deleted(t *table, old *row, why Reason, rank uint64) {
	ch := c.next()
	ch.table, ch.typ, ch.reason, ch.old, ch.rank = t, Deleted, why, old, rank
}

// next adds an empty change, to be filled where it is. A change that was written
// elsewhere is copied two words at a time, which the processor cannot do while they are on
// their way to memory one by one: so, and with [change.set], an update takes 3 % less.
func (c *commit) next() *change {
	c.changes = append(c.changes, change{})
	return &c.changes[len(c.changes)-1]
}

// set makes ch a copy of a change that has just been written.
func (ch *change) set(from *change) {
	ch.table, ch.typ, ch.reason = from.table, from.typ, from.reason
	ch.old, ch.new = from.old, from.new
	ch.rank, ch.boxed = from.rank, from.boxed
}

// expect makes room for n changes.
func (c *commit) expect(n int) { c.changes = slices.Grow(c.changes, n) }

// keep returns the changes for the log to keep: many as they are, few as a copy, so
// that their room is used again. Next time many have the room of spare.
func (c *commit) keep(spare []change) []change {
	const few = 64
	if n := len(c.changes); n <= few || cap(c.changes) > 2*n {
		return slices.Clone(c.changes)
	}
	kept := c.changes
	c.changes = spare
	return kept
}

// reset makes c ready for the next commit. The room of a large one is given
// back.
func (c *commit) reset() {
	clear(c.changes)
	c.changes = c.changes[:0]
	if cap(c.changes) > 1024 {
		c.changes = nil
	}
}

// takeBack undoes the inserts from the n-th change on, the last one first.
// Expired records that made way for them stay removed: nobody could see them.
func (c *commit) takeBack(n int) {
	for i := len(c.changes) - 1; i >= n; i-- {
		if ch := c.changes[i]; ch.typ == Inserted {
			ch.table.undo(ch)
			c.changes = slices.Delete(c.changes, i, i+1)
		}
	}
}

// fold makes one change of what a commit did to a record before it evicted it:
// none if it inserted the record, else the eviction of what was there before.
func (c *commit) fold() {
	if !slices.ContainsFunc(c.changes, evicted) {
		return
	}
	type record struct {
		table *table
		key   scalar
	}
	made := make(map[record]int, len(c.changes)) // the last change of it
	for i, ch := range c.changes {
		rec := record{ch.table, ch.key()}
		at, ok := made[rec]
		if ch.typ != Deleted {
			made[rec] = i
		}
		if !ok || !evicted(ch) {
			continue
		}
		if was := c.changes[at]; was.typ == Updated {
			c.changes[i].old, c.changes[i].rank = was.old, was.rank
		} else {
			c.changes[i] = change{}
		}
		c.changes[at] = change{}
	}
	c.changes = slices.DeleteFunc(c.changes, func(ch change) bool { return ch.table == nil })
}

func evicted(ch change) bool { return ch.typ == Deleted && ch.reason == ReasonEvicted }

// undo takes back an insert of the running commit.
func (t *table) undo(ch change) {
	key := t.keyOf(ch.new)
	hash := t.hasher.hash(key)
	slot, _, _ := t.findHashed(key, hash)
	t.drop(slot, hash, ch.new)
}

// event returns what an event shows of a change: the key, and copies of the
// records that are the receiver's own.
func (t *table) event(ch change) AnyEvent {
	e := AnyEvent{Bucket: t.name, Type: ch.typ, Reason: ch.reason, Key: ch.boxedKey()}
	if ch.old != nil {
		e.Old = t.box(ch.old)
	}
	if ch.new != nil {
		e.New = t.box(ch.new)
	}
	return e
}

// boxedKey returns the key as events have it.
func (ch *change) boxedKey() any {
	if ch.boxed != nil {
		return ch.boxed
	}
	return ch.table.key.box(ch.key())
}

// key returns the primary key of the record that changed.
func (ch *change) key() scalar {
	if ch.new != nil {
		return ch.table.keyOf(ch.new)
	}
	return ch.table.keyOf(ch.old)
}
