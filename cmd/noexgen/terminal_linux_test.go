package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// pty opens a terminal: what is written to it can be read.
func pty(t *testing.T) (reader, terminal *os.File) {
	t.Helper()
	reader, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("needs a system with terminals: ", err)
	}
	var number, unlocked int32
	for request, arg := range map[uintptr]*int32{syscall.TIOCSPTLCK: &unlocked, syscall.TIOCGPTN: &number} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, reader.Fd(), request, uintptr(unsafe.Pointer(arg))); errno != 0 {
			t.Fatal(errno)
		}
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		terminal.Close()
		reader.Close()
	})
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	return reader, terminal
}

// printed runs a command whose stderr is a terminal, and returns what it shows.
func printed(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	reader, terminal := pty(t)
	const end = "\x00"
	shown := make(chan string)
	go func() {
		var all bytes.Buffer
		b := make([]byte, 1024)
		for !strings.HasSuffix(all.String(), end) {
			n, err := reader.Read(b)
			all.Write(b[:n])
			if err != nil {
				break
			}
		}
		shown <- strings.TrimSuffix(all.String(), end)
	}()
	var out strings.Builder
	code = run(t.Context(), args, &out, terminal)
	io.WriteString(terminal, end)
	return code, out.String(), strings.ReplaceAll(<-shown, "\r\n", "\n")
}

const oneBucket = "package: store\nbuckets:\n  users: { key: id, schema: { id: { type: string } } }\n"

func TestColoursOnATerminalOnly(t *testing.T) {
	dir := t.TempDir()
	bad := strings.Replace(oneBucket, "string", "strng", 1)
	if err := os.WriteFile(filepath.Join(dir, "noex.yaml"), []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	frame := "    3 | " + strings.Split(bad, "\n")[2] + "\n      | " + strings.Repeat(" ", 42)
	code, stdout, stderr := printed(t, "check")
	want := "\x1b[1mnoex.yaml:3:43:\x1b[0m unknown field type \"strng\" (did you mean \"string\"?)\n" + frame + "\x1b[1;31m^^^^^\x1b[0m E010\n" +
		"    \x1b[36mhelp:\x1b[0m the types are string, number, integer, boolean, date, object and array\nnoexgen: 1 error; for more: noexgen explain E010\n"
	if code != exitFailed || stdout != "" || stderr != want {
		t.Errorf("code %d, stdout %q, stderr\n%q, want\n%q", code, stdout, stderr, want)
	}
	if _, stdout, _ := printed(t, "check", "--format", "github-actions"); strings.Contains(stdout, "\x1b") {
		t.Errorf("stdout is no terminal, and has colours: %q", stdout)
	}
	reader, terminal := pty(t)
	defer reader.Close()
	for name, value := range map[string]string{"NO_COLOR": "1", "TERM": "dumb"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			if style := styleFor(terminal); style.Error != "" {
				t.Errorf("colours: %+v", style)
			}
		})
	}
}

// TestProgressIsShownOnATerminal lets an import wait for its input until the
// line has appeared.
func TestProgressIsShownOnATerminal(t *testing.T) {
	dir := t.TempDir()
	lines := filepath.Join(dir, "lines")
	if err := syscall.Mkfifo(lines, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "noex.yaml"), []byte(oneBucket), 0o600); err != nil {
		t.Fatal(err)
	}
	reader, terminal := pty(t)
	var out strings.Builder
	code := make(chan int, 1)
	go func() {
		code <- run(context.Background(), []string{"import", filepath.Join(dir, "data"), "users", lines, "--definition", dir}, &out, terminal)
	}()
	in, err := os.OpenFile(lines, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	shown := ""
	b := make([]byte, 1024)
	for !strings.Contains(shown, "import (1s)") {
		n, err := reader.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		shown += string(b[:n])
	}
	if _, err := io.WriteString(in, `{"id":"a"}`); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if got := <-code; got != exitOK || out.String() != "users: 1 record\n" {
		t.Errorf("code %d, stdout %q", got, out.String())
	}
	io.WriteString(terminal, "end")
	for !strings.HasSuffix(shown, "end") {
		n, err := reader.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		shown += string(b[:n])
	}
	if rest := shown[strings.LastIndex(shown, "\r"):]; rest != "\r\x1b[Kend" {
		t.Errorf("the line is not taken away: %q", shown)
	}
}
