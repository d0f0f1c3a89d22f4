package breaking

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
)

// Class says what has to be done about a change.
type Class uint8

// The classes.
const (
	Safe           Class = iota // nothing
	NeedsDefault                // stored records lack a value that is required
	NeedsMigration              // stored records may not fit
	BreaksCallers               // Go code may not compile, or behaves otherwise
)

var classes = [...]string{"safe", "needs default", "needs migration", "breaks callers"}

// String is the class in words.
func (c Class) String() string { return classes[c] }

// Finding is one change and what it means.
type Finding struct {
	Class Class
	Rule  string   // the kind of change: field-removed, min
	Path  string   // what changed: users.age
	Pos   diag.Pos // where, in the new definition, or in the old one for what is gone
	Text  string   // what has changed
	Do    string   // what to do about it; "" for a safe one
	// Migrated is set for changes of stored records in a bucket whose version
	// is raised: somebody has thought of them.
	Migrated bool
}

// Breaks reports whether something remains to be done.
func (f Finding) Breaks() bool { return f.Class != Safe && !f.Migrated }

// Diagnostic is the finding in a form to print.
func (f Finding) Diagnostic() diag.Diagnostic {
	text := fmt.Sprintf("%s: %s %s", f.Class, f.Path, f.Text)
	if f.Migrated {
		text += " (the version is raised)"
	}
	return diag.Diagnostic{Pos: f.Pos, Message: text, Help: f.Do}
}

// comparison collects findings.
type comparison struct {
	findings []Finding
	bucket   *model.Bucket // the new one
	raised   bool          // its version
}

func (c *comparison) add(class Class, rule, path string, pos diag.Pos, text, do string) {
	f := Finding{Class: class, Rule: rule, Path: path, Pos: pos, Text: text, Do: do}
	if c.raised && (class == NeedsDefault || class == NeedsMigration) {
		f.Migrated = true
		f.Do = fmt.Sprintf("register noex.Migration{Bucket: %q, Version: %d, …} in Config.Persistence.Migrations", c.bucket.Name, c.bucket.Version)
	}
	c.findings = append(c.findings, f)
}

func (c *comparison) safe(rule, path string, pos diag.Pos, text string) {
	c.add(Safe, rule, path, pos, text, "")
}

func (c *comparison) callers(rule, path string, pos diag.Pos, text, do string) {
	c.add(BreaksCallers, rule, path, pos, text, do)
}

// migration adds a finding about stored records that may not fit.
func (c *comparison) migration(rule, path string, pos diag.Pos, text string) {
	c.add(NeedsMigration, rule, path, pos, text, fmt.Sprintf(
		"if records may not fit, write version: %d in bucket %q and register a noex.Migration to it", c.bucket.Version+1, c.bucket.Name))
}

func sorted(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Class, b.Class))
	})
	return findings
}
