//go:build cgo

package inspect

import (
	"context"
	"path/filepath"

	"github.com/noexgen/noexgen/runtime/sqlite"
)

func openSQLite(ctx context.Context, path string) (reader, func() (writer, error), error) {
	write := func() (writer, error) { return sqlite.Open(path) }
	r, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	return database{r, filepath.Base(path)}, write, nil
}

// database is a reader of which one file can be checked, with all there is of
// the other in it.
type database struct {
	*sqlite.Reader
	name string
}

// Check checks the database file.
func (d database) Check(ctx context.Context, name string) (checked bool, err error) {
	if name != d.name {
		return false, nil
	}
	return true, d.Reader.Check(ctx)
}
