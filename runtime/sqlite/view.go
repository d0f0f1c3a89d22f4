package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	noex "github.com/noexgen/noexgen/runtime"
)

// Describe tells the adapter the fields of a bucket, and so the columns of its
// view. The view is made, or made anew where it differs, at once if the bucket
// is stored, else by its first Save. It has the name of the bucket, or, if
// something else in the database has that, the storage key; its columns are
// the fields, then the record's meta data, in the order of the bucket. Objects
// and arrays are JSON text, booleans 0 and 1, dates RFC 3339 text.
func (a *Adapter) Describe(ctx context.Context, key string, fields []noex.FieldInfo) error {
	a.mu.Lock()
	if a.described == nil {
		a.described = map[string][]noex.FieldInfo{}
	}
	a.described[key] = slices.Clone(fields)
	a.mu.Unlock()
	return a.tx(ctx, func(c *sql.Conn) error {
		b, ok, err := find(ctx, c, key)
		if err != nil || !ok {
			return err
		}
		return a.setView(ctx, c, key, b)
	})
}

// setView makes the view of a bucket if its fields are known.
func (a *Adapter) setView(ctx context.Context, c *sql.Conn, key string, b bucket) error {
	a.mu.Lock()
	fields, ok := a.described[key]
	a.mu.Unlock()
	if !ok {
		return nil
	}
	name := b.view.String
	if !b.view.Valid {
		var err error
		if name, err = freeName(ctx, c, key); err != nil {
			return err
		}
	}
	text := viewText(name, b.table(), fields)
	var old string
	err := c.QueryRowContext(ctx, `SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?`, name).Scan(&old)
	if err == nil && old == text {
		return nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err := dropView(ctx, c, b); err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, text); err != nil {
		return fmt.Errorf("view of %s: %w", key, err)
	}
	_, err = c.ExecContext(ctx, `UPDATE noex_buckets SET view = ? WHERE id = ?`, name, b.id)
	return err
}

func dropView(ctx context.Context, c *sql.Conn, b bucket) error {
	if !b.view.Valid {
		return nil
	}
	_, err := c.ExecContext(ctx, `DROP VIEW IF EXISTS `+quote(b.view.String))
	return err
}

// freeName returns the name for the view of a bucket.
func freeName(ctx context.Context, c *sql.Conn, key string) (string, error) {
	_, name, ok := strings.Cut(key, ":bucket:")
	lower := strings.ToLower(name)
	if !ok || name == "" || strings.HasPrefix(lower, "sqlite_") || strings.HasPrefix(lower, "noex_") {
		return key, nil
	}
	var taken bool
	err := c.QueryRowContext(ctx, `SELECT count(*) > 0 FROM sqlite_schema WHERE name = ? COLLATE NOCASE`, name).Scan(&taken)
	if taken {
		name = key
	}
	return name, err
}

// viewText returns the statement that makes a view.
func viewText(name, table string, fields []noex.FieldInfo) string {
	var columns []string
	for _, f := range fields {
		if strings.ContainsAny(f.Name, `"\`) {
			continue // SQLite's JSON paths cannot express it
		}
		columns = append(columns, column(f)+" AS "+quote(f.Name))
	}
	for _, meta := range []string{"_version", "_createdAt", "_updatedAt", "_expiresAt"} {
		columns = append(columns, column(noex.FieldInfo{Name: meta, Kind: noex.KindInteger})+" AS "+quote(meta))
	}
	return fmt.Sprintf("CREATE VIEW %s AS SELECT\n\t%s\nFROM %s ORDER BY pos", quote(name), strings.Join(columns, ",\n\t"), table)
}

// column returns the expression for a field.
func column(f noex.FieldInfo) string {
	value := `json_extract(record, ` + literal(`$."`+f.Name+`"`) + `)`
	switch f.Kind {
	case noex.KindNumber:
		return `CAST(` + value + ` AS NUMERIC)` // a whole number shows as one
	case noex.KindInteger, noex.KindBoolean:
		return `CAST(` + value + ` AS INTEGER)`
	case noex.KindDate: // plain text, or the tagged object around it
		return `CAST(coalesce(json_extract(record, ` + literal(`$."`+f.Name+`".__noex_value__`) + `), ` + value + `) AS TEXT)`
	default:
		return `CAST(` + value + ` AS TEXT)`
	}
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func literal(s string) string { return `'` + strings.ReplaceAll(s, `'`, `''`) + `'` }
