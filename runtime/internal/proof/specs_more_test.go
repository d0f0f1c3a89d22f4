package proof

import (
	"cmp"
	"time"

	"pgregory.net/rapid"

	noex "github.com/noexgen/noexgen/runtime"
)

var (
	groups = word("group", "g", "h", "i")
	slugs  = word("slug", "s1", "s2", "s3", "s4", "s5")
)

func jobState(r *Job) (JobState, bool)      { return r.State, true }
func jobRank(r *Job) (int64, bool)          { return r.Rank.Get() }
func jobN(r *Job) (int64, bool)             { return r.N, true }
func levelGroup(r *Level) (string, bool)    { return r.Group.Get() }
func levelKey(r *Level) (float64, bool)     { return r.Level, true }
func sessionRole(r *Session) (string, bool) { return r.Role.Get() }
func sessionUser(r *Session) (string, bool) { return r.User.Get() }
func recentKind(r *Recent) (string, bool)   { return r.Kind.Get() }
func cachedValue(r *Cached) (int64, bool)   { return r.Value.Get() }
func cachedKey(r *Cached) (string, bool)    { return r.Key, true }
func orNil[V any](v noex.Opt[V]) (unique any) {
	if v, ok := v.Get(); ok {
		return v
	}
	return nil
}

var jobs = spec[int64, Job, JobInput, JobPatch]{
	name: "jobs",
	model: model[int64, Job]{
		key:    func(r *Job) int64 { return r.N },
		meta:   func(r *Job) *noex.Meta { return &r.Meta },
		unique: []func(*Job) any{func(r *Job) any { return orNil(r.Rank) }},
	},
	of: func(s *Store) face[int64, Job, JobInput, JobPatch] {
		return face[int64, Job, JobInput, JobPatch]{s.Jobs.Reader, s.Jobs.Writer}
	},
	in: func(tx *Tx) face[int64, Job, JobInput, JobPatch] {
		return face[int64, Job, JobInput, JobPatch]{tx.Jobs.Reader, tx.Jobs.Writer}
	},
	at:   func(v *View) noex.Reader[int64, Job] { return v.Jobs.Reader },
	feed: func(s *Store) noex.Feed[int64, Job] { return s.Jobs.Feed },
	keys: rapid.Int64Range(1, 12),
	input: func(t *rapid.T, key int64) JobInput {
		in := JobInput{Title: names(t), Rank: opt(t, "rank", integer("rank", 0, 4))}
		if rapid.IntRange(0, 2).Draw(t, "own key") == 0 {
			in.N = noex.Some(key)
		}
		return in
	},
	patch: func(t *rapid.T) JobPatch {
		return JobPatch{
			Rank:  opt(t, "rank", integer("rank", 0, 4)),
			State: noex.Some(rapid.SampledFrom(JobStateValues()).Draw(t, "state")),
		}
	},
	made: func(in JobInput, got *Job) (Job, bool) {
		r := Job{N: in.N.Or(0), Title: in.Title, State: in.State.Or(JobStateOpen), Rank: stored(in.Rank)}
		if !in.N.IsSet() {
			if r.N = chosen(got, func(r *Job) int64 { return r.N }); r.N == 0 {
				r.N = placeholder.Add(-1)
			}
		}
		return r, true
	},
	patched: func(r *Job, p JobPatch) bool {
		r.Rank, r.State = merged(r.Rank, p.Rank), p.State.Or(r.State)
		return true
	},
	rekey: func(r *Job) { r.N++ },
	auto:  func(in JobInput) bool { return !in.N.IsSet() },
	conds: func(t *rapid.T) cond[Job] {
		switch rapid.IntRange(0, 2).Draw(t, "on") {
		case 0:
			return equals(JobFields.State.Eq, rapid.SampledFrom(JobStateValues()).Draw(t, "state"), jobState)
		case 1:
			return ranges(t, ofNumbers(JobFields.Rank), integer("rank", 0, 4), cmp.Compare[int64], jobRank)
		default:
			return ranges(t, ofNumbers(JobFields.N), integer("n", 0, 12), cmp.Compare[int64], jobN)
		}
	},
	orders:  []order[Job]{descending("n", JobFields.N.Desc, cmp.Compare[int64], jobN), ascending("rank", JobFields.Rank.Asc, cmp.Compare[int64], jobRank)},
	numbers: []number[Job]{numeric(JobFields.Rank, jobRank)},
	lookups: []lookup[int64, Job]{
		listOf(func(r noex.Reader[int64, Job], by *Job) ([]Job, int, func(*Job) bool) {
			return (&JobView{r}).ByState(by.State), (&JobView{r}).CountByState(by.State), func(r *Job) bool { return r.State == by.State }
		}),
		oneOf(func(r noex.Reader[int64, Job], by *Job) (Job, bool, func(*Job) bool) {
			v := by.Rank.Or(0)
			got, ok := (&JobView{r}).ByRank(v)
			return got, ok, func(r *Job) bool { return r.Rank == noex.Some(v) }
		}),
	},
}

