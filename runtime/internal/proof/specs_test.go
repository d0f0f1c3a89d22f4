package proof

import (
	"cmp"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"pgregory.net/rapid"

	noex "github.com/noexgen/noexgen/runtime"
)

// The values that records of the histories have: few, so that they meet.
var (
	emails = word("email", "a@x.de", "b@x.de", "c@x.de", "d@x.de")
	teams  = word("team", "red", "reds", "blue", "")
	names  = word("name", "Ann", "Bob", "Cy", "Anna")
	roles  = rapid.SampledFrom(PersonRoleValues())
	ages   = integer("age", 0, 6)
	scores = func(t *rapid.T) float64 { return float64(rapid.IntRange(-4, 4).Draw(t, "score")) / 2 }
	days   = func(t *rapid.T) time.Time {
		return time.Date(2024, 1, 1+rapid.IntRange(0, 3).Draw(t, "day"), 0, 0, 0, 0, time.FixedZone("", 3600))
	}
	tags = func(t *rapid.T) []string {
		return rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y", "z"}), 0, 2).Draw(t, "tags")
	}
)

func personAge(r *Person) (int64, bool)      { return r.Age.Get() }
func personScore(r *Person) (float64, bool)  { return r.Score.Get() }
func personTeam(r *Person) (string, bool)    { return r.Team.Get() }
func personEmail(r *Person) (string, bool)   { return r.Email.Get() }
func personSeen(r *Person) (time.Time, bool) { return r.Seen.Get() }
func personName(r *Person) (string, bool)    { return r.Name, true }
func personRole(r *Person) (PersonRole, bool) {
	return r.Role, true
}

func utc(v noex.Opt[time.Time]) noex.Opt[time.Time] {
	if t, ok := v.Get(); ok {
		return noex.Some(t.UTC())
	}
	return v
}

