package file

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// Records read one after the other, back and forth and from several changes are what
// the segments have there.
func TestSequentialReader(t *testing.T) {
	j := &journal{fs: vfs.OS{}, dir: t.TempDir()}
	content := map[uint64][]byte{}
	for segment := range uint64(2) {
		text := make([]byte, 3*mostAhead)
		for i := range text {
			text[i] = byte(rand.Uint32())
		}
		content[segment] = text
		if err := os.WriteFile(j.path(segment), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	changes := []changesAt{
		{segment: 0, at: 10, size: 2 * mostAhead},
		{segment: 0, at: 10 + 2*mostAhead, size: 500},
		{segment: 1, at: 0, size: 3 * mostAhead},
	}
	rapid.Check(t, func(t *rapid.T) {
		r := sequentialReader{files: segmentFiles{j: j}}
		defer r.files.close()
		at := 0
		for range rapid.IntRange(1, 60).Draw(t, "reads") {
			c := rapid.SampledFrom(changes).Draw(t, "changes")
			if rapid.IntRange(0, 4).Draw(t, "jump") == 0 || at >= int(c.size) {
				at = rapid.IntRange(0, int(c.size)-1).Draw(t, "at")
			}
			size := min(rapid.IntRange(1, 5000).Draw(t, "size"), int(c.size)-at)
			got, err := r.read(c, at, size)
			if err != nil {
				t.Fatal(err)
			}
			from := int(c.at) + at
			if want := content[c.segment][from : from+size]; !bytes.Equal(got, want) {
				t.Fatalf("%d bytes at %d of %+v are others", size, at, c)
			}
			at += size + rapid.IntRange(0, 100).Draw(t, "gap")
		}
	})
}
