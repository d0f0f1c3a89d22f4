package crash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/internal/crash/ledger"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

// The environment of a child.
const (
	envAdapter = "NOEX_TEST_CRASH_ADAPTER"
	envDir     = "NOEX_TEST_CRASH_DIR"
)

// TestMain makes of the test binary the writer.
func TestMain(m *testing.M) {
	if adapter := os.Getenv(envAdapter); adapter != "" {
		if err := write(adapter, os.Getenv(envDir)); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func storage(adapter, dir string) (noex.StorageAdapter, error) {
	if adapter == "sqlite" {
		return sqlite.Open(filepath.Join(dir, "ledger.db"))
	}
	return file.New(dir), nil
}

func open(adapter, dir string) (*ledger.Store, error) {
	a, err := storage(adapter, dir)
	if err != nil {
		return nil, err
	}
	return ledger.Open(context.Background(), noex.Config{Persistence: noex.PersistenceConfig{
		Adapter: a, Strict: true, Debounce: 2 * time.Millisecond,
		OnError: func(err error) { fmt.Println("error", err) },
	}})
}

// kept is how many entries are kept: older ones are deleted.
const kept = 500

// text is what an entry says, of very different lengths.
func text(n int64) string {
	return fmt.Sprintf("entry %d %s", n, strings.Repeat("x", int(n*n%1500)))
}

// write opens the store, says what it found, and writes until it is killed, or
// now and then closes the store in time.
func write(adapter, dir string) error {
	s, err := open(adapter, dir)
	if err != nil {
		return err
	}
	last, err := check(s)
	if err != nil {
		return err
	}
	fmt.Println("found", last)
	ends := int64(-1)
	if rand.IntN(10) == 0 {
		ends = last + rand.Int64N(12)
	}
	for n := last + 1; ; n++ {
		if n == ends {
			return s.Close()
		}
		if err := add(s, n); err != nil {
			return err
		}
		if rand.IntN(4) == 0 {
			if err := s.Flush(context.Background()); err != nil {
				return err
			}
			fmt.Println("acked", n)
		}
	}
}

// add is transaction n: it adds an entry, deletes an old one, changes another,
// and counts.
func add(s *ledger.Store, n int64) error {
	return s.Tx(func(tx *ledger.Tx) error {
		if _, err := tx.Entries.Insert(ledger.EntryInput{N: n, Text: text(n)}); err != nil {
			return err
		}
		first := max(1, n-kept+1)
		if n > kept {
			if ok, err := tx.Entries.Delete(n - kept); err != nil || !ok {
				return errors.Join(err, fmt.Errorf("entry %d is not there", n-kept))
			}
		}
		if n%2 == 0 && n/2 >= first { // in the middle
			if _, err := tx.Entries.Update(n/2, ledger.EntryPatch{Text: noex.Some(text(n/2 + 1000000))}); err != nil {
				return err
			}
		}
		_, err := tx.Totals.Upsert(ledger.TotalInput{Name: "all", Last: n, First: first})
		return err
	})
}

// check says how far the transactions got whose effect is there, and that this
// is all there is.
func check(s *ledger.Store) (last int64, err error) {
	total, ok := s.Totals.Get("all")
	if !ok {
		if n := s.Entries.Len(); n != 0 {
			return 0, fmt.Errorf("there are %d entries and no total", n)
		}
		return 0, nil
	}
	n := total.First
	for e := range s.Entries.All() {
		want := text(e.N)
		if 2*e.N <= total.Last && e.N >= max(1, 2*e.N-kept+1) {
			want = text(e.N + 1000000)
		}
		if e.N != n || e.Text != want {
			return 0, fmt.Errorf("entry %d in place of %d, of the total %d to %d", e.N, n, total.First, total.Last)
		}
		n++
	}
	if n != total.Last+1 {
		return 0, fmt.Errorf("the entries end with %d, and the total with %d", n-1, total.Last)
	}
	return total.Last, nil
}
