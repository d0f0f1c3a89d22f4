package noex

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// planned is a bucket of 10,000 records with several indexes.
//
//	group: 20 values, day: 16 values, score: 1,000 values, name: all different,
//	serial: every tenth record has one
func planned(t *testing.T) itemStore {
	s := openItems(t, itemSchema(false, NewIndex(items.Group.Part), NewIndex(items.Day.Part), NewSorted(items.Score.Part), NewSorted(items.Name.Part), NewSorted(items.Serial.Part)))
	in := make([]item, 10_000)
	for i := range in {
		in[i] = item{
			ID: int64(i), Name: fmt.Sprintf("n%05d", i*7919%10_000), Active: i%3 == 0,
			Group: Some(int64(i % 20)), Day: Some(plannedDay(i % 16)), Score: Some(float64(i % 1000)),
		}
		if i%10 == 0 {
			in[i].Serial = Some(int64(i))
		}
	}
	if _, err := s.Writer.InsertMany(in); err != nil {
		t.Fatal(err)
	}
	return s
}

func plannedDay(i int) time.Time { return time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC) }

// TestPlansDoWhatTheySay compares what Explain says with the number of records
// that are looked at.
func TestPlansDoWhatTheySay(t *testing.T) {
	s := planned(t)
	for _, test := range []struct {
		preds   []Pred[item]
		orders  []Order[item]
		limit   int
		explain string
		visits  int
	}{
		{nil, nil, -1, "scan items (10000 records)", 10_000},
		{[]Pred[item]{items.Active.Eq(true)}, nil, -1, "scan items (10000 records), filter (active = true", 3334},
		{[]Pred[item]{items.ID.Eq(77)}, nil, -1, "index id of items (1 records)", 1},
		{[]Pred[item]{items.Group.Eq(5)}, nil, -1, "index group of items (500 records)", 500},
		{[]Pred[item]{items.Group.Eq(5)}, nil, 3, "index group of items (500 records)", 3},
		{[]Pred[item]{items.Group.In(5, 7, 5)}, nil, -1, "union of 2 values of index group of items (1000 records)", 1000},
		{[]Pred[item]{items.Group.In()}, nil, -1, "nothing of items (0 records)", 0},
		{[]Pred[item]{items.Score.Between(10, 19)}, nil, -1, "index score of items (100 records)", 100},
		{[]Pred[item]{items.Score.Ge(10), items.Score.Lt(20)}, nil, -1, "index score of items (100 records)", 100},
		{[]Pred[item]{items.Name.HasPrefix("n0012")}, nil, -1, "index name of items (10 records)", 10},
		{[]Pred[item]{items.Serial.IsSet()}, nil, -1, "index serial of items (1000 records)", 1000},
		{
			[]Pred[item]{items.Group.Eq(5), items.Day.Eq(plannedDay(1))}, nil, -1,
			"index group of items (500 records), intersect index day (625 records)", 125,
		},
		{
			[]Pred[item]{Or(items.Group.Eq(1), And(items.Score.Lt(10), items.Active.Eq(true)))}, nil, -1,
			"union of 2 values of index group, index score of items (at most 600 records), filter ((group = 1 or (score < 10 and active = true))", 531,
		},
		{nil, []Order[item]{items.Name.Desc()}, 10, "index name in order, backwards, of items (10000 records)", 10},
		{nil, []Order[item]{items.Score.Desc()}, 25, "index score in order, backwards, of items (10000 records)", 25},
		{[]Pred[item]{items.Score.Gt(500)}, []Order[item]{items.Score.Asc()}, -1, "index score in order of items (4990 records)", 4990},
		{
			[]Pred[item]{items.Group.Eq(5)}, []Order[item]{items.Active.asc()}, 7,
			"index group of items (500 records), filter (probe = true), keep the first 7 by active", 500,
		},
		{nil, []Order[item]{items.Serial.Asc()}, 5, "index serial in order of items (1000 records), filter (probe = true), then those without a value", 5},
	} {
		visits := 0
		probe := Pred[item]{testPred(opEq, "probe", true, func(*row) bool {
			visits++
			return true
		})}
		q := s.Items.Where(append(slices.Clone(test.preds), probe)...).OrderBy(test.orders...)
		if test.limit >= 0 {
			q.Limit(test.limit)
		}
		if got := q.Explain(); !strings.HasPrefix(got, test.explain) {
			t.Errorf("got plan  %s\nwant      %s", got, test.explain)
		}
		if q.All(); visits != test.visits {
			t.Errorf("%s: looked at %d records, want %d", q.Explain(), visits, test.visits)
		}
	}
}

// falsify puts other values into the records behind the back of the indexes, but
// for the strings, which those compare, and the largest scores.
func (s itemStore) falsify() {
	records := &s.Items.s.t.records
	for slot, r := range records.All() {
		was := recordOf[item](r)
		lie := item{ID: was.ID, Name: was.Name, Score: Some(5000.0)}
		if was.Score == Some(999.0) {
			lie.Score = was.Score
		}
		records.Set(slot, rowOf(&lie))
	}
}

func (f *BoolField[R, V]) asc() Order[R] { return Order[R]{o: ordering{f.Part.a, false}} }

