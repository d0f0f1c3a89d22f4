package conformance

import (
	"cmp"
	"iter"
	"slices"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// entry is a record of any of the buckets that the machine drives: a key, a
// unique value and a value that is indexed, both of which may be absent.
type entry struct {
	key     string
	uniq    noex.Opt[string]
	group   noex.Opt[string]
	version uint64
	created noex.Millis
	expires noex.Millis
}

// subject is a bucket of a store under the machine's names.
type subject struct {
	insert     func(entry) (entry, error)
	insertMany func([]entry) error
	upsert     func(entry) (entry, error)
	update     func(key string, uniq, group noex.Opt[string]) (entry, error)
	modify     func(key, group string) (entry, error)
	remove     func(key string) (bool, error)
	clear      func() (int, error)

	get     func(key string) (entry, bool)
	length  func() int
	all     func() []entry
	first   func(n int) []entry
	last    func(n int) []entry
	byUniq  func(string) (entry, bool)
	byGroup func(string) []entry
	where   func(group, uniq string) []entry
	page    func(after noex.Opt[string], limit int) (recs []entry, more bool)
}

// model is what a bucket should hold: a slice in insertion order.
type model struct {
	ordered bool
	ttl     noex.Millis
	max     int
	recs    []entry
}

func (m *model) now() noex.Millis { return noex.MillisOf(time.Now()) }

func (m *model) visible() []entry {
	now := m.now()
	recs := slices.DeleteFunc(slices.Clone(m.recs), func(e entry) bool { return e.expires != 0 && e.expires <= now })
	if m.ordered {
		slices.SortFunc(recs, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	}
	return recs
}

func (m *model) sweep() {
	now := m.now()
	m.recs = slices.DeleteFunc(m.recs, func(e entry) bool { return e.expires != 0 && e.expires <= now })
}

func (m *model) at(key string) int {
	return slices.IndexFunc(m.recs, func(e entry) bool { return e.key == key })
}

// taken reports whether a record other than that of key has a unique value.
func (m *model) taken(uniq noex.Opt[string], key string) bool {
	v, ok := uniq.Get()
	return ok && slices.ContainsFunc(m.recs, func(e entry) bool { return e.key != key && e.uniq == noex.Some(v) })
}

// insert adds a record, or tells why not.
func (m *model) insert(e entry) string {
	m.sweep()
	switch {
	case e.key == "":
		return "invalid"
	case m.at(e.key) >= 0:
		return "duplicate"
	case m.taken(e.uniq, e.key):
		return "unique"
	}
	e.version, e.created = 1, m.now()
	if m.ttl > 0 && e.expires == 0 {
		e.expires = m.now() + m.ttl
	}
	m.recs = append(m.recs, e)
	return ""
}

func (m *model) evict() {
	if m.max > 0 && len(m.recs) > m.max {
		m.sweep()
		m.recs = m.recs[max(0, len(m.recs)-m.max):]
	}
}

// textBucket is a bucket with keys of type string, whatever its records are.
type textBucket[R, I, P any] interface {
	Insert(I) (R, error)
	InsertMany([]I) ([]R, error)
	Upsert(I) (R, error)
	Update(string, P) (R, error)
	Modify(string, func(*R) error) (R, error)
	Delete(string) (bool, error)
	Clear() (int, error)
	Get(string) (R, bool)
	Len() int
	All() iter.Seq[R]
	First(int) []R
	Last(int) []R
	Where(...noex.Pred[R]) *noex.Query[R]
	Paginate(noex.PageRequest[string]) noex.Page[R, string]
}

// fields are the fields of a bucket that the machine uses.
type fields[R, I, P any] struct {
	entry       func(R) entry
	input       func(entry) I
	patch       func(uniq, group noex.Opt[string]) P
	setGroup    func(*R, string)
	byUniq      func(string) (R, bool)
	byGroup     func(string) []R
	uniq, group *noex.StringField[R, string]
}

func bind[R, I, P any](b textBucket[R, I, P], f fields[R, I, P]) subject {
	one := func(r R, err error) (entry, error) {
		if err != nil {
			return entry{}, err
		}
		return f.entry(r), nil
	}
	found := func(r R, ok bool) (entry, bool) { return f.entry(r), ok }
	many := func(recs []R) []entry {
		out := make([]entry, 0, len(recs))
		for _, r := range recs {
			out = append(out, f.entry(r))
		}
		return out
	}
	return subject{
		insert: func(e entry) (entry, error) { return one(b.Insert(f.input(e))) },
		insertMany: func(es []entry) error {
			var ins []I
			for _, e := range es {
				ins = append(ins, f.input(e))
			}
			_, err := b.InsertMany(ins)
			return err
		},
		upsert: func(e entry) (entry, error) { return one(b.Upsert(f.input(e))) },
		update: func(key string, uniq, group noex.Opt[string]) (entry, error) {
			return one(b.Update(key, f.patch(uniq, group)))
		},
		modify: func(key, group string) (entry, error) {
			return one(b.Modify(key, func(r *R) error { f.setGroup(r, group); return nil }))
		},
		remove: b.Delete, clear: b.Clear, length: b.Len,
		get:     func(key string) (entry, bool) { return found(b.Get(key)) },
		all:     func() []entry { return many(slices.Collect(b.All())) },
		first:   func(n int) []entry { return many(b.First(n)) },
		last:    func(n int) []entry { return many(b.Last(n)) },
		byUniq:  func(v string) (entry, bool) { return found(f.byUniq(v)) },
		byGroup: func(v string) []entry { return many(f.byGroup(v)) },
		where:   func(group, uniq string) []entry { return many(b.Where(f.group.Eq(group), f.uniq.Eq(uniq)).All()) },
		page: func(after noex.Opt[string], limit int) ([]entry, bool) {
			p := b.Paginate(noex.PageRequest[string]{After: after, Limit: limit})
			return many(p.Records), p.HasMore
		},
	}
}

func bindItems(s *Store) subject {
	return bind(s.Items, fields[Item, ItemInput, ItemPatch]{
		entry:    func(r Item) entry { return entry{r.ID, r.Name, r.Kind, r.Version, r.CreatedAt, r.ExpiresAt} },
		input:    func(e entry) ItemInput { return ItemInput{e.key, e.uniq, e.group} },
		patch:    func(uniq, group noex.Opt[string]) ItemPatch { return ItemPatch{uniq, group} },
		setGroup: func(r *Item, v string) { r.Kind = noex.Some(v) },
		byUniq:   s.Items.ByName, byGroup: s.Items.ByKind, uniq: ItemFields.Name, group: ItemFields.Kind,
	})
}

func bindWords(s *Store) subject {
	return bind(s.Words, fields[Word, WordInput, WordPatch]{
		entry:    func(r Word) entry { return entry{r.Word, r.Alias, r.Kind, r.Version, r.CreatedAt, r.ExpiresAt} },
		input:    func(e entry) WordInput { return WordInput{Word: e.key, Alias: e.uniq, Kind: e.group} },
		patch:    func(uniq, group noex.Opt[string]) WordPatch { return WordPatch{Alias: uniq, Kind: group} },
		setGroup: func(r *Word, v string) { r.Kind = noex.Some(v) },
		byUniq:   s.Words.ByAlias, byGroup: s.Words.ByKind, uniq: WordFields.Alias, group: WordFields.Kind,
	})
}

func bindRecents(s *Store) subject {
	return bind(s.Recents, fields[Recent, RecentInput, RecentPatch]{
		entry:    func(r Recent) entry { return entry{r.ID, r.Name, r.Kind, r.Version, r.CreatedAt, r.ExpiresAt} },
		input:    func(e entry) RecentInput { return RecentInput{e.key, e.uniq, e.group} },
		patch:    func(uniq, group noex.Opt[string]) RecentPatch { return RecentPatch{uniq, group} },
		setGroup: func(r *Recent, v string) { r.Kind = noex.Some(v) },
		byUniq:   s.Recents.ByName, byGroup: s.Recents.ByKind, uniq: RecentFields.Name, group: RecentFields.Kind,
	})
}

func bindSessions(s *Store) subject {
	return bind(s.Sessions, fields[Session, SessionInput, SessionPatch]{
		entry: func(r Session) entry {
			return entry{r.Token, r.User, r.Role, r.Version, r.CreatedAt, r.ExpiresAt}
		},
		input: func(e entry) SessionInput {
			return SessionInput{Token: e.key, User: e.uniq, Role: e.group, ExpiresAt: expiry(e)}
		},
		patch:    func(uniq, group noex.Opt[string]) SessionPatch { return SessionPatch{User: uniq, Role: group} },
		setGroup: func(r *Session, v string) { r.Role = noex.Some(v) },
		byUniq:   s.Sessions.ByUser, byGroup: s.Sessions.ByRole, uniq: SessionFields.User, group: SessionFields.Role,
	})
}

func bindCache(s *Store) subject {
	return bind(s.Cache, fields[Cached, CachedInput, CachedPatch]{
		entry: func(r Cached) entry {
			return entry{r.Key, r.Value, r.Group, r.Version, r.CreatedAt, r.ExpiresAt}
		},
		input: func(e entry) CachedInput {
			return CachedInput{Key: e.key, Value: e.uniq, Group: e.group, ExpiresAt: expiry(e)}
		},
		patch:    func(uniq, group noex.Opt[string]) CachedPatch { return CachedPatch{Value: uniq, Group: group} },
		setGroup: func(r *Cached, v string) { r.Group = noex.Some(v) },
		byUniq:   s.Cache.ByValue, byGroup: s.Cache.ByGroup, uniq: CachedFields.Value, group: CachedFields.Group,
	})
}

func expiry(e entry) noex.Opt[time.Time] {
	if e.expires == 0 {
		return noex.Opt[time.Time]{}
	}
	return noex.Some(e.expires.Time())
}
