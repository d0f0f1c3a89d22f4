package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/noexgen/noexgen/generator/diag"
)

// Limits on what is read. They are far above any definition written by a
// person, and keep a hostile one from costing more than a moment.
const (
	MaxFileSize = 1 << 20 // bytes of one file
	maxDepth    = 64      // nesting
	maxAliased  = 10_000  // nodes that aliases add to a file
)

// MainFile is the definition file's name; a directory's *.noex.yaml files
// belong to the same package.
const (
	MainFile   = "noex.yaml"
	PartSuffix = ".noex.yaml"
)

// File is the content of one definition file. Name is what messages call it.
type File struct {
	Name string
	Data []byte
}

// ErrNoDefinition says that a directory holds no definition file.
var ErrNoDefinition = errors.New("no " + MainFile + " or *" + PartSuffix + " here; noexgen init writes one")

// IsDefinition reports whether a file called name is part of a definition.
func IsDefinition(name string) bool {
	return name == MainFile || strings.HasSuffix(name, PartSuffix) && !strings.HasPrefix(name, ".")
}

// ReadDir reads the definition files of the root of fsys: noex.yaml first,
// then *.noex.yaml by name. It reads no more of a file than MaxFileSize and
// one byte, which is enough for Parse to refuse it.
func ReadDir(fsys fs.FS) ([]File, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	if names = Order(names); len(names) == 0 {
		return nil, ErrNoDefinition
	}
	files := make([]File, 0, len(names))
	for _, name := range names {
		data, err := readLimited(fsys, name)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: name, Data: data})
	}
	return files, nil
}

// Order returns those of the names that are parts of a definition, in the order
// in which they are read.
func Order(names []string) []string {
	var out []string
	for _, name := range names {
		if IsDefinition(name) {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		switch {
		case a == b:
			return 0
		case a == MainFile:
			return -1
		case b == MainFile:
			return 1
		default:
			return strings.Compare(a, b)
		}
	})
	return out
}

func readLimited(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

// Lines gives diagnostics the lines of files.
func Lines(files []File) diag.Source {
	split := make(map[string][]string, len(files))
	return func(file string, line int) (string, bool) {
		lines, ok := split[file]
		if !ok {
			i := slices.IndexFunc(files, func(f File) bool { return f.Name == file })
			if i < 0 {
				return "", false
			}
			lines = splitLines(files[i].Data)
			split[file] = lines
		}
		if line < 1 || line > len(lines) {
			return "", false
		}
		return lines[line-1], true
	}
}

const byteOrderMark = "\uFEFF"

// splitLines splits where YAML sees a line break, so that line numbers agree
// with the parser's.
func splitLines(data []byte) []string {
	text := strings.TrimPrefix(string(data), byteOrderMark)
	var lines []string
	start := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch r {
		case '\n', '\r', '\u0085', '\u2028', '\u2029':
			lines = append(lines, text[start:i])
			if r == '\r' && strings.HasPrefix(text[i+1:], "\n") {
				size = 2
			}
			start = i + size
		}
		i += size
	}
	return append(lines, text[start:])
}
