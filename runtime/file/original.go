package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	originalReserved = regexp.MustCompile(`[<>:"/\\|?*\x00-\x1f]`)
	originalDots     = regexp.MustCompile(`\.+`)
)

// originalName is the name that the original system gives the file of a key.
func originalName(key string) string {
	stem := originalReserved.ReplaceAllLiteralString(key, "_")
	return originalDots.ReplaceAllLiteralString(stem, "_") + extension
}

// notElsewhere returns an error if a key that has no file at path seems to have
// one of the original system, under a name that several keys share there, so
// that the bucket does not seem to be empty. A file of ours is none, and one
// whose metadata name another store is another's.
func (a *Adapter) notElsewhere(ctx context.Context, key, path string) error {
	old := filepath.Join(a.dir, originalName(key))
	if old == path {
		return nil
	}
	file, err := a.read(ctx, old)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := decodeOwn(file); !errors.Is(err, errNotOwn) {
		return nil
	}
	store, _, _ := strings.Cut(key, ":bucket:")
	if state, err := decodeAny(file.data); err == nil && state.Metadata.ServerID != store {
		return nil
	}
	return fmt.Errorf("%s may hold %s, but also another key: rename it to %s, or move it away", old, key, filepath.Base(path))
}
