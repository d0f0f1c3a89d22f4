package file

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
)

func encoded(t testing.TB, s adaptertest.State) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(context.Background(), &b, s.Persisted()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sample is a state with what may go wrong in it: escapes, numbers with more
// digits than the checksum covers, metadata.
func sample() adaptertest.State {
	s := adaptertest.Sample(1, 4)
	s.Records = append(s.Records,
		adaptertest.Record{Key: `9007199254740993`, Value: `{"n":9007199254740993,"f":1e+21}`},
		adaptertest.Record{Key: `"ü\n\"\\"`, Value: `{"":"\u0000😀\ud800"}`})
	return s
}

// wantDamage checks that damaged data gives an error, or else what was written.
func wantDamage(t *testing.T, data []byte, s adaptertest.State) (detected bool) {
	t.Helper()
	p, err := decode("file", contentsOf(data))
	var got adaptertest.State
	if err == nil {
		got, err = adaptertest.ReadState(p)
	}
	if err != nil {
		if !errors.Is(err, noex.ErrCorrupt) {
			t.Fatalf("got %v, want a *noex.CorruptError", err)
		}
		return true
	}
	if diff := cmp.Diff(s, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("damage is not detected (-written +read):\n%s", diff)
	}
	return false
}

func TestEveryFlippedBitIsDetectedOrHarmless(t *testing.T) {
	for _, s := range []adaptertest.State{sample(), {}} {
		data := encoded(t, s)
		harmless := 0
		for i := range data {
			for bit := range 8 {
				data[i] ^= 1 << bit
				if !wantDamage(t, data, s) {
					harmless++
				}
				data[i] ^= 1 << bit
			}
		}
		// The last line end, and the name of the CRC, which is then one of a
		// member that nobody knows.
		if harmless > 60 {
			t.Errorf("%d of %d flips were not detected", harmless, 8*len(data))
		}
		t.Logf("%d flips, %d harmless", 8*len(data), harmless)
	}
}

func TestEveryTruncationIsDetected(t *testing.T) {
	s := sample()
	data := encoded(t, s)
	for n := range len(data) - 1 { // the last byte is a line end
		if !wantDamage(t, data[:n], s) {
			t.Errorf("cut at %d of %d is not detected", n, len(data))
		}
	}
	for n := 0; n < len(data); n += 16 {
		zeroed := bytes.Clone(data)
		clear(zeroed[n:min(n+16, len(data))])
		if !wantDamage(t, zeroed, s) {
			t.Errorf("zeros at %d are not detected", n)
		}
	}
	for _, extra := range []string{"\x00", "}", string(data)} {
		if !wantDamage(t, append(bytes.Clone(data), extra...), s) {
			t.Errorf("%q behind the end is not detected", extra)
		}
	}
}

func TestDamagedFileStaysAsItIs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a_bucket_b.json")
	data := encoded(t, sample())
	data[len(data)/2] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	a := New(dir)
	for range 2 {
		_, ok, err := a.Load(t.Context(), "a:bucket:b")
		corrupt, isCorrupt := errors.AsType[*noex.CorruptError](err)
		if ok || !isCorrupt || corrupt.Path != path {
			t.Fatalf("Load: %v, %v; want a *noex.CorruptError of %s", ok, err, path)
		}
	}
	name, err := a.Quarantine(t.Context(), "a:bucket:b")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Save(t.Context(), "a:bucket:b", sample().Persisted()); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%s is not what was damaged: %v", name, err)
	}
}

// A state of the wrong type of key or value cannot be written, so that it need
// not be refused later.
func TestEncodeRefusesWhatIsNoRecord(t *testing.T) {
	for _, r := range []adaptertest.Record{
		{Key: ``, Value: `{}`}, {Key: `null`, Value: `{}`}, {Key: `["a"]`, Value: `{}`}, {Key: `a`, Value: `{}`}, {Key: `"a"x`, Value: `{}`},
		{Key: `1`, Value: ``}, {Key: `1`, Value: `[]`}, {Key: `1`, Value: `{"a":}`}, {Key: `1`, Value: `{"a":1,"a":2}`},
		{Key: `1`, Value: "{\"a\":\"\xff\"}"}, {Key: `1`, Value: `{}}`}, {Key: `1`, Value: `{"n":1e999}`},
	} {
		s := adaptertest.State{Records: []adaptertest.Record{r}}
		if err := encode(t.Context(), new(bytes.Buffer), s.Persisted()); err == nil {
			t.Errorf("%q: %q is accepted", r.Key, r.Value)
		}
	}
}

// FuzzDecode feeds any bytes to the decoder: an error or records, never a
// panic; what it accepts is written and read back as the same.
func FuzzDecode(f *testing.F) {
	f.Add(encoded(f, sample()))
	f.Add(encoded(f, adaptertest.State{}))
	for _, bucket := range []string{"flags", "sessions"} { // the small ones
		data, err := os.ReadFile("testdata/original-file-adapter/shop/shop_bucket_" + bucket + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"state":{"records":[["a",{}]],"autoincrementCounter":1},"metadata":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		check(t, data)
		// The same with the checksums put right, to come further.
		check(t, resealed(data))
		if !bytes.Equal(before, data) {
			t.Fatal("decode wrote into its input")
		}
	})
}

func check(t *testing.T, data []byte) {
	p, err := decode("file", contentsOf(data))
	var s adaptertest.State
	if err == nil {
		s, err = adaptertest.ReadState(p)
	}
	if err != nil {
		if !errors.Is(err, noex.ErrCorrupt) {
			t.Fatalf("got %v, want a *noex.CorruptError", err)
		}
		return
	}
	var b bytes.Buffer
	if err := encode(t.Context(), &b, s.Persisted()); err != nil {
		return // a line of ours is not parsed, so it may hold anything
	}
	for i, r := range s.Records {
		s.Records[i].Value = string(bytes.ReplaceAll([]byte(r.Value), []byte("\n"), []byte(" ")))
	}
	p, err = decode("file", contentsOf(b.Bytes()))
	if err != nil {
		t.Fatalf("what was read and written is refused: %v\n%s", err, b.Bytes())
	}
	again, err := adaptertest.ReadState(p)
	if err != nil {
		t.Fatalf("what was read and written is refused: %v\n%s", err, b.Bytes())
	}
	if diff := cmp.Diff(s, again, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("read, written and read again (-first +second):\n%s", diff)
	}
}
