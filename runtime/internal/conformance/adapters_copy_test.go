package conformance

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

// A store is copied while it is written to: the copy is one state of it, which
// opens with any adapter.
func TestAdaptersBackup(t *testing.T) {
	for from, placeFrom := range adapters {
		for to, placeTo := range adapters {
			t.Run(from+" to "+to, func(t *testing.T) {
				s := open(t, on(placeFrom(t)()))
				for i := range 300 {
					insert(t, s.Notes, NoteInput{ID: fmt.Sprint(i)})
				}
				for range 3 {
					insert(t, s.Numbered, NumberedInput{Label: "x"})
				}
				_, err := s.Numbered.Delete(3)
				noErr(t, err)
				noErr(t, s.Flush(context.Background()))

				// Each commit writes the same number to both.
				var writing sync.WaitGroup
				stop := make(chan struct{})
				writing.Go(func() {
					for n := 0; ; n++ {
						select {
						case <-stop:
							return
						default:
						}
						noErr(t, s.Tx(func(tx *Tx) error {
							if _, err := tx.Notes.Upsert(NoteInput{ID: "last", Text: noex.Some(fmt.Sprint(n))}); err != nil {
								return err
							}
							_, err := tx.Words.Insert(WordInput{Word: fmt.Sprint("w", n)})
							return err
						}))
					}
				})
				place := placeTo(t)
				copied := place()
				noErr(t, s.Backup(context.Background(), copied))
				noErr(t, copied.Close())
				close(stop)
				writing.Wait()

				c := open(t, on(place()))
				if c.Revision() > s.Revision() {
					t.Errorf("the copy is of revision %d, the store of %d", c.Revision(), s.Revision())
				}
				if last, ok := c.Notes.Get("last"); ok {
					equal(t, fmt.Sprint(c.Words.Len()-1), last.Text.Or(""))
				} else {
					equal(t, c.Words.Len(), 0)
				}
				equal(t, slices.Collect(c.Notes.All())[:300], slices.Collect(s.Notes.All())[:300])
				equal(t, insert(t, c.Numbered, NumberedInput{Label: "next"}).N, 4)
				noErr(t, c.Close())
				noErr(t, s.Close())
			})
		}
	}
}

func TestAdaptersExport(t *testing.T) {
	withEach(t, "what is exported and imported elsewhere is stored as it was", func(t *testing.T, place func() adapter) {
		ctx := context.Background()
		s := open(t, on(place()))
		for i := range 300 {
			insert(t, s.Notes, NoteInput{ID: fmt.Sprint(i * 7919 % 300), Text: noex.Some("text \n\u2028")})
		}
		update(t, s.Notes, "7", NotePatch{Text: noex.Some("new")})
		var lines bytes.Buffer
		n, err := s.Export(ctx, "notes", &lines)
		noErr(t, err)
		equal(t, [2]int{n, bytes.Count(lines.Bytes(), []byte{'\n'})}, [2]int{300, 300})
		want := slices.Collect(s.Notes.All())
		_, err = s.Notes.Clear()
		noErr(t, err)
		s = again(t, s, place)
		equal(t, s.Notes.Len(), 0)
		n, err = s.Import(ctx, "notes", &lines)
		noErr(t, err)
		equal(t, n, 300)
		equal(t, slices.Collect(s.Notes.All()), want)
		s = again(t, s, place)
		equal(t, slices.Collect(s.Notes.All()), want)
	})
}
