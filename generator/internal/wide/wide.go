// Package wide writes wide inputs: many buckets with ten fields each, and as
// many tables with ten columns for sqlc to compare with.
package wide

import (
	"fmt"
	"strings"
)

// Definition is a definition of n buckets with fields of all kinds.
func Definition(n int) string {
	return "package: wide\nbuckets:\n" + repeat(n, `  table%[1]d:
    key: id
    schema:
      id:      { type: string, generated: uuid }
      name:    { type: string, required: true, maxLength: 100 }
      email:   { type: string, format: email, unique: true }
      status:  { type: string, enum: [draft, active, retired], default: draft }
      count:   { type: integer, min: 0 }
      price:   { type: number, required: true }
      active:  { type: boolean, default: true }
      seen:    { type: date }
      tags:    { type: array, items: string }
      owner:   { type: string, ref: table0 }
    indexes: [status, { fields: [status, name] }]
`)
}

// Schema is the same as n tables of PostgreSQL.
func Schema(n int) string {
	return repeat(n, `CREATE TYPE status%[1]d AS ENUM ('draft', 'active', 'retired');
CREATE TABLE table%[1]d (
	id     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name   varchar(100) NOT NULL,
	email  text UNIQUE,
	status status%[1]d NOT NULL DEFAULT 'draft',
	count  bigint CHECK (count >= 0),
	price  double precision NOT NULL,
	active boolean NOT NULL DEFAULT true,
	seen   timestamptz,
	tags   text[],
	owner  uuid REFERENCES table0 (id)
);
CREATE INDEX ON table%[1]d (status, name);
`)
}

// Queries are five for each table: by key, by status, insert, update, delete.
func Queries(n int) string {
	return repeat(n, `-- name: GetTable%[1]d :one
SELECT * FROM table%[1]d WHERE id = $1;

-- name: ListTable%[1]dByStatus :many
SELECT * FROM table%[1]d WHERE status = $1;

-- name: InsertTable%[1]d :one
INSERT INTO table%[1]d (name, email, status, count, price, active, seen, tags, owner)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *;

-- name: UpdateTable%[1]d :one
UPDATE table%[1]d SET name = $2, email = $3, status = $4, count = $5, price = $6, active = $7, seen = $8, tags = $9, owner = $10
WHERE id = $1 RETURNING *;

-- name: DeleteTable%[1]d :exec
DELETE FROM table%[1]d WHERE id = $1;

`)
}

// Config is sqlc's configuration for schema.sql and queries.sql.
const Config = `version: "2"
sql:
  - engine: postgresql
    schema: schema.sql
    queries: queries.sql
    gen: { go: { package: wide, out: wide, sql_package: pgx/v5 } }
`

func repeat(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