var people = spec[string, Person, PersonInput, PersonPatch]{
	name: "people",
	model: model[string, Person]{
		key:  func(r *Person) string { return r.ID },
		meta: func(r *Person) *noex.Meta { return &r.Meta },
		unique: []func(*Person) any{
			func(r *Person) any {
				if v, ok := r.Email.Get(); ok {
					return v
				}
				return nil
			},
			func(r *Person) any {
				if v, ok := r.Team.Get(); ok {
					return [2]string{v, r.Name}
				}
				return nil
			},
		},
	},
	of: func(s *Store) face[string, Person, PersonInput, PersonPatch] {
		return face[string, Person, PersonInput, PersonPatch]{s.People.Reader, s.People.Writer}
	},
	in: func(tx *Tx) face[string, Person, PersonInput, PersonPatch] {
		return face[string, Person, PersonInput, PersonPatch]{tx.People.Reader, tx.People.Writer}
	},
	at:   func(v *View) noex.Reader[string, Person] { return v.People.Reader },
	feed: func(s *Store) noex.Feed[string, Person] { return s.People.Feed },
	keys: rapid.SampledFrom([]string{"p1", "p2", "p3", "p4", "p5", "p6"}),
	input: func(t *rapid.T, key string) PersonInput {
		in := PersonInput{
			Name: names(t), Email: opt(t, "email", emails), Team: opt(t, "team", teams),
			Age: opt(t, "age", ages), Score: opt(t, "score", scores), Seen: opt(t, "seen", days), Tags: opt(t, "tags", tags),
		}
		if rapid.IntRange(0, 3).Draw(t, "own id") > 0 {
			in.ID = noex.Some(key)
		}
		if rapid.Bool().Draw(t, "own role") {
			in.Role = noex.Some(roles.Draw(t, "role"))
		}
		if rapid.IntRange(0, 11).Draw(t, "invalid") == 0 {
			in.Name = ""
		}
		return in
	},
	patch: func(t *rapid.T) PersonPatch {
		p := PersonPatch{
			Email: opt(t, "email", emails), Team: opt(t, "team", teams), Age: opt(t, "age", ages),
			Score: opt(t, "score", scores), Seen: opt(t, "seen", days), Tags: opt(t, "tags", tags),
		}
		switch rapid.IntRange(0, 9).Draw(t, "more") {
		case 0:
			p.Name = noex.Some("")
		case 1, 2:
			p.Name = noex.Some(names(t))
		case 3, 4:
			p.Role = noex.Some(roles.Draw(t, "role"))
		}
		return p
	},
	made: func(in PersonInput, got *Person) (Person, bool) {
		r := Person{
			Name: in.Name, Role: in.Role.Or(PersonRoleUser), Email: stored(in.Email), Team: stored(in.Team),
			Age: stored(in.Age), Score: stored(in.Score), Seen: utc(stored(in.Seen)), Tags: stored(in.Tags),
		}
		if r.ID = in.ID.Or(""); r.ID == "" {
			if r.ID = chosen(got, func(r *Person) string { return r.ID }); r.ID == "" {
				r.ID = fmt.Sprint(placeholder.Add(-1))
			}
		}
		return r, in.Name != ""
	},
	patched: func(r *Person, p PersonPatch) bool {
		r.Name, r.Role = p.Name.Or(r.Name), p.Role.Or(r.Role)
		r.Email, r.Team, r.Age = merged(r.Email, p.Email), merged(r.Team, p.Team), merged(r.Age, p.Age)
		r.Score, r.Seen, r.Tags = merged(r.Score, p.Score), utc(merged(r.Seen, p.Seen)), merged(r.Tags, p.Tags)
		return r.Name != ""
	},
	rekey: func(r *Person) { r.ID += "x" },
	conds: func(t *rapid.T) cond[Person] {
		f := PersonFields
		switch rapid.IntRange(0, 15).Draw(t, "on") {
		case 0:
			return equals(f.Email.Eq, emails(t), personEmail)
		case 1, 2:
			return equals(f.Role.Eq, roles.Draw(t, "role"), personRole)
		case 3:
			return equals(f.Team.Eq, teams(t), personTeam)
		case 4:
			return equals(f.Name.Eq, names(t), personName)
		case 5:
			return equals(f.Seen.Eq, days(t).UTC(), personSeen)
		case 6:
			return ranges(t, ofNumbers(f.Age), ages, cmp.Compare[int64], personAge)
		case 7:
			return ranges(t, ofNumbers(f.Score), scores, cmp.Compare[float64], personScore)
		case 8:
			return ranges(t, ofTimes(f.Seen), days, time.Time.Compare, personSeen)
		case 9:
			return ranges(t, ofStrings(f.Name), names, cmp.Compare[string], personName)
		case 10:
			return differs(f.Team.Ne, teams(t), personTeam)
		case 11:
			return isSet(f.Age.IsSet, personAge)
		case 12:
			return isSet(f.Email.IsSet, personEmail)
		case 13:
			v := rapid.SampledFrom([]string{"x", "y", "none"}).Draw(t, "tag")
			return cond[Person]{f.Tags.Contains(v), func(r *Person) bool { return slices.Contains(r.Tags.Or(nil), v) }}
		case 14:
			return prefixed(f.Team.HasPrefix, word("prefix", "", "r", "red", "reds", "b")(t), personTeam)
		default:
			a, b := ages(t), ages(t)
			return cond[Person]{f.Age.In(a, b), func(r *Person) bool {
				v, ok := r.Age.Get()
				return ok && (v == a || v == b)
			}}
		}
	},
	orders: []order[Person]{
		ascending("age", PersonFields.Age.Asc, cmp.Compare[int64], personAge),
		descending("age", PersonFields.Age.Desc, cmp.Compare[int64], personAge),
		descending("score", PersonFields.Score.Desc, cmp.Compare[float64], personScore),
		ascending("name", PersonFields.Name.Asc, cmp.Compare[string], personName),
		ascending("role", PersonFields.Role.Asc, cmp.Compare[PersonRole], personRole),
		descending("seen", PersonFields.Seen.Desc, time.Time.Compare, personSeen),
	},
	numbers: []number[Person]{numeric(PersonFields.Age, personAge), numeric(PersonFields.Score, personScore)},
	lookups: []lookup[string, Person]{
		oneOf(func(r noex.Reader[string, Person], by *Person) (Person, bool, func(*Person) bool) {
			v := by.Email.Or("")
			got, ok := (&PersonView{r}).ByEmail(v)
			return got, ok, func(r *Person) bool { return r.Email == noex.Some(v) }
		}),
		oneOf(func(r noex.Reader[string, Person], by *Person) (Person, bool, func(*Person) bool) {
			team, name := by.Team.Or(""), by.Name
			got, ok := (&PersonView{r}).ByTeamAndName(team, name)
			return got, ok, func(r *Person) bool { return r.Team == noex.Some(team) && r.Name == name }
		}),
		listOf(func(r noex.Reader[string, Person], by *Person) ([]Person, int, func(*Person) bool) {
			return (&PersonView{r}).ByRole(by.Role), (&PersonView{r}).CountByRole(by.Role), func(r *Person) bool { return r.Role == by.Role }
		}),
		listOf(func(r noex.Reader[string, Person], by *Person) ([]Person, int, func(*Person) bool) {
			team := by.Team.Or("")
			return (&PersonView{r}).ByTeamAndRole(team, by.Role), (&PersonView{r}).CountByTeamAndRole(team, by.Role), func(r *Person) bool { return r.Team == noex.Some(team) && r.Role == by.Role }
		}),
		listOf(func(r noex.Reader[string, Person], by *Person) ([]Person, int, func(*Person) bool) {
			v := by.Age.Or(0)
			return (&PersonView{r}).ByAge(v), (&PersonView{r}).CountByAge(v), func(r *Person) bool { return r.Age == noex.Some(v) }
		}),
		listOf(func(r noex.Reader[string, Person], by *Person) ([]Person, int, func(*Person) bool) {
			v := by.Age.Or(0)
			return (&PersonView{r}).ByRoleAndAge(by.Role, v), (&PersonView{r}).CountByRoleAndAge(by.Role, v), func(r *Person) bool { return r.Age == noex.Some(v) && r.Role == by.Role }
		}),
		listOf(func(r noex.Reader[string, Person], by *Person) ([]Person, int, func(*Person) bool) {
			v := by.Score.Or(0)
			return (&PersonView{r}).ByScore(v), (&PersonView{r}).CountByScore(v), func(r *Person) bool { return r.Score == noex.Some(v) }
		}),
	},
}

// placeholder makes keys for records that the store has refused: nobody knows
// what it would have chosen.
var placeholder atomic.Int64

// chosen returns the key that the store has chosen.
func chosen[K noex.Key, R any](got *R, key func(*R) K) K {
	var none K
	if got != nil {
		return key(got)
	}
	return none
}
