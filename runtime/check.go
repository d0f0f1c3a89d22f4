package noex

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/noexgen/noexgen/runtime/codec"
)

// Check collects the issues of one record. Generated validators call one
// method for each rule. A Check is used by one goroutine.
type Check struct {
	issues []Issue
	path   []byte
	marks  []int
}

var checks = sync.Pool{New: func() any { return new(Check) }}

func newCheck() *Check { return checks.Get().(*Check) }

// result returns the issues of a record as an error, or nil, and makes c ready for the
// next record.
func (c *Check) result(bucket string) error {
	issues := c.issues
	*c = Check{path: c.path[:0], marks: c.marks[:0]}
	if len(issues) == 0 {
		return nil
	}
	return &ValidationError{Bucket: bucket, Issues: issues}
}

// release gives c, which is ready for another record, back.
func (c *Check) release() { checks.Put(c) }

// done is result for the only record of c.
func (c *Check) done(bucket string) error {
	err := c.result(bucket)
	c.release()
	return err
}

// Add records an issue of a field, once for each field and code.
func (c *Check) Add(field, code, format string, args ...any) {
	path := c.join(field)
	for i := range c.issues {
		if c.issues[i].Field == path && c.issues[i].Code == code {
			return
		}
	}
	c.issues = append(c.issues, Issue{Field: path, Code: code, Message: fmt.Sprintf(format, args...)})
}

// In makes field the prefix of the paths that follow, until Out.
func (c *Check) In(field string) {
	c.marks = append(c.marks, len(c.path))
	if len(c.path) > 0 && field != "" {
		c.path = append(c.path, '.')
	}
	c.path = append(c.path, field...)
}

// Item makes element i of field the prefix of the paths that follow, until Out.
func (c *Check) Item(field string, i int) {
	c.In(field)
	c.path = append(strconv.AppendInt(append(c.path, '['), int64(i), 10), ']')
}

// Out undoes the last In or Item.
func (c *Check) Out() {
	last := len(c.marks) - 1
	c.path = c.path[:c.marks[last]]
	c.marks = c.marks[:last]
}

func (c *Check) join(field string) string {
	switch {
	case len(c.path) == 0:
		return field
	case field == "":
		return string(c.path)
	default:
		return string(c.path) + "." + field
	}
}

// Required checks that a field has a value and returns whether it has.
func (c *Check) Required(field string, present bool) bool {
	if !present {
		c.Add(field, CodeRequired, "is required")
	}
	return present
}

// Text checks that a string can be stored: it has to be UTF-8. A surrogate half on
// its own, which JavaScript allows, passes in its WTF-8 form. It reports whether
// the other rules are to be checked too: not where the string is what it was
// before, which has passed them.
func (c *Check) Text(field, s, was string) bool {
	if s == was && s != "" {
		return false
	}
	if !codec.ValidString(s) {
		c.Add(field, CodeType, "must be a string in UTF-8")
	}
	return true
}

// Finite checks that a number is neither NaN nor infinite.
func (c *Check) Finite(field string, f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		c.Add(field, CodeType, "must be a finite number, not %v", f)
	}
}

// Date checks that a time can be stored, brings it to UTC and drops its
// monotonic reading, so that equal instants are equal values.
func (c *Check) Date(field string, t *time.Time) {
	*t = canonicalTime(*t)
	if !codec.ValidTime(*t) {
		c.Add(field, CodeType, "must be a date within 8.64e15 milliseconds of 1970, which is what the stored form can hold")
	}
}

// Enum checks that a value is one of those allowed.
func Enum[V ~string | ~int64](c *Check, field string, v V, valid bool, allowed string) {
	if !valid {
		c.Add(field, CodeEnum, "must be one of %s, not %#v", allowed, v)
	}
}

// Min checks a number against its lower bound, which is allowed.
func Min[V ~int64 | ~float64](c *Check, field string, v, bound V) {
	if v < bound {
		c.Add(field, CodeMin, "must be at least %v, not %v", bound, v)
	}
}

// Max checks a number against its upper bound, which is allowed.
func Max[V ~int64 | ~float64](c *Check, field string, v, bound V) {
	if v > bound {
		c.Add(field, CodeMax, "must be at most %v, not %v", bound, v)
	}
}

// MinLength checks that a string has at least n characters (code points).
func (c *Check) MinLength(field, s string, n int) {
	if len(s) < 4*n { // a character takes at most four bytes
		if got := utf8.RuneCountInString(s); got < n {
			c.Add(field, CodeMinLength, "must have at least %d characters, not %d", n, got)
		}
	}
}

// MaxLength checks that a string has at most n characters (code points).
func (c *Check) MaxLength(field, s string, n int) {
	if len(s) > n {
		if got := utf8.RuneCountInString(s); got > n {
			c.Add(field, CodeMaxLength, "must have at most %d characters, not %d", n, got)
		}
	}
}

// MinItems checks that a list has at least n elements.
func (c *Check) MinItems(field string, got, n int) {
	if got < n {
		c.Add(field, CodeMinLength, "must have at least %d elements, not %d", n, got)
	}
}

// MaxItems checks that a list has at most n elements.
func (c *Check) MaxItems(field string, got, n int) {
	if got > n {
		c.Add(field, CodeMaxLength, "must have at most %d elements, not %d", n, got)
	}
}

// Pattern checks a string against a regular expression (RE2).
func (c *Check) Pattern(field, s string, re *regexp.Regexp) {
	if !re.MatchString(s) {
		c.Add(field, CodePattern, "must match %s", re)
	}
}

// Format checks a string against a named format.
func (c *Check) Format(field, s string, f Format) {
	if !f.valid(s) {
		c.Add(field, CodeFormat, "must be %s, not %q", f.what, s)
	}
}

// Object checks that an untyped object can be stored and replaces it by a copy
// of its own in the form a restart would give: numbers as float64, or int64
// where that would lose digits.
func (c *Check) Object(field string, m *map[string]any) {
	if *m == nil {
		return
	}
	v, err := codec.NormalizeAny(*m)
	if err != nil {
		c.Add(field, CodeType, "cannot be stored: %v", err)
		return
	}
	object, ok := v.(map[string]any)
	if !ok {
		c.Add(field, CodeType, "cannot be stored: it would be read as a date")
		return
	}
	*m = object
}

// Array is Object for an untyped list.
func (c *Check) Array(field string, a *[]any) {
	if *a == nil {
		return
	}
	v, err := codec.NormalizeAny(*a)
	if err != nil {
		c.Add(field, CodeType, "cannot be stored: %v", err)
		return
	}
	*a = v.([]any)
}

// Immutable reports a field that an update must not change.
func (c *Check) Immutable(field string, same bool) {
	if !same {
		c.Add(field, CodeImmutable, "cannot be changed")
	}
}
