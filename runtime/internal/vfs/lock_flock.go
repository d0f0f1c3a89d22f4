//go:build unix && !aix && !solaris

package vfs

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes an flock. It belongs to the open file, not to the process, so
// a second one of the same process finds it taken, too.
func tryLock(f *os.File) (taken bool, err error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, syscall.EINTR):
			return false, err
		}
	}
}
