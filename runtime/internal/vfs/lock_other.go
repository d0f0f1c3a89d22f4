//go:build (!unix && !windows) || aix || solaris

package vfs

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// exclusiveFile is a lock that exists as long as its file does. A process that
// is killed leaves it behind, to be removed by hand.
type exclusiveFile struct{ name string }

func lock(name string) (io.Closer, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, &HeldError{}
	}
	if err != nil {
		return nil, err
	}
	return exclusiveFile{name}, f.Close()
}

// Close releases the lock.
func (l exclusiveFile) Close() error { return os.Remove(l.name) }
