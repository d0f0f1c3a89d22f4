package peers

import (
	"cmp"
	"errors"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

const testSize = 2 * (CitySize + VillageSize)

// filled opens a peer and inserts the records of data, half of them at once.
func filled(t *testing.T, spec Spec, data *Data) (Peer, []string) {
	t.Helper()
	p, err := spec.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	var ids []string
	alone := data.Size
	if l, ok := p.(Loader); ok {
		alone = data.Size / 2
		if ids, err = l.InsertMany(data.Inputs(0, data.Size-alone)); err != nil {
			t.Fatal(err)
		}
	}
	for _, in := range data.Inputs(data.Size-alone, data.Size) {
		id, err := p.Insert(in)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return p, ids
}

// answers are what a peer says, without ids and times, which differ.
type answers struct {
	Get, ByEmail   User
	City, Village  []User
	Roles          []int
	Ages, SumAges  int64
	Len            int
	Gone, NotAgain bool
}

func without(u User, ok bool) User {
	if !ok {
		return User{}
	}
	u.ID, u.CreatedAt, u.UpdatedAt = "", 0, 0
	return u
}

func sorted(users []User) []User {
	var list []User
	for _, u := range users {
		list = append(list, without(u, true))
	}
	slices.SortFunc(list, func(a, b User) int { return cmp.Compare(a.Email, b.Email) })
	return list
}

// TestPeersAnswerAlike keeps the comparison honest: every peer does the same
// work and comes to the same result as the generated store.
func TestPeersAnswerAlike(t *testing.T) {
	data := NewData(testSize)
	var want answers
	for _, spec := range Specs {
		t.Run(spec.Name, func(t *testing.T) {
			p, ids := filled(t, spec, data)
			got := ask(t, p, ids, data)
			if spec.Name == NameNoex {
				want = got
				if want.Len != data.Size-1 || len(want.Village) != VillageSize || !want.Gone || !want.NotAgain {
					t.Fatalf("the generated store itself has %d records, %d in a village, deleted: %t, unique: %t",
						want.Len, len(want.Village), want.Gone, want.NotAgain)
				}
				return
			}
			want := want
			if _, ok := p.(Indexed); !ok { // it has the answers that need no index, and no versions
				want = answers{Get: want.Get, Ages: want.Ages, Len: want.Len, Gone: want.Gone}
				want.Get.Version = 0
				want.Get.Role = got.Get.Role
			}
			if spec.Name == NameColumn {
				want.NotAgain = false
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("answers differ from those of the generated store (-want +got):\n%s", diff)
			}
		})
	}
}

func ask(t *testing.T, p Peer, ids []string, data *Data) (a answers) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(p.SetAge(ids[0], 33))
	check(p.Delete(ids[1]))
	if x, ok := p.(Indexed); ok {
		check(x.SetRole(ids[0], "admin"))
		a.ByEmail = without(x.ByEmail(data.Email(0)))
		checkAge(t, "AgeByEmail", 33)(x.AgeByEmail(data.Email(0)))
		a.City = sorted(x.ByCity(data.Cities[0]))
		a.Village = sorted(x.ByCity(data.Villages[1]))
		for _, role := range roles {
			a.Roles = append(a.Roles, x.CountRole(role))
		}
		a.SumAges = x.SumAges(data.Cities[1])
	}
	a.Get = without(p.Get(ids[0]))
	checkAge(t, "AgeOf", 33)(p.AgeOf(ids[0]))
	a.Ages = int64(p.CountAge(33))
	_, found := p.Get(ids[1])
	a.Gone = !found
	if _, ok := p.(Indexed); ok {
		_, err := p.Insert(data.Input(2))
		a.NotAgain = err != nil
		if err == nil {
			check(p.Delete(ids[2]))
		}
	}
	a.Len = p.Len()
	return a
}

// checkAge returns what checks an answer to a look-up.
func checkAge(t *testing.T, call string, want int64) func(age int64, ok bool) {
	t.Helper()
	return func(age int64, ok bool) {
		t.Helper()
		if !ok || age != want {
			t.Errorf("%s says %d, %t, want %d", call, age, ok, want)
		}
	}
}

// able runs a test for each peer that has a T, with records.
func able[T any](t *testing.T, test func(t *testing.T, p Peer, able T, ids []string)) {
	data := NewData(testSize)
	for _, spec := range Specs {
		p, ids := filled(t, spec, data)
		if able, ok := p.(T); ok {
			t.Run(spec.Name, func(t *testing.T) { test(t, p, able, ids) })
		}
	}
}

// TestBatchesAreWhole checks that what a peer does in one transaction shows
// afterwards, and nothing of one that failed.
func TestBatchesAreWhole(t *testing.T) {
	able(t, func(t *testing.T, p Peer, b Batcher, ids []string) {
		fail := errors.New("no")
		err := b.Batch(func(w Writer) error {
			must(w.SetAge(ids[0], 99))
			return fail
		})
		if u, _ := p.Get(ids[0]); !errors.Is(err, fail) || u.Age == 99 {
			t.Errorf("after a failed batch, which returned %v, the age is %d", err, u.Age)
		}
		err = b.Batch(func(w Writer) error {
			return errors.Join(w.SetAge(ids[0], 99), w.SetRole(ids[1], "admin"), w.Delete(ids[2]))
		})
		if err != nil {
			t.Fatal(err)
		}
		p.(Viewer).View(func(r Reader) {
			a, _ := r.Get(ids[0])
			b, _ := r.Get(ids[1])
			_, c := r.Get(ids[2])
			if a.Age != 99 || b.Role != "admin" || c {
				t.Errorf("after the batch: age %d, role %s, deleted %t", a.Age, b.Role, !c)
			}
		})
	})
}

// TestBulkIsAllOrNone checks calls that change many records.
func TestBulkIsAllOrNone(t *testing.T) {
	able(t, func(t *testing.T, p Peer, b Bulk, ids []string) {
		if err := b.SetAges([]string{ids[0], "nobody"}, []int64{99, 99}); err == nil {
			t.Error("the record of nobody was changed")
		}
		if u, _ := p.Get(ids[0]); u.Age == 99 {
			t.Error("a record was changed by a call that failed")
		}
		before := p.Len()
		err := errors.Join(
			b.SetAges(ids[:2], []int64{98, 99}), b.SetRoles(ids[:2], []Role{"admin", "guest"}), b.DeleteAll(ids[2:4]))
		if err != nil {
			t.Fatal(err)
		}
		first, _ := p.Get(ids[0])
		second, _ := p.Get(ids[1])
		if first.Age != 98 || first.Role != "admin" || second.Age != 99 || second.Role != "guest" || p.Len() != before-2 {
			t.Errorf("got %+v, %+v and %d records", first, second, p.Len())
		}
	})
}

// TestPaymentsChangeBothBuckets checks the transaction over two buckets.
func TestPaymentsChangeBothBuckets(t *testing.T) {
	able(t, func(t *testing.T, p Peer, a Accountant, ids []string) {
		before, _ := p.Get(ids[0])
		if err := a.OpenAccounts(ids[:2]); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(a.Pay(ids[0], 7), a.Pay(ids[0], 1)); err != nil {
			t.Fatal(err)
		}
		if after, _ := p.Get(ids[0]); after.Score != before.Score+8 {
			t.Errorf("score %d after payments of 8 to %d", after.Score, before.Score)
		}
		if err := a.Pay(ids[2], 1); err == nil {
			t.Error("a payment to no account went through")
		}
	})
}

// TestRankedPeersAnswerAlike does the same for the ordered index.
func TestRankedPeersAnswerAlike(t *testing.T) {
	type ranking struct {
		N   int
		Sum int64
	}
	data := NewData(testSize)
	var scores []int64
	for _, in := range data.Inputs(0, data.Size) {
		scores = append(scores, in.Score)
	}
	slices.Sort(scores)
	sum := func(scores []int64) (r ranking) {
		for _, s := range scores {
			r.Sum += s
		}
		r.N = len(scores)
		return r
	}
	from, _ := slices.BinarySearch(scores, 500)
	to, _ := slices.BinarySearch(scores, 601)
	for _, spec := range Specs {
		if spec.OpenRanked == nil {
			continue
		}
		t.Run(spec.Name, func(t *testing.T) {
			p, err := spec.OpenRanked()
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			if _, err := p.InsertMany(data.Inputs(0, data.Size-1)); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Insert(data.Input(data.Size - 1)); err != nil {
				t.Fatal(err)
			}
			var got ranking
			got.N, got.Sum = p.Range(500, 600)
			if diff := gocmp.Diff(sum(scores[from:to]), got); diff != "" {
				t.Errorf("range (-want +got):\n%s", diff)
			}
			if top, ok := p.(Topper); ok {
				got.N, got.Sum = top.Top(10)
				if diff := gocmp.Diff(sum(scores[len(scores)-10:]), got); diff != "" {
					t.Errorf("top (-want +got):\n%s", diff)
				}
			}
		})
	}
}
