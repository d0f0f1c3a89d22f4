//go:build cgo

package inspect

import (
	"context"

	"github.com/noexgen/noexgen/runtime/sqlite"
)

func openSQLite(ctx context.Context, path string) (reader, func() (writer, error), error) {
	r, err := sqlite.OpenReadOnly(ctx, path)
	return r, func() (writer, error) { return sqlite.Open(path) }, err
}
