package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wantOutput is what the guide prints, with this implementation's words for
// the unique constraint.
const wantOutput = `Store 1: 2 users
Store 1: 1 cache entries

Store 2: 2 users
Store 2: 0 cache entries
Alice: Alice, role=admin
Admins: 1
Unique constraint: bucket users: email "alice@example.com" is taken by another record
`

func TestOutputIsTheGuidesWithEveryAdapter(t *testing.T) {
	for _, adapter := range []string{"memory", "file", "sqlite"} {
		t.Run(adapter, func(t *testing.T) {
			dir := t.TempDir()
			for _, round := range []string{"first", "second"} { // the second finds the data of the first
				var out strings.Builder
				if err := run(t.Context(), &out, adapter, dir); err != nil {
					t.Fatalf("%s process: %v", round, err)
				}
				if diff := cmp.Diff(wantOutput, out.String()); diff != "" {
					t.Errorf("%s process (-want +got):\n%s", round, diff)
				}
			}
		})
	}
}

func TestDefaultDirectoryIsTemporary(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	var out strings.Builder
	if err := run(t.Context(), &out, "file", ""); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantOutput, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownAdapterIsNamed(t *testing.T) {
	err := run(t.Context(), new(strings.Builder), "papyrus", t.TempDir())
	if want := `unknown adapter "papyrus": it is memory, file or sqlite`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
