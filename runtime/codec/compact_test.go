package codec_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/runtime/codec"
)

func TestCompactIsStringifyOfParse(t *testing.T) {
	for _, row := range table[[2]string](t, "texts.json") {
		got, err := codec.Compact([]byte("before "), []byte(row[0]))
		if diff := cmp.Diff("before "+row[1], string(got)); diff != "" || err != nil {
			t.Errorf("%s: %s %v", row[0], diff, err)
		}
	}
}

func TestCompactKeepsTheDestinationOnErrors(t *testing.T) {
	for _, in := range []string{"", "[1,", `{"a":1,"a":1}`, "1e400", "1 2", `{"`, `{"0":1,"a":{"1":1,"0":2,`} {
		if got, err := codec.Compact([]byte("before"), []byte(in)); err == nil || string(got) != "before" {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

// The files in testdata/original were written by the original system.
func TestChecksumOfTheOriginalsFiles(t *testing.T) {
	summary, err := os.ReadFile("testdata/original/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	var files map[string]struct{ Checksum string }
	if err := json.Unmarshal(summary, &files); err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for file, want := range files {
		data, err := os.ReadFile("testdata/original/shop/" + file)
		if err != nil {
			t.Fatal(err)
		}
		var state []byte
		var checksum string
		d := codec.NewDecoder(data)
		for more := d.Object(); more; more = d.NextMember() {
			switch string(d.Key()) {
			case "state":
				state = d.Raw()
			case "checksum":
				checksum = d.String()
			default:
				d.SkipMember()
			}
		}
		if err := d.End(); err != nil {
			t.Fatal(err)
		}
		check := func(what string, text []byte) {
			if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != want.Checksum || checksum != want.Checksum {
				t.Errorf("%s: %s has another checksum", file, what)
			}
		}
		compact, err := codec.Compact(nil, state)
		if err != nil {
			t.Fatal(err)
		}
		check("the compact state", compact)
		indented, err := json.MarshalIndent(json.RawMessage(state), "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if compact, err = codec.Compact(nil, indented); err != nil {
			t.Fatal(err)
		}
		check("the indented state", compact)
		if d = codec.NewDecoder(state); string(codec.AppendAny(nil, d.Any(), codec.Stored)) == "" || d.Err() != nil {
			t.Error(d.Err())
		}
	}
}

func TestUnknownMembersAreKept(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{`{"id":"1"}`, `{"id":"1"}`},
		{`{ "x" : 1.0, "id":"1", "y": {"b" : [ ], "a":"\u0041\ud800", "1":0} }`, `{"id":"1","x":1,"y":{"1":0,"b":[],"a":"A\ud800"}}`},
		{`{"n":9007199254740993,"m":[9223372036854775807.0,-0,1e2,0.50,1e30],"id":"1"}`, `{"id":"1","n":9007199254740993,"m":[9223372036854775807,0,100,0.5,1e+30]}`},
		{`{"id":"1","\u0061\n":1,"\ud800":2}`, `{"id":"1","a\n":1,"\ud800":2}`},
		{`{"id":"1","x":1,"10":2,"9":[3],"y":4,"01":5}`, `{"9":[3],"10":2,"id":"1","x":1,"y":4,"01":5}`},
		{`{"7":1,"id":"1"}`, `{"7":1,"id":"1"}`},
		{`{"1x":1,"4294967295":2,"id":"1"}`, `{"id":"1","1x":1,"4294967295":2}`},
	} {
		var id string
		var extra []byte
		read := func(text string) error {
			id, extra = "", nil
			d := codec.NewDecoder([]byte(text))
			for more := d.Object(); more; more = d.NextMember() {
				if string(d.Key()) == "id" {
					id = d.String()
				} else {
					d.Keep(&extra)
				}
			}
			return d.End()
		}
		for _, in := range []string{test.in, test.want} {
			if err := read(in); err != nil {
				t.Fatal(err)
			}
			kept := string(extra)
			b := append([]byte("before"), `{"id":`...)
			b = codec.CloseObject(codec.AppendString(b, id), len("before"), extra)
			if diff := cmp.Diff("before"+test.want, string(b)); diff != "" || string(extra) != kept {
				t.Errorf("%s: %s", in, diff)
			}
		}
	}
}

func TestUnknownMembersComeOnce(t *testing.T) {
	for _, in := range []string{`{"x":1,"y":2,"\u0078":3}`, `{"x":{"a":1,"a":2}}`, `{"x":1,"y":tru}`} {
		var extra []byte
		d := codec.NewDecoder([]byte(in))
		for more := d.Object(); more; more = d.NextMember() {
			d.Key()
			d.Keep(&extra)
		}
		if d.End() == nil {
			t.Errorf("%s was taken: %s", in, extra)
		}
	}
}

func TestAKeptMemberMayNestAsDeepAsAValue(t *testing.T) {
	for depth, want := range map[int]bool{codec.MaxDepth: true, codec.MaxDepth + 1: false} {
		var extra []byte
		text := fmt.Appendf(nil, `[[{"x":%s%s}]]`, strings.Repeat("[", depth), strings.Repeat("]", depth))
		d := codec.NewDecoder(text)
		d.Array()
		d.Array()
		d.Object()
		d.Key()
		d.Keep(&extra)
		if got := d.Err() == nil; got != want {
			t.Errorf("depth %d: %v", depth, d.Err())
		}
	}
}
