package file

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"

	"github.com/noexgen/noexgen/runtime/internal/vfs/crashfs"
)

var (
	seeds     = flag.Int("seeds", 3, "how many histories to crash and to fail at every operation")
	firstSeed = flag.Int("first-seed", 0, "the number of the first of them")
)

const steps = 30 // of a history

// A crash at every operation of many histories, of the process or of the
// machine: what was saved is there, and what was being saved is there whole or
// not at all. After it the history goes on, and crashes again.
func TestCrashAtEveryOperation(t *testing.T) {
	t.Parallel()
	crashes := 0
	for seed := uint64(*firstSeed); seed < uint64(*firstSeed+*seeds); seed++ {
		for n := 1; ; n++ {
			fsys := crashfs.New()
			h := newHistory(seed, fsys)
			fsys.CrashAt(n)
			err := h.run(t, steps)
			if err == nil && fsys.Ops() < n {
				break
			}
			chance := rand.New(rand.NewPCG(seed, uint64(n)))
			for range 3 {
				if err != nil && !errors.Is(err, crashfs.ErrCrashed) {
					t.Fatalf("seed %d, operation %d: %v\n%s", seed, n, err, strings.Join(h.did, "\n"))
				}
				crashes++
				fsys = fsys.Restart(chance, crashfs.Crash(chance.IntN(2)))
				h.note("CRASH")
				h.check(t, fsys, fmt.Sprintf("seed %d, crash at operation %d", seed, n))
				fsys.CrashAt(1 + chance.IntN(120))
				err = h.run(t, steps/2)
			}
		}
	}
	t.Logf("%d crashes", crashes)
}

// Any operation fails once, as disks do: the save that meets it says so, and
// works when it is tried again; what was saved is on the disk, also if the
// machine loses its power at once or later.
func TestFaultAtEveryOperation(t *testing.T) {
	t.Parallel()
	faults := 0
	for seed := uint64(*firstSeed); seed < uint64(*firstSeed+*seeds); seed++ {
		for n := 1; ; n++ {
			fsys := crashfs.New()
			h := newHistory(seed, fsys)
			chance := rand.New(rand.NewPCG(seed, uint64(n)))
			fault := []error{syscall.EIO, syscall.ENOSPC, syscall.EMFILE}[n%3]
			fsys.FailAt(n, fault)
			for range steps {
				err := h.step(t)
				if err == nil {
					continue
				}
				if !errors.Is(err, fault) {
					t.Fatalf("seed %d, operation %d: %v\n%s", seed, n, err, strings.Join(h.did, "\n"))
				}
				h.note("FAULT")
				if chance.IntN(3) == 0 {
					break
				}
				if err := h.step(t); err != nil {
					t.Fatalf("seed %d, operation %d: after the fault is over: %v\n%s", seed, n, err, strings.Join(h.did, "\n"))
				}
			}
			if fsys.Ops() < n {
				break
			}
			faults++
			h.note("CRASH")
			h.check(t, fsys.Restart(chance, crashfs.Crash(chance.IntN(2))), fmt.Sprintf("seed %d, fault at operation %d", seed, n))
		}
	}
	t.Logf("%d faults", faults)
}
