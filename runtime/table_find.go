package noex

// hashed returns a key with its hash.
func (t *table) hashed(key scalar) hashedKey { return hashedKey{key.s, key.n, t.hasher.hash(key)} }

// find returns the slot and the record of a key, expired or not.
func (t *table) find(key scalar) (uint32, *row, bool) {
	return t.findHashed(key, t.hasher.hash(key))
}

func (t *table) findHashed(key scalar, hash uint32) (uint32, *row, bool) {
	slot, ok := t.primary.First(hash)
	if !ok {
		return 0, nil, false
	}
	if r := t.records.Get(slot); t.records.Has(slot, key.s) || t.key.is(r, key) {
		return slot, r, true
	}
	return t.searchHashed(key, hash)
}

// findNew is findHashed for the key of a record that comes, which most often is not there.
// It is for who has the lock alone.
func (t *table) findNew(key scalar, hash uint32) (uint32, *row, bool) {
	if t.primary.Vacant(hash) {
		return 0, nil, false
	}
	return t.findHashed(key, hash)
}

// searchHashed is findHashed for the rare case that another key has the same hash.
func (t *table) searchHashed(key scalar, hash uint32) (uint32, *row, bool) {
	for p := t.primary.Probe(hash); ; {
		slot, ok := p.Next()
		if !ok {
			return 0, nil, false
		}
		if r := t.records.Get(slot); t.records.Has(slot, key.s) || t.key.is(r, key) {
			return slot, r, true
		}
	}
}

// getText returns the record of a key that is a string, expired or not, or nil. It is find
// with the lock, but writes half as much to the stack: the processor, which can wait for
// so many writes at once only, is sooner at the next call of a loop while it waits for
// this record. A get takes an eighth less, and with what it calls inlined another sixth.
func (t *table) getText(key string) (r *row) {
	hash := t.hasher.hashText(key)
	in := t.store.mu.Enter()
	if slot, ok := t.primary.First(hash); ok {
		if t.records.Has(slot, key) {
			r = t.records.Get(slot)
		} else {
			_, r, _ = t.findHashed(scalar{s: key}, hash)
		}
	}
	t.store.mu.Leave(in)
	return r
}

// findText is getText for a unique index of one string.
func (t *table) findText(def *indexDef, text string) (r *row) {
	hash := t.hasher.hashText(text)
	in := t.store.mu.Enter()
	if x, ok := t.index(def).(*uniqueIndex); !ok {
		r = t.lookupOne(def, []scalar{{s: text}})
	} else if slot, ok := x.table.First(hash); ok {
		if r = t.records.Get(slot); !def.attrs[0].isText(r, text) {
			_, r, _ = x.search(hash, []scalar{{s: text}})
		}
	}
	t.store.mu.Leave(in)
	return r
}

// living returns a record, or nil if there is none or it is no longer to be seen. It is
// small enough to be inlined.
func (t *table) living(r *row) *row {
	if t.ttl == 0 {
		return r
	}
	return t.stillLiving(r)
}

func (t *table) stillLiving(r *row) *row {
	if r != nil && hasExpired(t.meta(r), t.now()) {
		return nil
	}
	return r
}

// expired reports whether a record is no longer to be seen.
func (t *table) expired(r *row, now Millis) bool {
	return t.ttl > 0 && hasExpired(t.meta(r), now)
}

// now returns the time by which records expire, or 0 in a bucket without ttl.
func (t *table) now() Millis {
	if t.ttl == 0 {
		return 0
	}
	return t.store.clock.now()
}

// due counts the expired records that were not removed yet.
func (t *table) due(now Millis) int {
	if t.expiry == nil {
		return 0
	}
	return t.expiry.Rank(dueAfter(now))
}
