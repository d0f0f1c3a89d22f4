package noex

import (
	"strconv"
	"testing"
)

// TestFindText looks for texts in each kind of unique index, outside of a view, in one,
// and in one that has fallen behind, among them the empty text and two with one hash.
func TestFindText(t *testing.T) {
	for name, index := range map[string]func(...Part) *Index{"unique": NewUnique, "ordered": NewSortedUnique} {
		t.Run(name, func(t *testing.T) {
			byName := index(items.Name.Part)
			s := openItems(t, itemSchema(false, byName))
			first, second := sameHash(&s.Items.s.t.hasher)
			stored := []string{"", "ada", first, second}
			for i, text := range stored {
				if _, err := s.Writer.Insert(item{ID: int64(i), Name: text}); err != nil {
					t.Fatal(err)
				}
			}
			check := func(where string, r Reader[int64, item]) {
				t.Helper()
				for i, text := range stored {
					got, ok := FindText(&r, byName, text)
					if !ok || got.ID != int64(i) || got.Name != text {
						t.Errorf("%s: %q finds %v, %v", where, text, got, ok)
					}
					if one, _ := FindOne(&r, byName, StringValue(text)); one.ID != got.ID {
						t.Errorf("%s: %q finds %d by FindText, %d by FindOne", where, text, got.ID, one.ID)
					}
				}
				if got, ok := FindText(&r, byName, "nobody"); ok || got.Name != "" {
					t.Errorf("%s: a text that no record has finds %v, %v", where, got, ok)
				}
			}
			check("store", s.Items)
			if err := s.RunView(func(sn *Snapshot) error {
				then := ReadIn(sn, s.Items)
				check("view", then)
				if _, err := s.Writer.Delete(1); err != nil {
					return err
				}
				check("view of the past", then)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if got, ok := FindText(&s.Items, byName, "ada"); ok {
				t.Errorf("a deleted record is found: %v", got)
			}
		})
	}
}

// sameHash returns two texts with one hash.
func sameHash(h *hasher) (string, string) {
	seen := map[uint32]string{}
	for i := 0; ; i++ {
		text := strconv.Itoa(i)
		hash := h.hashText(text)
		if other, ok := seen[hash]; ok {
			return other, text
		}
		seen[hash] = text
	}
}
