package diag

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Source gives a line of a definition file, counted from 1, without its line
// ending. It reports false for a line or a file it does not have.
type Source func(file string, line int) (text string, ok bool)

// maxFrame is the longest source line that is shown; a longer one is cut to a
// window around the mark.
const maxFrame = 120

// Style is what a terminal is told around the parts of a diagnostic.
type Style struct {
	Where   string // begins the position
	Error   string // begins the caret of an error
	Warning string // begins the caret of a warning
	Help    string // begins the word help
	Reset   string // ends all of them
}

// The styles.
var (
	Plain = Style{}
	ANSI  = Style{Where: "\x1b[1m", Error: "\x1b[1;31m", Warning: "\x1b[1;33m", Help: "\x1b[36m", Reset: "\x1b[0m"}
)

// WriteText prints l for people: for each diagnostic file:line:col: message,
// the source line with a caret and the code below it, and the help. A nil src
// leaves the source lines out.
func WriteText(w io.Writer, l List, src Source) error { return WriteStyled(w, l, src, Plain) }

// WriteStyled is WriteText for a terminal.
func WriteStyled(w io.Writer, l List, src Source, style Style) error {
	buf := bufio.NewWriter(w)
	f := framer{src: src, reset: style.Reset}
	for _, d := range l.Sorted() {
		f.mark = style.Error
		if d.Severity == Warning {
			f.mark = style.Warning
		}
		if where := d.Pos.String(); where != "" {
			fmt.Fprintf(buf, "%s%s:%s ", style.Where, where, style.Reset)
		}
		fmt.Fprintln(buf, d.text())
		f.write(buf, d.Pos, d.Code)
		if d.Help != "" {
			fmt.Fprintf(buf, "    %shelp:%s %s\n", style.Help, style.Reset, d.Help)
		}
	}
	return buf.Flush()
}

// framer writes code frames. It keeps the line it wrote last, since one line
// may have many problems and be long.
type framer struct {
	src   Source
	mark  string // style of the caret
	reset string
	pos   Pos // of runes
	runes []rune
	ok    bool
}

// line returns the characters of the line at pos.
func (f *framer) line(pos Pos) ([]rune, bool) {
	if f.src == nil || !pos.IsValid() {
		return nil, false
	}
	if pos.File != f.pos.File || pos.Line != f.pos.Line {
		var text string
		text, f.ok = f.src(pos.File, pos.Line)
		f.pos, f.runes = pos, []rune(text)
	}
	return f.runes, f.ok
}

// write writes the line at pos, and below it a caret and the code.
func (f *framer) write(w io.Writer, pos Pos, code Code) {
	runes, ok := f.line(pos)
	if !ok {
		return
	}
	from := min(max(pos.Col-1, 0), len(runes))
	to := min(max(pos.EndCol-1, from+1), max(len(runes), from+1))
	if len(runes) > maxFrame {
		start := max(0, from-maxFrame/2)
		end := min(len(runes), start+maxFrame)
		runes, from, to = runes[start:end], from-start, min(to, end)-start
	}
	gutter := strconv.Itoa(pos.Line)
	blank := strings.Repeat(" ", len(gutter))
	var mark strings.Builder
	for i := range to {
		switch {
		case i == from:
			mark.WriteString(f.mark + "^")
		case i > from:
			mark.WriteByte('^')
		case i < len(runes) && runes[i] == '\t': // keeps the caret below its column
			mark.WriteByte('\t')
		default:
			mark.WriteByte(' ')
		}
	}
	mark.WriteString(f.reset)
	if code != "" {
		mark.WriteString(" " + string(code))
	}
	fmt.Fprintf(w, "    %s | %s\n    %s | %s\n", gutter, printable(runes), blank, mark.String())
}

// printable replaces control characters, which would move the cursor.
func printable(line []rune) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return utf8.RuneError
		}
		return r
	}, string(line))
}
