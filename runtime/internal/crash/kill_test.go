package crash

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

var cycles = flag.Int("cycles", 300, "how many writers to kill for each adapter")

// child is a writer, and the ledger of what it said.
type child struct {
	cmd          *exec.Cmd
	out          *bufio.Scanner
	found, acked int64
}

func start(adapter, dir string) (*child, error) {
	c := &child{cmd: exec.Command(os.Args[0]), found: -1, acked: -1}
	c.cmd.Env = append(os.Environ(), envAdapter+"="+adapter, envDir+"="+dir)
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewScanner(out)
	return c, c.cmd.Start()
}

// listen reads what the child says until it says no more.
func (c *child) listen(found func()) error {
	for c.out.Scan() {
		word, rest, _ := strings.Cut(c.out.Text(), " ")
		var n int64
		fmt.Sscan(rest, &n)
		switch word {
		case "found":
			c.found = n
			found()
		case "acked":
			c.acked = n
		default:
			return errors.New(c.out.Text())
		}
	}
	return nil
}

func (c *child) kill() { c.cmd.Process.Kill() }

// A writer is killed at a random moment, and the next one finds everything that
// was acknowledged.
func TestKilledWriters(t *testing.T) {
	for _, adapter := range []string{"file", "sqlite"} {
		t.Run(adapter, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			acked, died, early := int64(0), 0, 0
			for cycle := range *cycles {
				c, err := start(adapter, dir)
				if err != nil {
					t.Fatal(err)
				}
				var timer *time.Timer
				if rand.IntN(8) == 0 { // while it opens
					timer = time.AfterFunc(time.Duration(rand.IntN(30))*time.Millisecond, c.kill)
				}
				err = c.listen(func() {
					if timer == nil {
						timer = time.AfterFunc(time.Duration(rand.IntN(25_000))*time.Microsecond, c.kill)
					}
				})
				if timer != nil {
					timer.Stop()
				}
				if waited := c.cmd.Wait(); waited != nil {
					died++
				}
				if err != nil {
					t.Fatalf("cycle %d: %v", cycle, err)
				}
				switch {
				case c.found < 0:
					early++
				case c.found < acked:
					t.Fatalf("cycle %d: transaction %d is the last, and %d was acknowledged", cycle, c.found, acked)
				}
				acked = max(acked, c.found, c.acked)
			}
			s, err := open(adapter, dir)
			if err != nil {
				t.Fatal(err)
			}
			last, err := check(s)
			if err != nil || last < acked {
				t.Fatalf("transaction %d is the last, and %d was acknowledged: %v", last, acked, err)
			}
			if err := s.Flush(context.Background()); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			t.Logf("%d cycles: %d killed, %d of them before they had opened; %d transactions", *cycles, died, early, last)
		})
	}
}
