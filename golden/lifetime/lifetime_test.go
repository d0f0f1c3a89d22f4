package lifetime_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/noexgen/noexgen/golden/goldentest"
	"github.com/noexgen/noexgen/golden/lifetime"
	noex "github.com/noexgen/noexgen/runtime"
)

func inBubble(t *testing.T, test func(t *testing.T, s *lifetime.Store)) {
	synctest.Test(t, func(t *testing.T) {
		s, err := lifetime.Open(t.Context(), noex.Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		test(t, s)
	})
}

func TestRecordsExpireAfterTheTTL(t *testing.T) {
	inBubble(t, func(t *testing.T, s *lifetime.Store) {
		must := goldentest.Must[lifetime.Session](t)
		normal := must(s.Sessions.Insert(lifetime.SessionInput{User: "u"}))
		soon := must(s.Sessions.Insert(lifetime.SessionInput{User: "u", ExpiresAt: noex.Some(time.Now().Add(time.Minute))}))
		if got := normal.ExpiresAt.Time().Sub(normal.CreatedAt.Time()); got != 30*time.Minute {
			t.Errorf("a session lives %v", got)
		}
		time.Sleep(time.Minute)
		if _, ok := s.Sessions.Get(soon.Token); ok {
			t.Error("the short session is still there")
		}
		if _, ok := s.Sessions.Get(normal.Token); !ok {
			t.Error("the normal session is gone")
		}
		time.Sleep(29 * time.Minute)
		if n := s.Sessions.Len(); n != 0 {
			t.Errorf("%d sessions are left", n)
		}
	})
}

func TestTheExpiryOfAnInputIsInItsJSON(t *testing.T) {
	at := time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)
	in := lifetime.SessionInput{User: "u", ExpiresAt: noex.Some(at)}
	goldentest.JSON(t, in, `{"user":"u","_expiresAt":"2030-01-01T00:00:00Z"}`)
	data, _ := json.Marshal(in)
	if back := goldentest.Parse[lifetime.SessionInput](t, string(data)); back != in {
		t.Errorf("read back as %+v", back)
	}
}

func TestAFullBucketLosesItsOldest(t *testing.T) {
	inBubble(t, func(t *testing.T, s *lifetime.Store) {
		for i := range 5 {
			if _, err := s.Recent.Insert(lifetime.RecentInput{Page: fmt.Sprint(i)}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		var pages string
		for r := range s.Recent.All() {
			pages += r.Page
		}
		if pages != "234" {
			t.Errorf("left are %s", pages)
		}
	})
}

func TestOrderedBucketsAreReadByKey(t *testing.T) {
	inBubble(t, func(t *testing.T, s *lifetime.Store) {
		for _, w := range []string{"b", "a", "ä", "B"} {
			goldentest.Must[lifetime.Word](t)(s.Words.Insert(lifetime.WordInput{Word: w}))
		}
		for _, n := range []int64{10, -1, 9} {
			goldentest.Must[lifetime.Number](t)(s.Numbers.Insert(lifetime.NumberInput{N: n}))
		}
		for _, x := range []float64{0.5, -1e9, 0.25} {
			goldentest.Must[lifetime.Ratio](t)(s.Ratios.Insert(lifetime.RatioInput{X: x}))
		}
		var words string
		for _, w := range s.Words.First(10) {
			words += w.Word
		}
		if got := fmt.Sprintln(words, s.Numbers.First(1)[0].N, s.Numbers.Last(1)[0].N, s.Ratios.First(1)[0].X); got != "Babä -1 10 -1e+09\n" {
			t.Errorf("read in the order %s", got)
		}
		page := s.Numbers.Paginate(noex.PageRequest[int64]{After: noex.Some(int64(-1)), Limit: 1})
		if len(page.Records) != 1 || page.Records[0].N != 9 || !page.HasMore {
			t.Errorf("page %+v", page)
		}
	})
}
