package noex

import (
	"reflect"
	"testing"
	"time"
)

// TestTypesOfABucketHaveTheMemoryOfTheirFormForRows compares, word by word, what
// is read as a type of another bucket: a difference would be read as garbage.
func TestTypesOfABucketHaveTheMemoryOfTheirFormForRows(t *testing.T) {
	type text string
	type number float64
	type yes bool
	type record struct {
		Meta
		Text text
	}
	type schema = Schema[number, record, struct{ In record }, *record]
	for _, test := range []struct{ is, read reflect.Type }{
		{reflect.TypeFor[schema](), reflect.TypeFor[rowSchema]()},
		{reflect.TypeFor[BoolField[record, yes]](), reflect.TypeFor[described[bool]]()},
		{reflect.TypeFor[NumberField[record, int64]](), reflect.TypeFor[described[int64]]()},
		{reflect.TypeFor[NumberField[record, number]](), reflect.TypeFor[described[float64]]()},
		{reflect.TypeFor[StringField[record, text]](), reflect.TypeFor[described[string]]()},
		{reflect.TypeFor[TimeField[record]](), reflect.TypeFor[described[time.Time]]()},
		{reflect.TypeFor[ListField[record, text]](), reflect.TypeFor[describedList[text]]()},
		{reflect.TypeFor[ObjectField[record]](), reflect.TypeFor[describedObject]()},
		{reflect.TypeFor[Pred[record]](), reflect.TypeFor[pred]()},
		{reflect.TypeFor[Order[record]](), reflect.TypeFor[ordering]()},
		{reflect.TypeFor[Value](), reflect.TypeFor[scalar]()},
	} {
		is, read := words(test.is), words(test.read)
		if len(read) < len(is) {
			t.Errorf("%v has %d words, %v only %d", test.is, len(is), test.read, len(read))
			continue
		}
		for i := range is {
			if is[i] != read[i] {
				t.Errorf("word %d of %v is %v, that of %v is %v", i, test.is, is[i], test.read, read[i])
			}
		}
	}
}

// word is a part of a type that is none of several parts.
type word struct {
	offset uintptr
	kind   reflect.Kind
	// in and out are how many values a function takes and returns.
	in, out int
}

func words(t reflect.Type) (all []word) {
	switch {
	case t.Kind() == reflect.Array && t.Len() == 0:
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			for _, w := range words(f.Type) {
				w.offset += f.Offset
				all = append(all, w)
			}
		}
	case t.Kind() == reflect.Func:
		all = []word{{kind: t.Kind(), in: t.NumIn(), out: t.NumOut()}}
	default:
		all = []word{{kind: t.Kind()}}
	}
	return all
}
