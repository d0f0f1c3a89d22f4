package conformance

import (
	"fmt"
	"runtime"
	"testing"
	"unsafe"
	"weak"

	noex "github.com/noexgen/noexgen/runtime"
)

// TestSurvivorsKeepNoOtherKeys deletes nearly all records. Keys share memory with those of
// their neighbours: neither the records that stay, nor the keys of deleted ones that a
// bucket remembers for pages, may keep that of all.
func TestSurvivorsKeepNoOtherKeys(t *testing.T) {
	const (
		n      = 8 * 256
		stay   = 128 // one of
		recent = 5000
	)
	s := open(t, noex.Config{})
	key := func(i int) string { return fmt.Sprintf("%036d", i) }
	for i := range n {
		insert(t, s.Notes, NoteInput{ID: key(i), Text: noex.Some("a note")})
	}
	texts := map[int]weak.Pointer[byte]{}
	for i := 256; i < n; i += stay { // the first chunk has each key by itself
		texts[i] = weak.Make(unsafe.StringData(get(t, s.Notes, key(i)).ID))
	}
	if page := s.Notes.Paginate(noex.PageRequest[string]{After: noex.Some(key(n/2 - 1)), Limit: 1}); len(page.Records) != 1 {
		t.Fatalf("%d records after a cursor", len(page.Records))
	}
	for i := range n {
		if i%stay != 0 {
			if ok, err := s.Notes.Delete(key(i)); !ok || err != nil {
				t.Fatalf("delete of %d: %v, %v", i, ok, err)
			}
		}
	}
	for i := range recent { // so that no record that has gone is in the log any more
		insert(t, s.Words, WordInput{Word: fmt.Sprint(i)})
	}

	runtime.GC()
	runtime.GC()
	for i, text := range texts {
		if text.Value() != nil {
			t.Errorf("the memory of key %d is kept", i)
		}
	}
	for i := 0; i < n; i += stay {
		equal(t, get(t, s.Notes, key(i)).ID, key(i))
	}
	page := s.Notes.Paginate(noex.PageRequest[string]{After: noex.Some(key(n/2 + 1)), Limit: 1})
	if len(page.Records) != 1 || page.Records[0].ID != key(n/2+stay) {
		t.Errorf("the page after a deleted record is %v", page.Records)
	}
}
