package proof

import (
	"cmp"
	"time"

	"pgregory.net/rapid"

	noex "github.com/noexgen/noexgen/runtime"
)

var sessions = spec[string, Session, SessionInput, SessionPatch]{
	name: "sessions",
	model: model[string, Session]{
		ttl:    10_000,
		key:    func(r *Session) string { return r.Token },
		meta:   func(r *Session) *noex.Meta { return &r.Meta },
		unique: []func(*Session) any{func(r *Session) any { return orNil(r.User) }},
	},
	of: func(s *Store) face[string, Session, SessionInput, SessionPatch] {
		return face[string, Session, SessionInput, SessionPatch]{s.Sessions.Reader, s.Sessions.Writer}
	},
	in: func(tx *Tx) face[string, Session, SessionInput, SessionPatch] {
		return face[string, Session, SessionInput, SessionPatch]{tx.Sessions.Reader, tx.Sessions.Writer}
	},
	at:   func(v *View) noex.Reader[string, Session] { return v.Sessions.Reader },
	feed: func(s *Store) noex.Feed[string, Session] { return s.Sessions.Feed },
	keys: rapid.SampledFrom([]string{"t1", "t2", "t3", "t4", "t5"}),
	input: func(t *rapid.T, key string) SessionInput {
		return SessionInput{Token: key, User: opt(t, "user", slugs), Role: opt(t, "role", groups)}
	},
	expires: func(t *rapid.T, in *SessionInput, now noex.Millis) { in.ExpiresAt = soon(t, now) },
	expiry:  func(in SessionInput) noex.Opt[time.Time] { return in.ExpiresAt },
	patch: func(t *rapid.T) SessionPatch {
		return SessionPatch{User: opt(t, "user", slugs), Role: opt(t, "role", groups)}
	},
	made: func(in SessionInput, _ *Session) (Session, bool) {
		return Session{Token: in.Token, User: stored(in.User), Role: stored(in.Role)}, true
	},
	patched: func(r *Session, p SessionPatch) bool {
		r.User, r.Role = merged(r.User, p.User), merged(r.Role, p.Role)
		return true
	},
	rekey: func(r *Session) { r.Token += "x" },
	conds: func(t *rapid.T) cond[Session] {
		if rapid.Bool().Draw(t, "on role") {
			return equals(SessionFields.Role.Eq, groups(t), sessionRole)
		}
		return equals(SessionFields.User.Eq, slugs(t), sessionUser)
	},
	orders: []order[Session]{ascending("user", SessionFields.User.Asc, cmp.Compare[string], sessionUser)},
	lookups: []lookup[string, Session]{
		listOf(func(r noex.Reader[string, Session], by *Session) ([]Session, int, func(*Session) bool) {
			v := by.Role.Or("")
			return (&SessionView{r}).ByRole(v), (&SessionView{r}).CountByRole(v), func(r *Session) bool { return r.Role == noex.Some(v) }
		}),
		oneOf(func(r noex.Reader[string, Session], by *Session) (Session, bool, func(*Session) bool) {
			v := by.User.Or("")
			got, ok := (&SessionView{r}).ByUser(v)
			return got, ok, func(r *Session) bool { return r.User == noex.Some(v) }
		}),
	},
}

var recents = spec[string, Recent, RecentInput, RecentPatch]{
	name: "recents",
	model: model[string, Recent]{
		max:    4,
		key:    func(r *Recent) string { return r.ID },
		meta:   func(r *Recent) *noex.Meta { return &r.Meta },
		unique: []func(*Recent) any{func(r *Recent) any { return orNil(r.Slug) }},
	},
	of: func(s *Store) face[string, Recent, RecentInput, RecentPatch] {
		return face[string, Recent, RecentInput, RecentPatch]{s.Recents.Reader, s.Recents.Writer}
	},
	in: func(tx *Tx) face[string, Recent, RecentInput, RecentPatch] {
		return face[string, Recent, RecentInput, RecentPatch]{tx.Recents.Reader, tx.Recents.Writer}
	},
	at:   func(v *View) noex.Reader[string, Recent] { return v.Recents.Reader },
	feed: func(s *Store) noex.Feed[string, Recent] { return s.Recents.Feed },
	keys: rapid.SampledFrom([]string{"r1", "r2", "r3", "r4", "r5", "r6", "r7"}),
	input: func(t *rapid.T, key string) RecentInput {
		return RecentInput{ID: key, Slug: opt(t, "slug", slugs), Kind: opt(t, "kind", groups)}
	},
	patch: func(t *rapid.T) RecentPatch {
		return RecentPatch{Slug: opt(t, "slug", slugs), Kind: opt(t, "kind", groups)}
	},
	made: func(in RecentInput, _ *Recent) (Recent, bool) {
		return Recent{ID: in.ID, Slug: stored(in.Slug), Kind: stored(in.Kind)}, true
	},
	patched: func(r *Recent, p RecentPatch) bool {
		r.Slug, r.Kind = merged(r.Slug, p.Slug), merged(r.Kind, p.Kind)
		return true
	},
	rekey:  func(r *Recent) { r.ID += "x" },
	conds:  func(t *rapid.T) cond[Recent] { return equals(RecentFields.Kind.Eq, groups(t), recentKind) },
	orders: []order[Recent]{descending("kind", RecentFields.Kind.Desc, cmp.Compare[string], recentKind)},
	lookups: []lookup[string, Recent]{
		listOf(func(r noex.Reader[string, Recent], by *Recent) ([]Recent, int, func(*Recent) bool) {
			v := by.Kind.Or("")
			return (&RecentView{r}).ByKind(v), (&RecentView{r}).CountByKind(v), func(r *Recent) bool { return r.Kind == noex.Some(v) }
		}),
		oneOf(func(r noex.Reader[string, Recent], by *Recent) (Recent, bool, func(*Recent) bool) {
			v := by.Slug.Or("")
			got, ok := (&RecentView{r}).BySlug(v)
			return got, ok, func(r *Recent) bool { return r.Slug == noex.Some(v) }
		}),
	},
}

