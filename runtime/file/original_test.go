package file_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/codec"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
)

// stored is a file in the original's format.
type stored struct {
	State    json.RawMessage `json:"state"`
	Metadata json.RawMessage `json:"metadata"`
	Checksum string          `json:"checksum"`
}

// parse reads a file as the original does, and fails where the original would.
func parse(t *testing.T, data []byte) (s stored, compact []byte) {
	t.Helper()
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	if len(s.State) == 0 || len(s.Metadata) == 0 {
		t.Fatal("the original refuses a file without state or metadata")
	}
	compact, err := codec.Compact(nil, s.State)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(compact); hex.EncodeToString(sum[:]) != s.Checksum {
		t.Fatalf("the original computes the checksum %x; the file has %s", sum, s.Checksum)
	}
	return s, compact
}

func load(t *testing.T, a noex.StorageAdapter, key string) adaptertest.State {
	t.Helper()
	p, ok, err := a.Load(t.Context(), key)
	if err != nil || !ok {
		t.Fatalf("Load(%q): %v, %v", key, ok, err)
	}
	s, err := adaptertest.ReadState(p)
	if err != nil {
		t.Fatalf("records of %q: %v", key, err)
	}
	return s
}

func newAdapter(t *testing.T, dir string) *file.Adapter {
	t.Helper()
	a := file.New(dir)
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return a
}

// A directory of the original opens, and what is saved over it is, for the
// original, the same.
func TestDirectoryOfTheOriginal(t *testing.T) {
	const source = "testdata/original-file-adapter"
	var inventory map[string]struct {
		Records              int
		AutoincrementCounter int64
		Checksum             string
		Metadata             noex.Metadata
	}
	text, err := os.ReadFile(filepath.Join(source, "shop.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &inventory); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(source, "shop"))); err != nil {
		t.Fatal(err)
	}
	a := newAdapter(t, dir)
	keys, err := a.Keys(t.Context())
	if err != nil || len(keys) != len(inventory) {
		t.Fatalf("keys %q, %v; want %d", keys, err, len(inventory))
	}
	for _, key := range keys {
		name := strings.ReplaceAll(key, ":", "_") + ".json"
		want, ok := inventory[name]
		if !ok {
			t.Fatalf("key %q is not in the inventory", key)
		}
		original, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		before, compact := parse(t, original)
		s := load(t, a, key)
		if len(s.Records) != want.Records || s.Counter != want.AutoincrementCounter || s.Metadata != want.Metadata {
			t.Errorf("%s: %d records, counter %d, %+v; want %+v", key, len(s.Records), s.Counter, s.Metadata, want)
		}
		var records [][2]json.RawMessage
		if err := json.Unmarshal(before.State, &struct{ Records any }{&records}); err != nil {
			t.Fatal(err)
		}
		for i, r := range records {
			if got := s.Records[i]; got.Key != string(r[0]) || got.Value != string(r[1]) {
				t.Errorf("%s, record %d: got %v, want %s", key, i, got, r)
			}
		}

		if err := a.Save(t.Context(), key, s.Persisted()); err != nil {
			t.Fatal(err)
		}
		saved, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		after, compactAfter := parse(t, saved)
		if after.Checksum != want.Checksum || !bytes.Equal(compact, compactAfter) {
			t.Errorf("%s: state or checksum changed", key)
		}
		if diff := cmp.Diff(string(before.Metadata), string(after.Metadata)); diff != "" {
			t.Errorf("%s: metadata (-before +after):\n%s", key, diff)
		}
		if diff := cmp.Diff(s, load(t, a, key)); diff != "" {
			t.Errorf("%s (-before +after):\n%s", key, diff)
		}
		previous, err := os.ReadFile(filepath.Join(dir, name+".prev"))
		if err != nil || !bytes.Equal(previous, original) {
			t.Errorf("%s: the original file is not kept: %v", key, err)
		}
	}
}

// Numbers with more digits than the original can hold keep them here, and the
// checksum is the one of what it makes of them.
func TestChecksumIsThatOfTheOriginalForAnyRecord(t *testing.T) {
	s := adaptertest.State{
		Counter: 1<<62 + 1,
		Records: []adaptertest.Record{
			{Key: `9007199254740993`, Value: `{"big":9007199254740993,"neg":-9223372036854775808}`},
			{Key: `"b"`, Value: "{ \"spaced\" : [ 1.0 , 1e2 ,\n\t-0 ],\r\n\"b\":\"\\u0041\\/\",\"9\":1,\"1\":2 }"},
		},
	}
	dir := t.TempDir()
	a := newAdapter(t, dir)
	if err := a.Save(t.Context(), "a:bucket:b", s.Persisted()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "a_bucket_b.json"))
	if err != nil {
		t.Fatal(err)
	}
	_, compact := parse(t, data)
	want := `{"records":[[9007199254740992,{"big":9007199254740992,"neg":-9223372036854776000}],` +
		`["b",{"1":2,"9":1,"spaced":[1,100,0],"b":"A/"}]],"autoincrementCounter":4611686018427388000}`
	if diff := cmp.Diff(want, string(compact)); diff != "" {
		t.Errorf("state as the original reads it (-want +got):\n%s", diff)
	}
	s.Records[1].Value = strings.ReplaceAll(s.Records[1].Value, "\n", " ") // a record is a line
	if diff := cmp.Diff(s, load(t, a, "a:bucket:b")); diff != "" {
		t.Errorf("state as read here (-want +got):\n%s", diff)
	}
}

