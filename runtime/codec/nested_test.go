package codec_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/noexgen/noexgen/runtime/codec"
)

// order is a record of nested objects, as the generator would write its code: a
// customer with a home, and lines with parts.
type order struct {
	ID    string
	Who   *customer
	Lines []line
}

type customer struct {
	Name string
	Home *home
}

type home struct{ City *string }

type line struct {
	Sku   string
	Count int64
	Parts []line
}

// append leaves the object open.
func (o *order) append(b []byte) []byte {
	b = codec.AppendString(append(b, `{"id":`...), o.ID)
	if o.Who != nil {
		b = codec.AppendString(append(b, `,"who":{"name":`...), o.Who.Name)
		if o.Who.Home != nil {
			b = append(b, `,"home":{`...)
			if o.Who.Home.City != nil {
				b = codec.AppendString(append(b, `"city":`...), *o.Who.Home.City)
			}
			b = append(b, '}')
		}
		b = append(b, '}')
	}
	if o.Lines != nil {
		b = appendLines(append(b, `,"lines":`...), o.Lines)
	}
	return b
}

func appendLines(b []byte, lines []line) []byte {
	b = append(b, '[')
	for i, l := range lines {
		if i > 0 {
			b = append(b, ',')
		}
		b = codec.AppendString(append(b, `{"sku":`...), l.Sku)
		b = codec.AppendInt(append(b, `,"count":`...), l.Count)
		if l.Parts != nil {
			b = appendLines(append(b, `,"parts":`...), l.Parts)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

func (o *order) known() []byte { return append(o.append(nil), '}') }

func (o *order) decode(d *codec.Decoder) (extra []byte) {
	var seen uint64
	for more := d.Object(); more; more = d.NextMember() {
		switch string(d.Key()) {
		case "id":
			d.Seen(&seen, 0)
			o.ID = d.String()
		case "who":
			d.Seen(&seen, 1)
			o.Who = decodeCustomer(d)
		case "lines":
			d.Seen(&seen, 2)
			o.Lines = decodeLines(d)
		default:
			d.Keep(&extra)
		}
	}
	if d.HasNested() {
		extra = d.Nested(extra, o.known())
	}
	return extra
}

func decodeCustomer(d *codec.Decoder) *customer {
	c := new(customer)
	var seen uint64
	for more := d.Object(); more; more = d.NextMember() {
		switch string(d.Key()) {
		case "name":
			d.Seen(&seen, 0)
			c.Name = d.String()
		case "home":
			d.Seen(&seen, 1)
			c.Home = decodeHome(d)
		default:
			d.KeepNested()
		}
	}
	return c
}

func decodeHome(d *codec.Decoder) *home {
	h := new(home)
	var seen uint64
	for more := d.Object(); more; more = d.NextMember() {
		if string(d.Key()) != "city" {
			d.KeepNested()
			continue
		}
		d.Seen(&seen, 0)
		h.City = new(d.String())
	}
	return h
}

func decodeLines(d *codec.Decoder) []line {
	lines := []line{}
	for more := d.Array(); more; more = d.NextElement() {
		var l line
		var seen uint64
		for more := d.Object(); more; more = d.NextMember() {
			switch string(d.Key()) {
			case "sku":
				d.Seen(&seen, 0)
				l.Sku = d.String()
			case "count":
				d.Seen(&seen, 1)
				l.Count = d.Int()
			case "parts":
				d.Seen(&seen, 2)
				l.Parts = decodeLines(d)
			default:
				d.KeepNested()
			}
		}
		lines = append(lines, l)
	}
	return lines
}

func readOrder(t require, text string) (o order, extra []byte) {
	t.Helper()
	d := codec.NewDecoder([]byte(text))
	extra = o.decode(d)
	if err := d.End(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o, extra
}

type require interface {
	Helper()
	Fatalf(string, ...any)
}

func (o *order) write(extra []byte) string {
	b := []byte("before")
	return string(codec.CloseObject(o.append(b), len(b), extra)[len(b):])
}

func TestUnknownMembersOfNestedObjectsAreKept(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{`{"id":"1","who":{"name":"A","x":1}}`, `{"id":"1","who":{"name":"A","x":1}}`},
		{`{"z":0,"who":{"x":[1.0],"home":{ "y" : {"b":1} },"name":"A"},"id":"1"}`,
			`{"id":"1","who":{"name":"A","home":{"y":{"b":1}},"x":[1]},"z":0}`},
		{`{"id":"1","who":{"name":"A","home":{"7":1,"city":"B","x":9007199254740993}}}`,
			`{"id":"1","who":{"name":"A","home":{"7":1,"city":"B","x":9007199254740993}}}`},
		{`{"id":"1","who":{"name":"A","home":{"y":1,"7":1,"5":[]}}}`, `{"id":"1","who":{"name":"A","home":{"5":[],"7":1,"y":1}}}`},
		{`{"id":"1","who":{"name":"A","home":{"7":1}}}`, `{"id":"1","who":{"name":"A","home":{"7":1}}}`},
		{`{"id":"1","lines":[{"sku":"a","count":1},{"note":"n","sku":"b","count":2,"parts":[{"p":null,"sku":"c","count":3}]}]}`,
			`{"id":"1","lines":[{"sku":"a","count":1},{"sku":"b","count":2,"parts":[{"sku":"c","count":3,"p":null}],"note":"n"}]}`},
		{`{"id":"1","who":{"name":"A","\u0061\n":"\ud800"},"3":4}`, `{"3":4,"id":"1","who":{"name":"A","a\n":"\ud800"}}`},
	} {
		for _, in := range []string{test.in, test.want} {
			o, extra := readOrder(t, in)
			if diff := cmp.Diff(test.want, o.write(extra)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", in, diff)
			}
			if diff := cmp.Diff(test.want, o.write(codec.FitNested(extra, o.known()))); diff != "" {
				t.Errorf("%s, unchanged (-want +got):\n%s", in, diff)
			}
		}
	}
}

func TestUnknownMembersOfNestedObjectsComeOnce(t *testing.T) {
	for _, in := range []string{`{"who":{"x":1,"\u0078":2}}`, `{"lines":[{"x":1,"y":2,"x":3}]}`, `{"who":{"x":{"a":1,"a":2}}}`} {
		var o order
		d := codec.NewDecoder([]byte(in))
		o.decode(d)
		if d.End() == nil {
			t.Errorf("%s was taken", in)
		}
	}
}

// What becomes of the unknown members when a record changes.
func TestUnknownMembersStayWithTheirObject(t *testing.T) {
	const stored = `{"id":"1","who":{"name":"A","home":{"city":"B","x":1},"y":2},` +
		`"lines":[{"sku":"a","count":1,"n":"a"},{"sku":"b","count":2},{"sku":"c","count":3,"n":"c"}],"z":3}`
	a, b, c := line{Sku: "a", Count: 1}, line{Sku: "b", Count: 2}, line{Sku: "c", Count: 3}
	d := line{Sku: "d", Count: 4}
	with := func(lines ...line) func(*order) { return func(o *order) { o.Lines = append([]line{}, lines...) } }
	lines := func(text string) string {
		return `{"id":"1","who":{"name":"A","home":{"city":"B","x":1},"y":2},"lines":[` + text + `],"z":3}`
	}
	counted := func(l line, n int64) line { l.Count = n; return l }
	for name, test := range map[string]struct {
		change func(*order)
		want   string
	}{
		"a field changed": {func(o *order) { o.Who.Home.City = new("C") },
			`{"id":"1","who":{"name":"A","home":{"city":"C","x":1},"y":2},"lines":[{"sku":"a","count":1,"n":"a"},{"sku":"b","count":2},{"sku":"c","count":3,"n":"c"}],"z":3}`},
		"an object is gone": {func(o *order) { o.Who.Home = nil },
			`{"id":"1","who":{"name":"A","y":2},"lines":[{"sku":"a","count":1,"n":"a"},{"sku":"b","count":2},{"sku":"c","count":3,"n":"c"}],"z":3}`},
		"the list is gone":         {func(o *order) { o.Lines = nil }, `{"id":"1","who":{"name":"A","home":{"city":"B","x":1},"y":2},"z":3}`},
		"the list is empty":        {with(), lines(``)},
		"elements moved":           {with(c, b, a), lines(`{"sku":"c","count":3,"n":"c"},{"sku":"b","count":2},{"sku":"a","count":1,"n":"a"}`)},
		"the first is gone":        {with(b, c), lines(`{"sku":"b","count":2},{"sku":"c","count":3,"n":"c"}`)},
		"one came first":           {with(d, a, b, c), lines(`{"sku":"d","count":4},{"sku":"a","count":1,"n":"a"},{"sku":"b","count":2},{"sku":"c","count":3,"n":"c"}`)},
		"changed in place":         {with(counted(a, 9), b, c), lines(`{"sku":"a","count":9,"n":"a"},{"sku":"b","count":2},{"sku":"c","count":3,"n":"c"}`)},
		"moved and changed":        {with(b, c, counted(a, 9)), lines(`{"sku":"b","count":2},{"sku":"c","count":3,"n":"c"},{"sku":"a","count":9,"n":"a"}`)},
		"all but the place is new": {with(a, b, d), lines(`{"sku":"a","count":1,"n":"a"},{"sku":"b","count":2},{"sku":"d","count":4,"n":"c"}`)},
		"another one is there":     {with(a, d), lines(`{"sku":"a","count":1,"n":"a"},{"sku":"d","count":4}`)},
		"twice":                    {with(a, a), lines(`{"sku":"a","count":1,"n":"a"},{"sku":"a","count":1}`)},
	} {
		t.Run(name, func(t *testing.T) {
			o, extra := readOrder(t, stored)
			test.change(&o)
			fitted := codec.FitNested(extra, o.known())
			if diff := cmp.Diff(test.want, o.write(fitted)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if again, _ := readOrder(t, o.write(fitted)); !cmp.Equal(again, o) {
				t.Errorf("reads back as %+v, want %+v", again, o)
			}
		})
	}
}

// What was cleared does not come back with an object that is set later.
func TestUnknownMembersDoNotComeBack(t *testing.T) {
	o, extra := readOrder(t, `{"id":"1","who":{"name":"A","y":2},"lines":[{"sku":"a","count":1,"n":1}]}`)
	was := o
	o.Who, o.Lines = nil, []line{}
	extra = codec.FitNested(extra, o.known())
	if codec.HasNestedMembers(extra) {
		t.Errorf("kept %q", extra)
	}
	if diff := cmp.Diff(string(was.known()), was.write(codec.FitNested(extra, was.known()))); diff != "" {
		t.Error(diff)
	}
}

// Whatever record is read with whatever unknown members: written back, it has
// all of them, and reads as the same record.
func TestNestedMembersRoundTrip(t *testing.T) {
	lines := rapid.Custom(func(t *rapid.T) line {
		return line{Sku: rapid.SampledFrom([]string{"a", "b", "", "\n"}).Draw(t, "sku"), Count: rapid.Int64Range(0, 2).Draw(t, "count")}
	})
	rapid.Check(t, func(t *rapid.T) {
		o := order{ID: "1"}
		o.Lines = rapid.SliceOfN(lines, 0, 4).Draw(t, "lines")
		for i := range o.Lines {
			o.Lines[i].Parts = rapid.SliceOfN(lines, 0, 2).Draw(t, "parts")
		}
		o.Who = rapid.SampledFrom([]*customer{nil, {Name: "A"}, {Name: "A", Home: &home{}}, {Home: &home{City: new("B")}}}).Draw(t, "who")
		// Each object of the text gets a member that nobody knows.
		var text []byte
		n := 0
		for _, c := range o.known() {
			if c == '}' {
				if text[len(text)-1] != '{' {
					text = append(text, ',')
				}
				text = codec.AppendInt(append(text, `"extra":`...), int64(n))
				n++
			}
			text = append(text, c)
		}
		got, extra := readOrder(t, string(text))
		if diff := cmp.Diff(string(text), got.write(extra)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(string(text), got.write(codec.FitNested(extra, got.known()))); diff != "" {
			t.Fatalf("fitted (-want +got):\n%s", diff)
		}
		moved := got
		if len(got.Lines) > 1 {
			moved.Lines = rapid.Permutation(got.Lines).Draw(t, "moved")
		}
		back, extra := readOrder(t, moved.write(codec.FitNested(extra, moved.known())))
		if diff := cmp.Diff(string(moved.known()), string(back.known())); diff != "" {
			t.Fatalf("moved (-want +got):\n%s", diff)
		}
		if got, want := len(back.write(extra)), len(text); got != want {
			t.Fatalf("moved: %d bytes, want %d", got, want)
		}
	})
}

// FuzzNested reads any text as a record with nested objects: what is taken has
// every member in it when it is written, and reads as the same again.
func FuzzNested(f *testing.F) {
	for _, text := range []string{
		`{"id":"1","who":{"name":"A","home":{"city":"B","x":1},"y":2},"lines":[{"sku":"a","count":1,"n":"a"},{"parts":[{"p":[{}]}]}],"z":3}`,
		`{"who":{"home":{"1":2,"a":{"sku":1},"0":{"1":1,"0":0}},"":null}}`,
		`{"lines":[{},{"":[]},{"lines":[{"x":1}]}],"0":1}`,
		`{"who":{"x":1,"x":2}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var o order
		d := codec.NewDecoder(data)
		extra := o.decode(d)
		if d.End() != nil {
			return
		}
		text := o.write(extra)
		var want, got any
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !holdsAll(got, want) {
			t.Fatalf("%s lacks something of %s", text, data)
		}
		if fitted := o.write(codec.FitNested(extra, o.known())); fitted != text {
			t.Fatalf("%s, fitted %s", text, fitted)
		}
		again, extra := readOrder(t, text)
		if diff := cmp.Diff(text, again.write(extra)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// holdsAll reports whether a value has everything that another has.
func holdsAll(got, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		m, ok := got.(map[string]any)
		for k, v := range want {
			ok = ok && holdsAll(m[k], v)
		}
		return ok
	case []any:
		list, ok := got.([]any)
		ok = ok && len(list) == len(want)
		for i := range want {
			ok = ok && holdsAll(list[i], want[i])
		}
		return ok
	default:
		return got == want
	}
}