var cache = spec[string, Cached, CachedInput, CachedPatch]{
	name: "cache",
	model: model[string, Cached]{
		ordered: true, max: 3, ttl: 4_000,
		key:  func(r *Cached) string { return r.Key },
		meta: func(r *Cached) *noex.Meta { return &r.Meta },
	},
	of: func(s *Store) face[string, Cached, CachedInput, CachedPatch] {
		return face[string, Cached, CachedInput, CachedPatch]{s.Cache.Reader, s.Cache.Writer}
	},
	in: func(tx *Tx) face[string, Cached, CachedInput, CachedPatch] {
		return face[string, Cached, CachedInput, CachedPatch]{tx.Cache.Reader, tx.Cache.Writer}
	},
	at:   func(v *View) noex.Reader[string, Cached] { return v.Cache.Reader },
	feed: func(s *Store) noex.Feed[string, Cached] { return s.Cache.Feed },
	keys: rapid.SampledFrom([]string{"c", "b", "a", "B", "10", "9"}),
	input: func(t *rapid.T, key string) CachedInput {
		return CachedInput{Key: key, Value: opt(t, "value", ages)}
	},
	expires: func(t *rapid.T, in *CachedInput, now noex.Millis) { in.ExpiresAt = soon(t, now) },
	expiry:  func(in CachedInput) noex.Opt[time.Time] { return in.ExpiresAt },
	patch:   func(t *rapid.T) CachedPatch { return CachedPatch{Value: opt(t, "value", ages)} },
	made: func(in CachedInput, _ *Cached) (Cached, bool) {
		return Cached{Key: in.Key, Value: stored(in.Value)}, true
	},
	patched: func(r *Cached, p CachedPatch) bool {
		r.Value = merged(r.Value, p.Value)
		return true
	},
	rekey: func(r *Cached) { r.Key += "x" },
	conds: func(t *rapid.T) cond[Cached] {
		if rapid.Bool().Draw(t, "on value") {
			return ranges(t, ofNumbers(CachedFields.Value), ages, cmp.Compare[int64], cachedValue)
		}
		return ranges(t, ofStrings(CachedFields.Key), word("key", "A", "a", "b", "9"), cmp.Compare[string], cachedKey)
	},
	orders:  []order[Cached]{descending("value", CachedFields.Value.Desc, cmp.Compare[int64], cachedValue)},
	numbers: []number[Cached]{numeric(CachedFields.Value, cachedValue)},
	lookups: []lookup[string, Cached]{
		listOf(func(r noex.Reader[string, Cached], by *Cached) ([]Cached, int, func(*Cached) bool) {
			v := by.Value.Or(0)
			return (&CachedView{r}).ByValue(v), (&CachedView{r}).CountByValue(v), func(r *Cached) bool { return r.Value == noex.Some(v) }
		}),
	},
}

var scratch = spec[string, Scrap, ScrapInput, ScrapPatch]{
	name:     "scratch",
	volatile: true,
	model: model[string, Scrap]{
		key:  func(r *Scrap) string { return r.ID },
		meta: func(r *Scrap) *noex.Meta { return &r.Meta },
	},
	of: func(s *Store) face[string, Scrap, ScrapInput, ScrapPatch] {
		return face[string, Scrap, ScrapInput, ScrapPatch]{s.Scratch.Reader, s.Scratch.Writer}
	},
	in: func(tx *Tx) face[string, Scrap, ScrapInput, ScrapPatch] {
		return face[string, Scrap, ScrapInput, ScrapPatch]{tx.Scratch.Reader, tx.Scratch.Writer}
	},
	at:   func(v *View) noex.Reader[string, Scrap] { return v.Scratch.Reader },
	feed: func(s *Store) noex.Feed[string, Scrap] { return s.Scratch.Feed },
	keys: rapid.SampledFrom([]string{"x", "y", "z"}),
	input: func(t *rapid.T, key string) ScrapInput {
		return ScrapInput{ID: key, Data: noex.Some(map[string]any{"n": scores(t), "l": []any{names(t)}})}
	},
	patch: func(t *rapid.T) ScrapPatch { return ScrapPatch{Data: noex.Some(map[string]any{"n": scores(t)})} },
	made: func(in ScrapInput, _ *Scrap) (Scrap, bool) {
		return Scrap{ID: in.ID, Data: in.Data}, true
	},
	patched: func(r *Scrap, p ScrapPatch) bool {
		r.Data = merged(r.Data, p.Data)
		return true
	},
	rekey: func(r *Scrap) { r.ID += "x" },
	conds: func(*rapid.T) cond[Scrap] {
		return cond[Scrap]{ScrapFields.Data.IsSet(), func(r *Scrap) bool { return r.Data.IsSet() }}
	},
	orders: []order[Scrap]{descending("id", ScrapFields.ID.Desc, cmp.Compare[string], func(r *Scrap) (string, bool) { return r.ID, true })},
}