func TestForeignFiles(t *testing.T) {
	const state = `{"records":[["a",{"id":"a"}],[2,{"id":2,"n":1e2}]],"autoincrementCounter":2}`
	compact, err := codec.Compact(nil, []byte(state))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(compact)
	checksum := `"checksum":"` + hex.EncodeToString(sum[:]) + `"`
	const metadata = `"metadata":{"persistedAt":1,"serverId":"x","schemaVersion":1,"more":[{}]}`
	whole := `{"state":` + state + `,` + metadata + `,` + checksum + `}`
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(whole), "\t", "  "); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ text, err string }{
		"compact":             {whole, ""},
		"pretty":              {pretty.String(), ""},
		"other order":         {`{` + checksum + `,"x":{},` + metadata + `,"state":` + state + "}\r\n", ""},
		"no checksum":         {`{"state":` + state + `,` + metadata + `}`, `add the last member ,` + checksum},
		"no metadata":         {`{"state":` + state + `,` + checksum + `}`, `no member "metadata"`},
		"no state":            {`{` + metadata + `,` + checksum + `}`, `no member "state"`},
		"empty":               {``, "offset 0"},
		"zeros":               {strings.Repeat("\x00", 512), "offset 0"},
		"not an object":       {`[]`, "offset 0"},
		"twice":               {whole[:len(whole)-1] + `,` + checksum + `}`, "duplicate"},
		"more behind":         {whole + "x", "after the value"},
		"other checksum":      {strings.Replace(whole, `"id":2`, `"id":3`, 1), "SHA-256"},
		"no records":          {`{"state":{"autoincrementCounter":1},` + metadata + `,` + checksum + `}`, `no member "records" in the state at offset 9`},
		"no counter":          {`{"state":{"records":[]},` + metadata + `,` + checksum + `}`, `no member "autoincrementCounter"`},
		"fraction in counter": {`{"state":{"records":[],"autoincrementCounter":1.5},` + metadata + `,` + checksum + `}`, "offset 46"},
		"wrong metadata":      {`{"state":` + state + `,"metadata":{"persistedAt":"x"},` + checksum + `}`, "metadata at offset"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a_bucket_b.json")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			a := newAdapter(t, dir)
			if test.err == "" {
				s := load(t, a, "a:bucket:b")
				if len(s.Records) != 2 || s.Counter != 2 || s.Metadata.ServerID != "x" {
					t.Errorf("got %+v", s)
				}
			} else {
				wantCorrupt(t, a, path, test.err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != test.text {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}

// Wrong records of a state whose checksum is right come out of the stream.
func TestForeignRecordsOfTheWrongShape(t *testing.T) {
	for _, record := range []string{`1`, `[]`, `["a"]`, `["a",{},1]`, `[null,{}]`, `[{},{}]`, `["a",[]]`, `{"a":{}}`} {
		state := `{"records":[["ok",{}],` + record + `],"autoincrementCounter":0}`
		sum := sha256.Sum256([]byte(state))
		text := `{"state":` + state + `,"metadata":{},"checksum":"` + hex.EncodeToString(sum[:]) + `"}`
		dir := t.TempDir()
		path := filepath.Join(dir, "a_bucket_b.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		wantCorrupt(t, newAdapter(t, dir), path, "offset 31")
	}
}

func wantCorrupt(t *testing.T, a *file.Adapter, path, text string) {
	t.Helper()
	p, ok, err := a.Load(t.Context(), "a:bucket:b")
	if err == nil && ok {
		_, err = adaptertest.ReadState(p)
	}
	corrupt, isCorrupt := errors.AsType[*noex.CorruptError](err)
	if !isCorrupt || corrupt.Path != path || !strings.Contains(err.Error(), text) {
		t.Errorf("Load: %v, %v; want a *noex.CorruptError of %s with %q", ok, err, path, text)
	}
}

// A file under a name that the original gives to several keys does not make a
// bucket look empty.
func TestAmbiguousFileOfTheOriginalIsReported(t *testing.T) {
	const state = `{"records":[],"autoincrementCounter":0}`
	sum := sha256.Sum256([]byte(state))
	text := `{"state":` + state + `,"metadata":{"serverId":"my.app"},"checksum":"` + hex.EncodeToString(sum[:]) + `"}`
	dir := t.TempDir()
	old := filepath.Join(dir, "my_app_bucket_users.json")
	if err := os.WriteFile(old, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	a := newAdapter(t, dir)
	for key, ambiguous := range map[string]bool{"my.app:bucket:users": true, "my:app:bucket:users": false, "my.app:bucket:orders": false} {
		_, ok, err := a.Load(t.Context(), key)
		if ok || (err != nil) != ambiguous {
			t.Errorf("Load(%q): %v, %v", key, ok, err)
		}
	}
	if err := os.Rename(old, filepath.Join(dir, "my%2Eapp%3Abucket%3Ausers.json")); err != nil {
		t.Fatal(err)
	}
	load(t, a, "my.app:bucket:users")
}
