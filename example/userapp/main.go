// Command userapp keeps users and a cache, stops and starts again: the users
// and their indexes are there as before, the cache is empty. Run it a second
// time with the same -dir and it finds the users of the first.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/memory"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

func main() {
	adapter := flag.String("adapter", "file", "where users are kept: memory, file or sqlite")
	dir := flag.String("dir", "", "`directory` of the data (default: a fresh temporary one)")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "userapp: unexpected argument %q\n", flag.Arg(0))
		os.Exit(2)
	}
	if err := run(context.Background(), os.Stdout, *adapter, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "userapp:", err)
		os.Exit(1)
	}
}

// run is the program: it writes users, restarts the store and reads them back.
func run(ctx context.Context, w io.Writer, adapter, dir string) error {
	if dir == "" {
		temp, err := os.MkdirTemp("", "userapp-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temp)
		dir = temp
	}
	open, err := storage(adapter, dir)
	if err != nil {
		return err
	}
	alice, err := firstRun(ctx, w, open)
	if err != nil {
		return err
	}
	fmt.Fprintln(w)
	return secondRun(ctx, w, open, alice.ID)
}

// storage returns what opens the storage of a run. In memory both runs have to
// share one adapter; the others find their data again.
func storage(adapter, dir string) (open func() (noex.StorageAdapter, error), err error) {
	switch adapter {
	case "memory":
		shared := memory.New()
		return func() (noex.StorageAdapter, error) { return shared, nil }, nil
	case "file":
		return func() (noex.StorageAdapter, error) { return file.New(dir), nil }, nil
	case "sqlite":
		return func() (noex.StorageAdapter, error) {
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return nil, err
			}
			return sqlite.Open(filepath.Join(dir, "userapp.db"))
		}, nil
	default:
		return nil, fmt.Errorf("unknown adapter %q: it is memory, file or sqlite", adapter)
	}
}

// config reports what cannot be saved or loaded; the store goes on without.
func config(adapter noex.StorageAdapter) noex.Config {
	return noex.Config{Persistence: noex.PersistenceConfig{
		Adapter: adapter,
		OnError: func(err error) { fmt.Fprintln(os.Stderr, "userapp:", err) },
	}}
}
