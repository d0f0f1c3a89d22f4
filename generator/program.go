package generator

import (
	"bytes"
	"crypto/sha256"
	"io"
	"os"
	"sync"
)

// program identifies the running program, so that what one version generated
// is not taken for what another would. It is false if that is not known.
//
// The go command puts a hash of all that a program is made of near the beginning
// of its file: as a note of ELF files, as text in others.
var program = sync.OnceValues(func() ([sha256.Size]byte, bool) {
	var none [sha256.Size]byte
	f, err := openProgram()
	if err != nil {
		return none, false
	}
	defer f.Close()
	start := make([]byte, 64<<10)
	n, err := io.ReadFull(f, start)
	if err != nil && err != io.ErrUnexpectedEOF {
		return none, false
	}
	start = start[:n]
	if !bytes.Contains(start, []byte("Go\x00\x00")) && !bytes.Contains(start, []byte("Go build ID: \"")) {
		return none, false
	}
	return sha256.Sum256(start), true
})

// openProgram opens the file of the running program: on Linux that file, even
// if there is another one of its name by now.
func openProgram() (*os.File, error) {
	if f, err := os.Open("/proc/self/exe"); err == nil {
		return f, nil
	}
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}
