package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"sync"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

// Storage makes new, empty storage, and returns what opens an adapter on it. It
// is called again only after the adapter before was closed, and may return the
// same one.
type Storage func(t *testing.T) (open func() noex.StorageAdapter)

// Run tests the adapters of a storage. The optional interfaces are tested if
// an adapter has them.
func Run(t *testing.T, storage Storage) {
	cases := map[string]func(*testing.T, *session){
		"KeepsBytesAndOrder":    keepsBytesAndOrder,
		"SaveReplaces":          saveReplaces,
		"NothingIsNoError":      nothingIsNoError,
		"EmptyBucket":           emptyBucket,
		"KeysAreIsolated":       keysAreIsolated,
		"BigBucket":             bigBucket,
		"StopsReadingWhenAsked": stopsReading,
		"FailedStreamLeavesOld": failedStreamLeavesOld,
		"CanceledSaveLeavesOld": canceledSaveLeavesOld,
		"CanceledLoadFails":     canceledLoadFails,
		"BucketsInParallel":     bucketsInParallel,
		"Quarantine":            quarantine,
		"Lists":                 lists,
		"Deletes":               deletes,
	}
	if _, ok := storage(t)().(noex.ChangeAdapter); ok {
		maps.Copy(cases, map[string]func(*testing.T, *session){
			"ChangesInNetEffect":      changesInNetEffect,
			"ChangesOfManyBuckets":    changesOfManyBuckets,
			"FailedChangesAreAtomic":  failedChangesAreAtomic,
			"CanceledChangesLeaveOld": canceledChangesLeaveOld,
			"ChangesNeedABucket":      changesNeedABucket,
			"ChangesAreThoseOfModel":  changesAreThoseOfModel,
		})
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := &session{open: storage(t)}
			s.StorageAdapter = s.open()
			t.Cleanup(func() { s.close(t) })
			test(t, s)
		})
	}
}

// session is the adapter under test.
type session struct {
	noex.StorageAdapter
	open func() noex.StorageAdapter
}

