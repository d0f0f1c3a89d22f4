package golden_test

import (
	"bytes"
	"testing"
)

// TestABucketOfTenFieldsTakesAtMost300Lines keeps generated code thin: struct,
// enum, inputs, fields, indexes, validator, encoder and decoder included.
func TestABucketOfTenFieldsTakesAtMost300Lines(t *testing.T) {
	for _, f := range generate(t, "tenfields") {
		if f.Name != "users_noex.go" {
			continue
		}
		if n := bytes.Count(f.Content, []byte("\n")); n > 300 {
			t.Errorf("%s has %d lines", f.Name, n)
		}
		return
	}
	t.Error("no users_noex.go")
}
