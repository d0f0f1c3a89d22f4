package conformance

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	noex "github.com/noexgen/noexgen/runtime"
)

// places is a bucket in insertion order as cursors see it: all records there
// ever were, and which of them are left.
type places struct {
	ids  []string
	left map[int]bool // by position in ids
}

func (p *places) insert(id string) {
	p.left[len(p.ids)] = true
	p.ids = append(p.ids, id)
}

// last returns the last position that a key has had, -1 for none.
func (p *places) last(id string) int {
	for i := len(p.ids) - 1; i >= 0; i-- {
		if p.ids[i] == id {
			return i
		}
	}
	return -1
}

func (p *places) delete(id string) { delete(p.left, p.last(id)) }

// commit forgets the records that were inserted and deleted since there were n:
// nobody else has seen them.
func (p *places) commit(n int) {
	ids, left := p.ids[n:], p.left
	p.ids, p.left = p.ids[:n:n], make(map[int]bool)
	for i := range n {
		if left[i] {
			p.left[i] = true
		}
	}
	for i, id := range ids {
		if left[n+i] {
			p.insert(id)
		}
	}
}

// after returns the keys of the page after a cursor, and whether more follow.
func (p *places) after(cursor noex.Opt[string], limit int) (ids []string, more bool) {
	at := -1
	if id, ok := cursor.Get(); ok {
		if at = p.last(id); at < 0 {
			return nil, false
		}
	}
	for i := at + 1; i < len(p.ids); i++ {
		if !p.left[i] {
			continue
		}
		if len(ids) == limit {
			return ids, true
		}
		ids = append(ids, p.ids[i])
	}
	return ids, false
}

// TestCursors goes on from cursors whose records, and any others, were deleted
// and inserted again meanwhile, in the bucket, in transactions that have done
// so themselves, and in views from before. A view that meets a key which was
// gone before it began, and is inserted again and gone again since, takes the
// later place for the cursor; that is left out.
func TestCursors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fine := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		s, err := Open(context.Background(), noex.Config{})
		fine(err)
		defer func() { fine(s.Close()) }()
		now := &places{left: make(map[int]bool)}
		cursors := []string{"nobody"}
		check := func(r noex.Reader[string, Note], p, since *places) {
			cursor := noex.Some(rapid.SampledFrom(cursors[max(0, len(cursors)-50):]).Draw(t, "cursor"))
			if rapid.IntRange(0, 3).Draw(t, "from the start") == 0 {
				cursor = noex.Opt[string]{}
			}
			if id, _ := cursor.Get(); since != nil && !p.left[p.last(id)] && since.last(id) != p.last(id) {
				return
			}
			limit := rapid.IntRange(1, 5).Draw(t, "limit")
			page := r.Paginate(noex.PageRequest[string]{After: cursor, Limit: limit})
			want, more := p.after(cursor, limit)
			got := []string{}
			for _, a := range page.Records {
				got = append(got, a.ID)
			}
			if !slices.Equal(got, want) || page.HasMore != more {
				t.Fatalf("the page of %d after %v is %v %v, want %v %v", limit, cursor, got, page.HasMore, want, more)
			}
			if next, ok := page.NextCursor.Get(); ok {
				cursors = append(cursors, next)
			}
		}
		insert := func(w noex.Writer[string, Note, NoteInput, NotePatch], id string) {
			_, err := w.Insert(NoteInput{ID: id})
			fine(err)
		}
		n := 0
		change := func(w noex.Writer[string, Note, NoteInput, NotePatch], p *places) {
			switch rapid.IntRange(0, 3).Draw(t, "change") {
			case 0: // more than a chunk of the slab at times
				for range rapid.SampledFrom([]int{1, 3, 300}).Draw(t, "more") {
					id := fmt.Sprint(n)
					n++
					insert(w, id)
					p.insert(id)
				}
			case 1: // all but a few
				keep := rapid.IntRange(2, 60).Draw(t, "keep")
				for i, id := range slices.Clone(p.ids) {
					if p.left[i] && i%keep != 0 {
						_, err := w.Delete(id)
						fine(err)
						p.delete(id)
					}
				}
			default:
				id := rapid.SampledFrom(cursors).Draw(t, "which")
				found, err := w.Delete(id)
				fine(err)
				if found {
					p.delete(id)
				} else if id != "nobody" {
					insert(w, id)
					p.insert(id)
				}
			}
		}
		fork := func() *places {
			p := &places{ids: slices.Clone(now.ids), left: make(map[int]bool)}
			for i := range now.left {
				p.left[i] = true
			}
			return p
		}
		t.Repeat(map[string]func(*rapid.T){
			"change": func(*rapid.T) { change(s.Notes.Writer, now) },
			"page":   func(*rapid.T) { check(s.Notes.Reader, now, nil) },
			"transaction": func(*rapid.T) {
				own, known := fork(), len(cursors)
				fine(s.Tx(func(tx *Tx) error {
					for range 4 {
						change(tx.Notes.Writer, own)
						check(tx.Notes.Reader, own, nil)
					}
					return nil
				}))
				own.commit(len(now.ids))
				now = own
				// A cursor whose record the transaction deleted again was never one.
				cursors = append(cursors[:known], slices.DeleteFunc(cursors[known:], func(id string) bool {
					return !now.left[now.last(id)]
				})...)
			},
			"view": func(*rapid.T) {
				before := fork()
				fine(s.View(func(v *View) error {
					for range 4 {
						change(s.Notes.Writer, now)
						check(v.Notes.Reader, before, now)
					}
					return nil
				}))
			},
		})
	})
}

// TestCursorsOutliveDeletes goes on from cursors whose records were deleted longer ago
// than the store remembers deletes.
func TestCursorsOutliveDeletes(t *testing.T) {
	follows := func(t *testing.T, s *Store, cursor, want string) {
		t.Helper()
		for i := range 5000 {
			id := fmt.Sprint("other", i)
			insert(t, s.Notes, NoteInput{ID: id})
			_, err := s.Notes.Delete(id)
			noErr(t, err)
		}
		page := s.Notes.Paginate(noex.PageRequest[string]{After: noex.Some(cursor), Limit: 9})
		equal(t, each(page.Records, func(n Note) string { return n.ID }), want)
	}
	t.Run("one handed out in the transaction that inserted its record", func(t *testing.T) {
		s := open(t, noex.Config{})
		noErr(t, s.Tx(func(tx *Tx) error {
			for _, id := range []string{"a", "b"} {
				insert(t, tx.Notes, NoteInput{ID: id})
			}
			equal(t, tx.Notes.Paginate(noex.PageRequest[string]{Limit: 1}).NextCursor, noex.Some("a"))
			return nil
		}))
		_, err := s.Notes.Delete("a")
		noErr(t, err)
		follows(t, s, "a", "b")
	})
	t.Run("one whose record came back, at the end, and went again", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, id := range []string{"a", "b"} {
			insert(t, s.Notes, NoteInput{ID: id})
		}
		equal(t, s.Notes.Paginate(noex.PageRequest[string]{Limit: 1}).NextCursor, noex.Some("a"))
		_, err := s.Notes.Delete("a")
		noErr(t, err)
		insert(t, s.Notes, NoteInput{ID: "a"})
		insert(t, s.Notes, NoteInput{ID: "c"})
		_, err = s.Notes.Delete("a")
		noErr(t, err)
		follows(t, s, "a", "c")
	})
}
