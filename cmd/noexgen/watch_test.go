package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/noexgen/noexgen/generator/diag"
)

// TestWatchPrintsEachRun changes a definition beside a running command. It
// waits for what the command prints, never for a time.
func TestWatchPrintsEachRun(t *testing.T) {
	dir := t.TempDir()
	definition := filepath.Join(dir, "noex.yaml")
	save := func(text string) {
		t.Helper()
		if err := os.WriteFile(definition, []byte("package: store\nbuckets:\n  users:\n    key: id\n    schema:\n"+text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	save("      id: { type: string }\n")
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"generate", "--watch", dir}, in, in)
		in.Close()
	}()
	lines := bufio.NewScanner(out)
	expect := func(want ...string) {
		t.Helper()
		for _, w := range want {
			if !lines.Scan() {
				t.Fatalf("it ended before %q", w)
			}
			if got := strings.ReplaceAll(lines.Text(), filepath.ToSlash(dir)+"/", ""); got != w {
				t.Fatalf("got line %q, want %q", got, w)
			}
		}
	}
	expect("create noex.go", "create users_noex.go", "noexgen: watching; interrupt to end")
	save("      id: { type: strng }\n")
	expect(`noex.yaml:6:19: unknown field type "strng" (did you mean "string"?)`,
		"    6 |       id: { type: strng }", "      |                   ^^^^^",
		"    help: the types are string, number, integer, boolean, date, object and array",
		"noexgen: 1 error; for more: noexgen explain E010")
	save("      id: { type: string } # as before\n")
	expect("noexgen: up to date")
	save("      id: { type: string }\n      name: { type: string }\n")
	expect("update noex.go", "update users_noex.go")
	cancel()
	if lines.Scan() {
		t.Errorf("after the interrupt: %q", lines.Text())
	}
	if got := <-code; got != exitOK {
		t.Errorf("exit code %d", got)
	}
}

func TestProgressIsForLongWorkOnly(t *testing.T) {
	var out strings.Builder
	now := time.Unix(0, 0)
	p := progressOn(&out, func() time.Time { return now })
	p.step("a")
	now = now.Add(progressDelay - 1)
	p.step("b")
	p.done()
	if out.Len() > 0 {
		t.Errorf("within a second: %q", out.String())
	}
	now = now.Add(1)
	p.step("c")
	p.step("d") // too soon after c to be worth showing
	now = now.Add(progressDelay)
	p.step("e")
	p.done()
	p.done()
	if want := "\r\x1b[Kc (1s)\r\x1b[Ke (2s)\r\x1b[K"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	new(progress).step("nobody is told")
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
