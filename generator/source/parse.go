package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/noexgen/noexgen/generator/diag"
)

// Parse reads the files of one package. It reports everything it finds, and
// returns what could be read even then, so that later steps can report their
// share in the same run.
func Parse(files []File) (*Definition, diag.List) {
	var diags diag.List
	d := &definer{diags: &diags, def: &Definition{}, first: make(map[string]*Node)}
	for _, f := range files {
		d.def.Files = append(d.def.Files, f.Name)
		if root := parseFile(f, &diags); root != nil {
			d.file(root)
		}
	}
	return d.def, diags
}

// parseFile returns the root mapping of a file, or nil if there is none.
func parseFile(f File, diags *diag.List) *Node {
	start := diag.Pos{File: f.Name, Line: 1, Col: 1}
	if len(f.Data) > MaxFileSize {
		diags.Errorf(diag.TooLarge, start, "the file is larger than %d bytes; split it into several *%s files", MaxFileSize, PartSuffix)
		return nil
	}
	data := bytes.TrimPrefix(f.Data, []byte(byteOrderMark))
	if pos, ok := invalidUTF8(f.Name, data); !ok {
		diags.Errorf(diag.Syntax, pos, "the file is not UTF-8 text")
		return nil
	}
	doc, err := decode(data)
	switch {
	case errors.Is(err, io.EOF):
		diags.Errorf(diag.Missing, start, "the file is empty: write buckets: and at least one bucket")
		return nil
	case errors.As(err, new(secondDocument)):
		diags.Errorf(diag.Syntax, secondStart(f.Name, data), "a second YAML document begins here, and only one is read; put it into a file of its own, <name>%s", PartSuffix)
		return nil
	case err != nil:
		syntaxError(f, data, err, diags)
		return nil
	}
	c := &converter{file: f.Name, lines: splitLines(data), diags: diags, active: make(map[*yaml.Node]bool)}
	root := c.node(doc.Content[0], 0)
	switch {
	case c.stopped:
		return nil
	case root.Kind == Null:
		diags.Errorf(diag.Missing, start, "the file is empty: write buckets: and at least one bucket")
		return nil
	case root.Kind != Map:
		diags.Errorf(diag.WrongShape, root.Pos, "a definition is a mapping with the key buckets, not %s", root.Kind)
		return nil
	}
	return root
}

type secondDocument struct{}

func (secondDocument) Error() string { return "more than one document" }

// decode parses one YAML document. The parser reports its own errors by
// panicking; one that it does not expect itself is an error like any other.
func decode(data []byte) (doc *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	doc = new(yaml.Node)
	if err := dec.Decode(doc); err != nil {
		return nil, err
	}
	if len(doc.Content) != 1 {
		return nil, io.EOF
	}
	var second yaml.Node
	if err := dec.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, secondDocument{}
	}
	return doc, nil
}

// secondStart is the place of the second document: the first `---` that
// follows any content.
func secondStart(file string, data []byte) diag.Pos {
	content := false
	for i, line := range splitLines(data) {
		marker := line == "---" || strings.HasPrefix(line, "--- ") || line == "..."
		if marker && content {
			return diag.Pos{File: file, Line: i + 1, Col: 1, EndCol: 4}
		}
		if text := strings.TrimSpace(line); text != "" && text[0] != '#' && text[0] != '%' {
			content = true
		}
	}
	return diag.Pos{File: file, Line: 1, Col: 1}
}

func invalidUTF8(file string, data []byte) (diag.Pos, bool) {
	if utf8.Valid(data) {
		return diag.Pos{}, true
	}
	valid := 0
	for valid < len(data) {
		r, size := utf8.DecodeRune(data[valid:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		valid += size
	}
	lines := splitLines(data[:valid])
	last := lines[len(lines)-1]
	return diag.Pos{File: file, Line: len(lines), Col: utf8.RuneCountInString(last) + 1}, false
}

var (
	yamlError     = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.+)' referenced$`)
)

// syntaxError reports what the parser says, at the best place there is: it
// names a line at most.
func syntaxError(f File, data []byte, err error, diags *diag.List) {
	lines := splitLines(data)
	message := err.Error()
	line := 1
	if m := yamlError.FindStringSubmatch(message); m != nil {
		message = message[len(m[0]):]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = min(max(n, 1), len(lines))
		}
	}
	if m := unknownAnchor.FindStringSubmatch(message); m != nil {
		for i, text := range lines {
			if at := strings.Index(text, "*"+m[1]); at >= 0 {
				col := utf8.RuneCountInString(text[:at]) + 1
				pos := diag.Pos{File: f.Name, Line: i + 1, Col: col, EndCol: col + 1 + utf8.RuneCountInString(m[1])}
				diags.Errorf(diag.Syntax, pos, "the alias *%s has no anchor &%s before it; quote the text if it is no alias", m[1], m[1])
				return
			}
		}
	}
	for i, text := range lines { // the commonest cause, which the parser calls by other names
		indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
		if at := strings.IndexByte(indent, '\t'); at >= 0 && i+1 >= line-1 && i+1 <= line+1 {
			diags.Errorf(diag.Syntax, diag.Pos{File: f.Name, Line: i + 1, Col: at + 1}, "YAML is indented with spaces, and here is a tab")
			return
		}
	}
	text := lines[line-1]
	col := utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " ")) + 1
	diags.Errorf(diag.Syntax, diag.Pos{File: f.Name, Line: line, Col: col}, "this is not YAML, here or just below: %s", message)
}
