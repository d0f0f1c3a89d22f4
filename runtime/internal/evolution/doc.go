// Package evolution holds a store whose definition has changed since its data
// was stored, and the tests of what becomes of such data: defaults for added
// fields, unknown members, migrations, refusals, export, import and backup.
package evolution

//go:generate go tool noexgen generate
