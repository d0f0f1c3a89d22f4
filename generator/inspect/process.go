//go:build !plan9

package inspect

import (
	"errors"
	"os"
	"syscall"
)

// ended reports whether there is no process of this number any more.
func ended(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return true
	}
	defer p.Release()
	return errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