// TestCountsComeFromIndexes counts while the records themselves say otherwise.
func TestCountsComeFromIndexes(t *testing.T) {
	s := planned(t)
	type counted struct {
		query *Query[item]
		want  int
	}
	var counts []counted
	for _, test := range []struct {
		preds []Pred[item]
		want  int
	}{
		{nil, 10_000},
		{[]Pred[item]{items.Group.Eq(5)}, 500},
		{[]Pred[item]{items.Group.Ne(5)}, 9500},
		{[]Pred[item]{Not(items.Group.In(5, 6))}, 9000},
		{[]Pred[item]{items.Group.IsSet()}, 10_000},
		{[]Pred[item]{items.Score.Ge(990)}, 100},
		{[]Pred[item]{items.Serial.IsSet()}, 1000},
		{[]Pred[item]{Not(items.Serial.IsSet())}, 9000},
		{[]Pred[item]{items.Name.HasPrefix("n000")}, 100},
		{[]Pred[item]{items.Group.Eq(5), items.Day.Eq(plannedDay(1))}, 125},
		{[]Pred[item]{Or(items.Group.Eq(5), items.Day.Eq(plannedDay(1)))}, 1000},
	} {
		q := s.Items.Where(test.preds...)
		if plan := q.Explain(); !strings.HasSuffix(plan, "; counted without records") {
			t.Errorf("plan %s", plan)
		}
		if got := len(q.All()); got != test.want {
			t.Errorf("%s: %d records, want %d", q.Explain(), got, test.want)
		}
		counts = append(counts, counted{q, test.want})
	}
	if low, _ := MinOf(s.Items.Where(items.Group.Eq(7)), items.Score); low != 7 {
		t.Errorf("min %v", low)
	}
	s.falsify()
	for _, c := range counts {
		if got := c.query.Count(); got != c.want {
			t.Errorf("%s: %d, want %d", c.query.Explain(), got, c.want)
		}
	}
	if most, _ := s.Items.Where().Max(items.Score); most != 999 {
		t.Errorf("max %v", most)
	}
}

func TestExpiredRecordsAreNotCounted(t *testing.T) {
	schema := itemSchema(false, NewIndex(items.Group.Part), NewSorted(items.Score.Part))
	schema.TTL = time.Hour
	s := openItems(t, schema)
	for i := range 3000 {
		in := item{ID: int64(i), Group: Some(int64(i % 2)), Score: Some(float64(i))}
		if i%3 == 0 {
			in.ExpiresAt = 1
		}
		if _, err := s.Writer.Insert(in); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		preds []Pred[item]
		want  int
	}{
		{nil, 2000},
		{[]Pred[item]{items.Group.Eq(0)}, 1000},
		{[]Pred[item]{items.Group.Ne(0)}, 1000},
		{[]Pred[item]{items.Score.Lt(6)}, 4},
		{[]Pred[item]{items.Group.In(0, 1), items.Score.Lt(2000)}, 1333},
	} {
		q := s.Items.Where(test.preds...)
		if got := q.Count(); got != test.want {
			t.Errorf("%s: %d, want %d", q.Explain(), got, test.want)
		}
	}
	if low, _ := s.Items.Where().Min(items.Score); low != 1 {
		t.Errorf("min %v", low)
	}
}

// TestLargeReadsAreOfOneRevision reads lists that are too long to be read under
// the lock while records move between them.
func TestLargeReadsAreOfOneRevision(t *testing.T) {
	const n = 4000
	s := openItems(t, itemSchema(false, NewIndex(items.Group.Part), NewSorted(items.Score.Part)))
	for i := range n {
		if _, err := s.Writer.Insert(item{ID: int64(i), Group: Some(int64(i % 2)), Score: Some(0.)}); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			_, err := s.Writer.Modify(int64(i*7919%n), func(r *item) error {
				r.Group, r.Score = Some(1-r.Group.Or(0)), Some(r.Score.Or(0)+1)
				return nil
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 100 {
		last := int64(-1)
		for r := range s.Items.Where(items.Group.Eq(0)).Iter() {
			if r.Group.Or(1) != 0 || r.ID <= last {
				t.Fatalf("%v after %d", r, last)
			}
			last = r.ID
		}
		if got := len(s.Items.Where(items.Group.In(0, 1)).All()); got != n {
			t.Fatalf("%d records", got)
		}
		if got := len(s.Items.Where(items.Score.Ge(0)).OrderBy(items.Score.Desc()).All()); got != n {
			t.Fatalf("%d records in order", got)
		}
		if got := len(FindAll(s.Items, &Index{s.Items.s.t.indexes[0].define()}, NumberValue(int64(0)))); got > n {
			t.Fatalf("%d records found", got)
		}
	}
	close(done)
	wg.Wait()
}

func TestNestedAlternativesCountOnce(t *testing.T) {
	s := openItems(t, itemSchema(false, NewIndex(items.Group.Part)))
	for i := range 10 {
		if _, err := s.Writer.Insert(item{ID: int64(i), Group: Some(int64(i % 2))}); err != nil {
			t.Fatal(err)
		}
	}
	one := items.Group.Eq(1)
	for _, p := range []Pred[item]{Or(one, one), Or(Or(one, one)), Or(And(Or(one, one))), And(Or(Or(one), one))} {
		if got := s.Items.Where(p).Count(); got != 5 {
			t.Errorf("%v: %d records, want 5", p, got)
		}
	}
}
