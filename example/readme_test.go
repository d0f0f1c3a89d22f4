package example_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestREADMEShowsTestedCode looks for each Go block of the README in the
// examples of the shop, which are run, and for the definition in theirs.
func TestREADMEShowsTestedCode(t *testing.T) {
	examples := read(t, "shop/example_test.go")
	definition := read(t, "shop/noex.yaml")
	blocks := 0
	for block := range strings.SplitSeq(read(t, "../README.md"), "\n```") {
		language, code, _ := strings.Cut(block, "\n")
		code += "\n"
		switch language {
		case "go":
			blocks++
			if !strings.Contains(unindented(examples), unindented(code)) {
				t.Errorf("no example has:\n%s", code)
			}
		case "yaml":
			blocks++
			if code != definition {
				t.Errorf("not the definition of the shop:\n%s", code)
			}
		}
	}
	if blocks < 7 {
		t.Errorf("found %d blocks only", blocks)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}

// unindented is text without the white space its lines begin with.
func unindented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimLeft(line, "\t "))
	}
	return b.String()
}
