//go:build (unix && !aix && !solaris) || windows

package vfs

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// fileLock is a lock that ends with the open file it is taken on.
type fileLock struct{ f *os.File }

// lock opens the file, takes the lock without waiting, and writes the holder
// into it: process id, space, host name.
func lock(name string) (io.Closer, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	taken, err := tryLock(f)
	if err != nil {
		f.Close()
		return nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	if !taken {
		held := readHolder(f)
		f.Close()
		return nil, held
	}
	if err := writeHolder(f); err != nil {
		f.Close()
		return nil, err
	}
	return fileLock{f}, nil
}

// Close releases the lock. The holder is wiped first, so that nobody who finds
// the lock taken a moment later reads the name of this one; the file is not
// removed, because another process may have it open, waiting to lock it.
func (l fileLock) Close() error {
	err := l.f.Truncate(0)
	if e := l.f.Close(); err == nil {
		err = e
	}
	return err
}

func writeHolder(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	_, err = f.WriteAt(fmt.Appendf(nil, "%d %s\n", os.Getpid(), host), 0)
	return err
}

// readHolder reads what writeHolder wrote; the holder may not have come to it.
func readHolder(f *os.File) *HeldError {
	var held HeldError
	text := make([]byte, 300)
	n, _ := f.ReadAt(text, 0)
	if line, _, whole := strings.Cut(string(text[:n]), "\n"); whole {
		if _, err := fmt.Sscan(line, &held.PID, &held.Host); err != nil {
			return &HeldError{}
		}
	}
	return &held
}