var levels = spec[float64, Level, LevelInput, LevelPatch]{
	name: "levels",
	model: model[float64, Level]{
		ordered: true,
		key:     func(r *Level) float64 { return r.Level },
		meta:    func(r *Level) *noex.Meta { return &r.Meta },
		unique:  []func(*Level) any{func(r *Level) any { return orNil(r.Name) }},
	},
	of: func(s *Store) face[float64, Level, LevelInput, LevelPatch] {
		return face[float64, Level, LevelInput, LevelPatch]{s.Levels.Reader, s.Levels.Writer}
	},
	in: func(tx *Tx) face[float64, Level, LevelInput, LevelPatch] {
		return face[float64, Level, LevelInput, LevelPatch]{tx.Levels.Reader, tx.Levels.Writer}
	},
	at:   func(v *View) noex.Reader[float64, Level] { return v.Levels.Reader },
	feed: func(s *Store) noex.Feed[float64, Level] { return s.Levels.Feed },
	keys: rapid.SampledFrom([]float64{-1, -0.5, 0, 0.5, 1, 10, 9}),
	input: func(t *rapid.T, key float64) LevelInput {
		return LevelInput{Level: key, Name: opt(t, "name", names), Group: opt(t, "group", groups)}
	},
	patch: func(t *rapid.T) LevelPatch {
		return LevelPatch{Name: opt(t, "name", names), Group: opt(t, "group", groups)}
	},
	made: func(in LevelInput, _ *Level) (Level, bool) {
		return Level{Level: in.Level, Name: stored(in.Name), Group: stored(in.Group)}, true
	},
	patched: func(r *Level, p LevelPatch) bool {
		r.Name, r.Group = merged(r.Name, p.Name), merged(r.Group, p.Group)
		return true
	},
	rekey: func(r *Level) { r.Level += 100 },
	conds: func(t *rapid.T) cond[Level] {
		if rapid.Bool().Draw(t, "on group") {
			return equals(LevelFields.Group.Eq, groups(t), levelGroup)
		}
		return ranges(t, ofNumbers(LevelFields.Level), scores, cmp.Compare[float64], levelKey)
	},
	orders:  []order[Level]{descending("level", LevelFields.Level.Desc, cmp.Compare[float64], levelKey), ascending("group", LevelFields.Group.Asc, cmp.Compare[string], levelGroup)},
	numbers: []number[Level]{numeric(LevelFields.Level, levelKey)},
	lookups: []lookup[float64, Level]{
		listOf(func(r noex.Reader[float64, Level], by *Level) ([]Level, int, func(*Level) bool) {
			v := by.Group.Or("")
			return (&LevelView{r}).ByGroup(v), (&LevelView{r}).CountByGroup(v), func(r *Level) bool { return r.Group == noex.Some(v) }
		}),
		oneOf(func(r noex.Reader[float64, Level], by *Level) (Level, bool, func(*Level) bool) {
			v := by.Name.Or("")
			got, ok := (&LevelView{r}).ByName(v)
			return got, ok, func(r *Level) bool { return r.Name == noex.Some(v) }
		}),
	},
}

// soon draws an expiry around now, the past included.
func soon(t *rapid.T, now noex.Millis) noex.Opt[time.Time] {
	switch rapid.IntRange(0, 7).Draw(t, "expires") {
	case 0:
		return noex.Some(now.Time().Add(-time.Second))
	case 1:
		return noex.Some(now.Time())
	case 2, 3:
		return noex.Some(now.Time().Add(time.Second))
	default:
		return noex.Opt[time.Time]{}
	}
}
