package generated_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/noexgen/noexgen/golden/generated"
	"github.com/noexgen/noexgen/golden/goldentest"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

func open(t *testing.T, cfg noex.Config) *generated.Store {
	t.Helper()
	s, err := generated.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestGeneratedValues(t *testing.T) {
	s := open(t, noex.Config{})
	must := goldentest.Must[generated.UUID](t)
	first, second := must(s.UUIDs.Insert(generated.UUIDInput{})), must(s.UUIDs.Insert(generated.UUIDInput{}))
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(first.ID) {
		t.Errorf("%s is no UUID of version 4", first.ID)
	}
	if !regexp.MustCompile(`^c[0-9a-f]{32}$`).MatchString(first.Token) {
		t.Errorf("%s is no CUID", first.Token)
	}
	if first.Number != 1 || second.Number != 2 || first.Made != int64(first.CreatedAt) || first.Token == second.Token {
		t.Errorf("generated %+v and %+v", first, second)
	}
	given := must(s.UUIDs.Insert(generated.UUIDInput{ID: noex.Some("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), Number: noex.Some(int64(7)), Token: noex.Some("mine")}))
	if given.Number != 7 || given.Token != "mine" {
		t.Errorf("what was given became %+v", given)
	}
}

func TestCountersSkipWhatWasGivenAndGoOnAfterARestart(t *testing.T) {
	cfg := noex.Config{Persistence: noex.PersistenceConfig{Adapter: memory.New()}}
	s := open(t, cfg)
	must := goldentest.Must[generated.Counter](t)
	for _, want := range []int64{1, 5, 6} {
		in := generated.CounterInput{}
		if want == 5 {
			in.ID = noex.Some(want)
		}
		if got := must(s.Counters.Insert(in)).ID; got != want {
			t.Errorf("number %d, want %d", got, want)
		}
	}
	if _, err := s.Counters.Clear(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, cfg)
	if got := must(s.Counters.Insert(generated.CounterInput{})).ID; got != 7 {
		t.Errorf("number %d after a restart, want 7", got)
	}
	_, err := s.Counters.Insert(generated.CounterInput{ID: noex.Some(int64(0))})
	goldentest.Issues(t, err, "id min")
}

func TestGeneratedValuesCannotChange(t *testing.T) {
	s := open(t, noex.Config{})
	r := goldentest.Must[generated.UUID](t)(s.UUIDs.Insert(generated.UUIDInput{}))
	_, err := s.UUIDs.Modify(r.ID, func(r *generated.UUID) error {
		r.ID, r.Number, r.Made, r.Token = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", 99, 0, "x"
		return nil
	})
	goldentest.Issues(t, err, "id immutable", "number immutable", "made immutable", "token immutable")
	// What a patch from JSON says of them is ignored, so that a record can be sent back.
	data, _ := json.Marshal(r)
	p := goldentest.Parse[generated.UUIDPatch](t, string(data))
	goldentest.Must[generated.UUID](t)(s.UUIDs.Update(r.ID, p))
	_, err = s.UUIDs.Insert(generated.UUIDInput{ID: noex.Some(""), Made: noex.Null[int64]()})
	goldentest.Issues(t, err, "made required", "id required")
}
