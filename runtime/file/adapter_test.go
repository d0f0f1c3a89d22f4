package file_test

import (
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
)

func TestAdapter(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) func() noex.StorageAdapter {
		dir := t.TempDir()
		return func() noex.StorageAdapter { return file.New(dir) }
	})
}

// One adapter serves a store after the other, as in the guide's example.
func TestAdapterIsUsableAfterClose(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) func() noex.StorageAdapter {
		a := file.New(t.TempDir())
		return func() noex.StorageAdapter { return a }
	})
}
