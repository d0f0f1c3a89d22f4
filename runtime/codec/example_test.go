package codec_test

import (
	"fmt"

	"github.com/noexgen/noexgen/runtime/codec"
)

// A file of the original system is checked by the hash of its state in this form.
func ExampleCompact() {
	text, err := codec.Compact(nil, []byte(`{ "b": 1.0, "a": "\u0041\/", "2": 1E21, "1": [ ] }`))
	fmt.Printf("%s %v\n", text, err)
	// Output: {"1":[],"2":1e+21,"b":1,"a":"A/"} <nil>
}

func ExampleDecoder() {
	var id string
	var tags []string
	var seen uint64
	var extra []byte
	d := codec.NewDecoder([]byte(`{"id":"u1","tags":["a","b"],"note":{"by":1.0}}`))
	for more := d.Object(); more; more = d.NextMember() {
		switch string(d.Key()) {
		case "id":
			d.Seen(&seen, 0)
			id = d.String()
		case "tags":
			d.Seen(&seen, 1)
			for more := d.Array(); more; more = d.NextElement() {
				tags = append(tags, d.String())
			}
		default:
			d.Keep(&extra)
		}
	}
	fmt.Println(id, tags, string(extra), d.End())
	// Output: u1 [a b] ,"note":{"by":1} <nil>
}

func ExampleNormalizeAny() {
	v, err := codec.NormalizeAny(map[string]any{"n": 1, "list": []string{"a"}})
	fmt.Printf("%#v %v\n", v, err)
	_, err = codec.NormalizeAny(map[string]any{"a": map[string]any{"b": []any{1, 2, 3, make(chan int)}}})
	fmt.Println(err)
	// Output:
	// map[string]interface {}{"list":[]interface {}{"a"}, "n":1} <nil>
	// a.b[3]: unsupported type chan int
}
