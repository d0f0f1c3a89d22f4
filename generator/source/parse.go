package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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
		} else {
			d.def.Incomplete = true
		}
	}
	if len(d.def.Buckets) == 0 && !diags.HasErrors() {
		var start diag.Pos
		if len(files) > 0 {
			start = diag.Pos{File: files[0].Name, Line: 1, Col: 1}
		}
		diags.Errorf(diag.Missing, start, "there is no bucket; write buckets: and at least one")
	}
	d.def.Broken = diags.HasErrors()
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
		diags.Errorf(diag.Syntax, pos, "the file is not UTF-8 text; save it as UTF-8")
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
		syntaxError(f.Name, data, err, diags)
		return nil
	}
	c := &converter{file: f.Name, lines: newLineTable(data), diags: diags, active: make(map[*yaml.Node]bool)}
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
