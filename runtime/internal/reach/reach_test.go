//go:build unix

package reach

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

const million = 1_000_000

// adapters are those that are measured, by name.
var adapters = map[string]func(dir string) (noex.StorageAdapter, error){
	"file":   func(dir string) (noex.StorageAdapter, error) { return file.New(dir), nil },
	"sqlite": func(dir string) (noex.StorageAdapter, error) { return sqlite.Open(filepath.Join(dir, "reach.db")) },
}

func adapter(b *testing.B, name, dir string) noex.StorageAdapter {
	b.Helper()
	a, err := adapters[name](dir)
	if err != nil {
		b.Fatal(err)
	}
	return a
}

func openStore(b *testing.B, name, dir string) *Store {
	b.Helper()
	s, err := Open(context.Background(), noex.Config{Persistence: noex.PersistenceConfig{
		Adapter: adapter(b, name, dir), Strict: true, Debounce: time.Hour, OnError: func(err error) { b.Error(err) },
	}})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func closeStore(b *testing.B, s *Store) {
	b.Helper()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

func flush(b *testing.B, s *Store) {
	b.Helper()
	if err := s.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// id is the key of person i, in no order.
func id(i int) string {
	r := rand.NewPCG(1, uint64(i))
	a, c := r.Uint64(), r.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", a>>32, a>>16&0xffff, a>>4&0xfff, c>>48&0xfff, c&0xffffffffffff)
}

func input(i int) PersonInput {
	return PersonInput{
		ID: id(i), Name: fmt.Sprintf("Name of person %d", i), Email: fmt.Sprintf("person%d@example.com", i),
		Role: PersonRoleValues()[i%3], Age: noex.Some(int64(i % 90)), Active: i%2 == 0,
	}
}

// fill inserts n people.
func fill(b *testing.B, s *Store, n int) {
	b.Helper()
	const batch = 10_000
	for from := 0; from < n; from += batch {
		var inputs []PersonInput
		for i := range min(batch, n-from) {
			inputs = append(inputs, input(from+i))
		}
		if _, err := s.People.InsertMany(inputs); err != nil {
			b.Fatal(err)
		}
	}
}

// spent is what the process has used.
type spent struct {
	cpu   time.Duration
	bytes int64 // written to files
}

func now(b *testing.B) (s spent) {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	s.cpu = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	io, err := os.ReadFile("/proc/self/io")
	if err != nil {
		b.Skip("needs /proc/self/io: ", err)
	}
	_, rest, _ := strings.Cut(string(io), "wchar: ")
	fmt.Sscan(rest, &s.bytes)
	return s
}

// since is what was used after before, divided by n.
func (before spent) since(b *testing.B, n int) spent {
	after := now(b)
	return spent{(after.cpu - before.cpu) / time.Duration(n), (after.bytes - before.bytes) / int64(n)}
}
