package file

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// replace writes a file anew. At every moment, and after a crash at any, path
// is a whole file: the old one or the new one.
//
//  1. Write the content to a new file of the same directory. Its name was
//     never used before, so nothing of a write that failed can come through.
//  2. fsync it, so that its content is on the disk before its name is. If
//     that fails, what is on disk is not known, and a second fsync would lie:
//     the file is given up, and the next attempt writes another.
//  3. Give the old file a second name, path and ".prev", in place of the one
//     before it. Both names are of one file until the next step.
//  4. Rename the new file to path, which replaces the old one in one step.
//  5. fsync the directory, so that the names are on the disk. Should that
//     fail, the new file is in place, but a crash may bring the old one back.
func (a *Adapter) replace(path string, write func(io.Writer) error) error {
	temp := newName(path)
	if err := a.create(temp, write); err != nil {
		a.fs.Remove(temp) // if it exists; else open removes it
		return err
	}
	if err := a.keepPrevious(path); err != nil {
		a.fs.Remove(temp)
		return err
	}
	if err := a.fs.Rename(temp, path); err != nil {
		a.fs.Remove(temp)
		return err
	}
	return a.fs.SyncDir(filepath.Dir(path))
}

// create writes a new file and brings it to the disk.
func (a *Adapter) create(name string, write func(io.Writer) error) error {
	f, err := a.fs.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// keepPrevious gives the file at path, if there is one, its second name. Where
// the file system has no links, no previous state is kept.
func (a *Adapter) keepPrevious(path string) error {
	link := newName(path)
	err := a.fs.Link(path, link)
	if errors.Is(err, fs.ErrNotExist) || vfs.NoLinks(err) {
		return nil
	}
	if err == nil {
		err = a.fs.Rename(link, path+prevSuffix)
		// Renaming does nothing where both are names of one file already,
		// which a save that ended between steps 3 and 4 leaves behind.
		a.fs.Remove(link)
	}
	if err != nil {
		return fmt.Errorf("keep the previous state: %w", err)
	}
	return nil
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
	return ok
}
