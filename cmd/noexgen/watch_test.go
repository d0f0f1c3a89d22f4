package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWatchPrintsEachRun changes a definition beside a running command. It
// waits for what the command prints, never for a time.
func TestWatchPrintsEachRun(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
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
		"    6 |       id: { type: strng }", "      |                   ^^^^^ E010",
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
