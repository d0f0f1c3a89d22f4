package diag

import (
	"cmp"
	"fmt"
	"slices"
)

// Diagnostic is one problem at one place.
type Diagnostic struct {
	Code     Code
	Severity Severity
	Pos      Pos
	Message  string // one line: what is wrong, and the suggestion
	Help     string // "" or how to mend it, printed below the source line
}

// Error is file:line:col: message, so that a Diagnostic is an error.
func (d Diagnostic) Error() string { return d.headline() }

// text is the message with its severity, unless that is an error.
func (d Diagnostic) text() string {
	if d.Severity == Warning {
		return "warning: " + d.Message
	}
	return d.Message
}

func (d Diagnostic) headline() string {
	text := d.text()
	if where := d.Pos.String(); where != "" {
		return where + ": " + text
	}
	return text
}

// List collects diagnostics in the order they are found. Its zero value is
// empty and ready to use.
type List []Diagnostic

// Errorf adds an error.
func (l *List) Errorf(code Code, pos Pos, format string, args ...any) {
	*l = append(*l, Diagnostic{Code: code, Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// Warnf adds a warning.
func (l *List) Warnf(code Code, pos Pos, format string, args ...any) {
	*l = append(*l, Diagnostic{Code: code, Severity: Warning, Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// Help gives the diagnostic added last a line that says how to mend it.
func (l *List) Help(format string, args ...any) {
	if n := len(*l); n > 0 {
		(*l)[n-1].Help = fmt.Sprintf(format, args...)
	}
}

// Codes returns the codes of l, each once, sorted.
func (l List) Codes() []Code {
	codes := make([]Code, len(l))
	for i, d := range l {
		codes[i] = d.Code
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// HasErrors reports whether anything in l stops generation.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sorted returns l by position, without repetitions: a mapping that is used
// through several aliases has its mistake only once.
func (l List) Sorted() List {
	sorted := slices.Clone(l)
	slices.SortStableFunc(sorted, func(a, b Diagnostic) int {
		return cmp.Or(a.Pos.compare(b.Pos), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(sorted, func(a, b Diagnostic) bool {
		return a.Code == b.Code && a.Message == b.Message && a.Pos.compare(b.Pos) == 0
	})
}