func (s *session) close(t *testing.T) {
	t.Helper()
	if c, ok := s.StorageAdapter.(io.Closer); ok {
		if err := c.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
}

// reopen is a restart.
func (s *session) reopen(t *testing.T) {
	t.Helper()
	s.close(t)
	s.StorageAdapter = s.open()
}

// odd is a state whose bytes are hard to keep.
func odd() State {
	return State{
		Records: []Record{
			{`"z"`, `{"id":"z"}`},
			{`""`, `{}`},
			{`"a\u0000\n\"\\\ud800"`, `{"text":"\u0000\u001f\b\f\n\r\t\"\\/</script>\u007f \ud800"}`},
			{"\"\u2028\u2029ÿ😀\"", "{\"Ünïcödé\":\"李雷 😀 \u2028 e\u0301\",\"\":\"\"}"},
			{`1`, `{"id":1,"n":[1e+21,5e-324,-0.5,0.30000000000000004,1.7976931348623157e+308]}`},
			{`-1.5`, `{"nested":{"a":[],"o":{},"deep":[[[[null,true,false]]]]}}`},
			{`9007199254740993`, `{"max":9223372036854775807,"min":-9223372036854775808,"over":9007199254740993}`},
			{`"1"`, `{"0":1,"10":2,"x":{"__noex_type__":"Date","__noex_value__":"2023-11-18T03:59:15.744Z"}}`},
			{`"'; DROP TABLE noex_buckets; --"`, `{"sql":"'\"%_?"}`},
		},
		Counter: math.MaxInt64,
		Metadata: noex.Metadata{
			PersistedAt:   1795391039032,
			ServerID:      "shop \"quoted\" <&> Ünïcode",
			SchemaVersion: 3,
			Fingerprint:   "sha256:abc",
			Revision:      math.MaxUint64,
		},
	}
}

const users = "shop:bucket:users"

func keepsBytesAndOrder(t *testing.T, s *session) {
	save(t, s, users, odd())
	want(t, s, users, odd())
	want(t, s, users, odd())
	s.reopen(t)
	want(t, s, users, odd())
}

func saveReplaces(t *testing.T, s *session) {
	for _, n := range []int{100, 3, 0, 500} {
		save(t, s, users, Sample(n, n))
		want(t, s, users, Sample(n, n))
		s.reopen(t)
		want(t, s, users, Sample(n, n))
	}
}

func nothingIsNoError(t *testing.T, s *session) {
	wantNone(t, s, users)
	s.reopen(t)
	wantNone(t, s, users)
}

func emptyBucket(t *testing.T, s *session) {
	save(t, s, users, State{})
	want(t, s, users, State{})
	s.reopen(t)
	want(t, s, users, State{})
}

func keysAreIsolated(t *testing.T, s *session) {
	keys := []string{
		users, "shop:bucket:Users", "shop:bucket:users2", "shop2:bucket:users", "shop_bucket_users",
		"shop:bucket:x_y", "shop:bucket:x:y", "shop:bucket:x.y", "shop:bucket:x/y", `shop:bucket:x\y`,
		"shop:bucket:a_bucket_b", "shop_bucket_a:bucket:b", "shop:bucket:%41", "shop:bucket:A",
		"../shop:bucket:up", "Ü:bucket:ü", "shop:bucket:'; DROP TABLE x", "shop:bucket:\x00", "LOCK", "lock",
		"shop:bucket:sqlite_master", "shop:bucket:noex_buckets",
	}
	for i, key := range keys {
		wantNone(t, s, key)
		save(t, s, key, Sample(i, i))
	}
	for i, key := range keys {
		want(t, s, key, Sample(i, i))
	}
	s.reopen(t)
	for i, key := range keys {
		want(t, s, key, Sample(i, i))
		save(t, s, key, Sample(100+i, 3))
	}
	for i, key := range keys {
		want(t, s, key, Sample(100+i, 3))
	}
}

func bigBucket(t *testing.T, s *session) {
	big := Sample(1, 50_000)
	save(t, s, users, big)
	s.reopen(t)
	want(t, s, users, big)
	save(t, s, users, Sample(2, 50_001))
	want(t, s, users, Sample(2, 50_001))
}

// stopsReading leaves a loaded state before its end, and the adapter usable.
func stopsReading(t *testing.T, s *session) {
	save(t, s, users, Sample(1, 5000))
	for range 20 {
		p, ok, err := s.Load(t.Context(), users)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		n := 0
		for range p.Records {
			if n++; n == 10 {
				break
			}
		}
	}
	save(t, s, users, Sample(2, 10))
	want(t, s, users, Sample(2, 10))
}

var errStream = errors.New("the stream of records broke")

func failedStreamLeavesOld(t *testing.T, s *session) {
	if err := s.Save(t.Context(), users, Sample(1, 3).failing(1, errStream)); !errors.Is(err, errStream) {
		t.Fatalf("first Save: %v; want the error of the stream", err)
	}
	wantNone(t, s, users)
	save(t, s, users, Sample(2, 300))
	for _, n := range []int{0, 1, 99, 5000} {
		if err := s.Save(t.Context(), users, Sample(3, 5000).failing(n, errStream)); !errors.Is(err, errStream) {
			t.Fatalf("Save: %v; want the error of the stream", err)
		}
		want(t, s, users, Sample(2, 300))
	}
	s.reopen(t)
	want(t, s, users, Sample(2, 300))
	save(t, s, users, Sample(4, 4))
	want(t, s, users, Sample(4, 4))
}

func canceledSaveLeavesOld(t *testing.T, s *session) {
	save(t, s, users, Sample(1, 10))
	ctx, cancel := context.WithCancel(t.Context())
	p := Sample(2, 5000).Persisted()
	records := p.Records
	p.Records = func(yield func(noex.PersistedRecord, error) bool) {
		n := 0
		for r, err := range records {
			if n++; n == 2500 {
				cancel()
			}
			if !yield(r, err) {
				return
			}
		}
	}
	if err := s.Save(ctx, users, p); !errors.Is(err, context.Canceled) {
		t.Fatalf("Save: %v; want context.Canceled", err)
	}
	if err := s.Save(ctx, users, Sample(2, 1).Persisted()); !errors.Is(err, context.Canceled) {
		t.Fatalf("Save with a context that is over: %v; want context.Canceled", err)
	}
	want(t, s, users, Sample(1, 10))
	save(t, s, users, Sample(2, 5000))
	want(t, s, users, Sample(2, 5000))
}

func canceledLoadFails(t *testing.T, s *session) {
	save(t, s, users, Sample(1, 10))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p, ok, err := s.Load(ctx, users)
	if err == nil && ok {
		_, err = ReadState(p)
	}
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Load: %v, %v; want context.Canceled", ok, err)
	}
	want(t, s, users, Sample(1, 10))
}

func bucketsInParallel(t *testing.T, s *session) {
	var wg sync.WaitGroup
	for b := range 8 {
		wg.Go(func() {
			key := fmt.Sprintf("shop:bucket:b%d", b)
			for i := range 10 {
				state := Sample(i, 50*b)
				if err := s.Save(t.Context(), key, state.Persisted()); err != nil {
					t.Errorf("Save(%q): %v", key, err)
					return
				}
				p, ok, err := s.Load(t.Context(), key)
				if err != nil || !ok {
					t.Errorf("Load(%q): %v, %v", key, ok, err)
					return
				}
				if got, err := ReadState(p); err != nil || len(got.Records) != 50*b || got.Counter != state.Counter {
					t.Errorf("state of %q: %d records, counter %d, %v", key, len(got.Records), got.Counter, err)
				}
			}
		})
	}
	wg.Wait()
}
