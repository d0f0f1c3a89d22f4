package file

import (
	"bytes"
	"hash/crc32"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

// FuzzJournal feeds any bytes to the reader of a segment, as they are and with
// the checksums put right: buckets or an error, never a panic, and nothing that
// a new journal does not say in the same way.
func FuzzJournal(f *testing.F) {
	files, _ := running(f)
	for name, data := range files {
		if _, ok := segmentNumber(name); ok {
			f.Add(data)
		}
	}
	ops := appendBase(nil, opBase, "a:bucket:b", identity{2, 3}, 1)
	ops = appendBase(ops, opMerged, "a:bucket:b", identity{4, 5}, 1)
	ops = appendName(ops, opGone, "a:bucket:c")
	f.Add(appendFrame(make([]byte, segmentHead), 1, ops))
	f.Fuzz(func(t *testing.T, data []byte) {
		readSegment(t, data)
		readSegment(t, resealedSegment(data))
	})
}

func readSegment(t *testing.T, data []byte) {
	name := segmentName(1)
	fsys := plant(t, map[string][]byte{name: data})
	entries, err := fsys.ReadDir("dir")
	if err != nil {
		t.Fatal(err)
	}
	j, err := openJournal(fsys, "dir", small, entries)
	if err != nil || j.err != nil {
		if after := readAll(t, fsys)[name]; !bytes.Equal(after, data) {
			t.Fatal("the damaged journal was changed")
		}
		return
	}
	for key, b := range j.buckets {
		state, err := j.changed(noex.PersistedState{Records: func(func(noex.PersistedRecord, error) bool) {}}, found{bucket: b, changes: b.changes})
		if err != nil {
			continue
		}
		for r, err := range state.Records {
			if err != nil {
				t.Fatalf("%s, %s: %v", key, r.Key, err)
			}
		}
	}
}

// resealedSegment returns data with the lengths and checksums of its head and
// its frames as they would have to be.
func resealedSegment(data []byte) []byte {
	data = bytes.Clone(data)
	if len(data) < segmentHead {
		return data
	}
	copy(data, appendSegmentHead(nil, le.Uint32(data[12:])&flagComplete, 1, int64(len(data))))
	seq := uint64(0)
	for at := segmentHead; at+frameHead < len(data) && data[at] != 0; seq++ {
		n := min(max(int(le.Uint64(data[at+4:])), 1), len(data)-at-frameHead)
		payload := data[at+frameHead : at+frameHead+n]
		payload[n-1] = marker
		putFrameHead(data[at:], int64(n), seq, crc32.Checksum(payload, castagnoli))
		at += frameHead + n
	}
	return data
}
