package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/noexgen/noexgen/generator/inspect"
)

// table collects records to be shown in columns, which are their members.
type table struct {
	columns []string
	known   map[string]bool
	rows    []map[string]any
}

func (t *table) add(value []byte) error {
	names, values, err := inspect.Columns(value)
	if err != nil {
		return err
	}
	if t.known == nil {
		t.known = make(map[string]bool)
	}
	for _, name := range names {
		if !t.known[name] {
			t.known[name] = true
			t.columns = append(t.columns, name)
		}
	}
	t.rows = append(t.rows, values)
	return nil
}

// widestCell is the most that a cell of a table shows.
const widestCell = 40

func (t *table) print(w io.Writer) error {
	if len(t.rows) == 0 {
		return nil
	}
	slices.SortStableFunc(t.columns, func(a, b string) int { return cmp.Compare(metaLast(a), metaLast(b)) })
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	cells := make([]string, len(t.columns))
	copy(cells, t.columns)
	printRow(tw, cells)
	for _, row := range t.rows {
		for i, name := range t.columns {
			cells[i] = inspect.Text(row[name])
		}
		printRow(tw, cells)
	}
	return tw.Flush()
}

// metaLast orders the meta data of a record behind its fields.
func metaLast(column string) int {
	if strings.HasPrefix(column, "_") {
		return 1
	}
	return 0
}

func printRow(w io.Writer, cells []string) {
	for i, cell := range cells {
		text := []rune(cell)
		for j, r := range text {
			if r < ' ' || r == 0x7f {
				text[j] = ' ' // a tab or an escape would break the table
			}
		}
		if len(text) > widestCell {
			text = append(text[:widestCell-1], '…')
		}
		if i > 0 {
			fmt.Fprint(w, "\t")
		}
		fmt.Fprint(w, string(text))
	}
	fmt.Fprintln(w)
}
