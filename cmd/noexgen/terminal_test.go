package main

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/noexgen/noexgen/generator/diag"
)

// TestProgressIsForLongWorkOnly follows a line by the clock: no step is needed
// for it to appear.
func TestProgressIsForLongWorkOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := progressOn(&out, "a")
		expect := func(after time.Duration, want string) {
			t.Helper()
			<-time.After(after)
			synctest.Wait()
			p.mu.Lock() // for the race detector: nobody writes while all wait
			defer p.mu.Unlock()
			if out.String() != want {
				t.Errorf("got %q, want %q", out.String(), want)
			}
			out.Reset()
		}
		expect(progressDelay-1, "")
		expect(1, "\r\x1b[Ka (1s)")
		p.step("b")
		expect(0, "")
		expect(progressEvery, "\r\x1b[Kb (1s)")
		p.clear()
		p.clear()
		expect(0, "\r\x1b[K")
		expect(progressEvery, "\r\x1b[Kb (1s)")
		p.done()
		p.done()
		expect(0, "\r\x1b[K")
		expect(time.Minute, "")

		p = progressOn(&out, "short")
		<-time.After(progressDelay / 2)
		p.done()
		expect(time.Minute, "")
	})
	nobody := new(progress)
	nobody.step("nobody is told")
	nobody.clear()
	nobody.done()
}

func TestNoColourWithoutATerminal(t *testing.T) {
	if styleFor(new(strings.Builder)) != diag.Plain {
		t.Error("colours in a pipe")
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	device := styleFor(null) // a device, as a terminal is
	t.Setenv("NO_COLOR", "1")
	if device != diag.ANSI || styleFor(null) != diag.Plain {
		t.Errorf("%+v, and with NO_COLOR %+v", device, styleFor(null))
	}
}
