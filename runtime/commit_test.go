package noex

import (
	"reflect"
	"testing"
)

// TestChangeIsCopiedWhole gives each field of a change a value, and expects all of them in
// the copy.
func TestChangeIsCopiedWhole(t *testing.T) {
	from := change{
		table: new(table), typ: Updated, reason: ReasonExpired, old: new(row), new: new(row), rank: 1, boxed: "key",
	}
	for v, i := reflect.ValueOf(from), 0; i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("field %s is not tested", v.Type().Field(i).Name)
		}
	}
	var to change
	to.set(&from)
	if to != from {
		t.Errorf("the copy of %+v is %+v", from, to)
	}
}
