//go:build unix

package crash

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

var powercuts = flag.Int("powercut", 3, "how often to cut the power of each file system and adapter")

func run(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %q: %w: %s", name, args, err, out)
	}
	return nil
}

func mustRun(t *testing.T, name string, args ...string) {
	t.Helper()
	if err := run(name, args...); err != nil {
		t.Fatal(err)
	}
}

// A writer on a file system in an image file is stopped, and the image copied:
// that is what the disk has when the power is cut. The next writer works on the
// copy, and finds everything that was acknowledged.
func TestPowerCut(t *testing.T) {
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("needs root on Linux, to mount file systems")
	}
	for _, system := range []struct {
		name, mkfs, options string
		size                int64
	}{
		{"ext4", "mkfs.ext4", "loop", 64 << 20},
		{"ext4 without allocation on replace", "mkfs.ext4", "loop,noauto_da_alloc", 64 << 20},
		{"xfs", "mkfs.xfs", "loop", 320 << 20},
	} {
		for _, adapter := range []string{"file", "sqlite"} {
			t.Run(system.name+"/"+adapter, func(t *testing.T) {
				dir := t.TempDir()
				image, mount := filepath.Join(dir, "image"), filepath.Join(dir, "mount")
				if err := errorsOf(os.WriteFile(image, nil, 0o600), os.Truncate(image, system.size), os.Mkdir(mount, 0o700)); err != nil {
					t.Fatal(err)
				}
				if err := run(system.mkfs, "-q", image); err != nil {
					t.Skip("needs a file system: ", err)
				}
				if err := run("mount", "-o", system.options, image, mount); err != nil {
					t.Skip("needs loop mounts: ", err)
				}
				mustRun(t, "umount", mount)
				acked := int64(0)
				for cut := range *powercuts {
					mustRun(t, "mount", "-o", system.options, image, mount)
					next := image + ".next"
					c, err := cutPower(adapter, mount, image, next)
					mustRun(t, "umount", mount)
					if err != nil {
						t.Fatalf("cut %d: %v", cut, err)
					}
					if c.found < acked {
						t.Fatalf("cut %d: transaction %d is the last, and %d was acknowledged", cut, c.found, acked)
					}
					acked = max(acked, c.acked)
					if err := os.Rename(next, image); err != nil {
						t.Fatal(err)
					}
				}
				t.Logf("%d cuts, %d transactions acknowledged", *powercuts, acked)
			})
		}
	}
}

// cutPower runs a writer on a mounted image, and copies the image while it
// writes.
func cutPower(adapter, mount, image, next string) (c *child, err error) {
	if c, err = start(adapter, filepath.Join(mount, "data")); err != nil {
		return nil, err
	}
	copied := make(chan error, 1)
	err = c.listen(func() {
		time.AfterFunc(time.Duration(rand.IntN(60))*time.Millisecond, func() {
			copied <- copyStopped(c, mount, image, next)
			c.kill()
		})
	})
	if err == nil && c.found >= 0 {
		err = <-copied
	}
	c.cmd.Wait()
	return c, err
}

// copyStopped stops the writer and copies the image. Half of the time another
// file is synced before, which brings the journal of the file system to the
// disk, with all that it knows of names and sizes.
func copyStopped(c *child, mount, image, next string) error {
	if err := c.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	if rand.IntN(2) == 0 {
		f, err := os.Create(filepath.Join(mount, "other"))
		if err != nil {
			return err
		}
		if err := errorsOf(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return run("cp", "--sparse=always", image, next)
}

// errorsOf returns the first error.
func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
