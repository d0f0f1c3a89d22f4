package file

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// replace puts a new file in the place of another. At every moment, and after a
// crash at any, path is a whole file: the old one or the new one.
//
//  1. The content was written to temp, a new file of the same directory. Its
//     name was never used before, so nothing of a write that failed can come
//     through.
//  2. It was synced, so that its content is on the disk before its name is. If
//     that fails, what is on disk is not known, and a second sync would lie:
//     the file is given up, and the next attempt writes another.
//  3. Give the old file a second name, path and ".prev", in place of the one
//     before it. Both names are of one file until the next step.
//  4. Rename the new file to path, which replaces the old one in one step.
//  5. fsync the directory, so that the names are on the disk. Should that
//     fail, the new file is in place, but a crash may bring the old one back.
func replace(fsys vfs.FS, path, temp string) error {
	err := keepPrevious(fsys, path)
	if err == nil {
		err = fsys.Rename(temp, path)
	}
	if err != nil {
		fsys.Remove(temp)
		return err
	}
	return fsys.SyncDir(filepath.Dir(path))
}

// keepPrevious gives the file at path, if there is one, its second name. Where
// the file system has no links, no previous state is kept.
func keepPrevious(fsys vfs.FS, path string) error {
	link := newName(path)
	err := fsys.Link(path, link)
	if errors.Is(err, fs.ErrNotExist) || vfs.NoLinks(err) {
		return nil
	}
	if err == nil {
		err = fsys.Rename(link, path+prevSuffix)
		// Renaming does nothing where both are names of one file already,
		// which a save that ended between steps 3 and 4 leaves behind.
		fsys.Remove(link)
	}
	if err != nil {
		return fmt.Errorf("keep the previous state: %w", err)
	}
	return nil
}

// removeBucket removes the file of a bucket and the state kept from before.
func removeBucket(fsys vfs.FS, path string) error {
	for _, name := range []string{path + prevSuffix, path} {
		if err := fsys.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return fsys.SyncDir(filepath.Dir(path))
}

// newName returns a name for a new file beside path that nothing else has had.
func newName(path string) string {
	var random [8]byte
	rand.Read(random[:]) // never fails
	return path + newInfix + hex.EncodeToString(random[:])
}

// isNew reports whether newName may have made the name.
func isNew(name string) bool {
	i := strings.LastIndex(name, newInfix)
	if i < 0 {
		return false
	}
	digits := name[i+len(newInfix):]
	if random, err := hex.DecodeString(digits); err != nil || len(random) != 8 {
		return false
	}
	_, ok := keyOf(name[:i])
	_, ok2 := segmentNumber(name[:i])
	return ok || ok2
}
