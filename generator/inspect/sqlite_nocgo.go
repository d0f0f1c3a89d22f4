//go:build !cgo

package inspect

import (
	"context"
	"errors"
)

func openSQLite(context.Context, string) (reader, func() (writer, error), error) {
	return nil, nil, errors.New("this noexgen was built without cgo and reads no databases; build it where a C compiler is, with CGO_ENABLED=1")
}
