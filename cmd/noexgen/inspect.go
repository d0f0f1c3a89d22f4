package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator/inspect"
)

func newInspect() *cobra.Command {
	var q query
	cmd := &cobra.Command{
		Use:   "inspect dir|file.db [bucket]",
		Short: "Show what a store has saved",
		Long: `Show the buckets that are stored in a directory or a SQLite database, with their
sizes, versions, last save and health, and the files they are in; or the records
of one bucket. Nothing is changed, and a store that is in use is not disturbed.`,
		Example: "  noexgen inspect data\n  noexgen inspect shop.db users --where role=admin --where 'age>=18' --limit 10",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd, args[0], func(s *inspect.Store) error {
				if len(args) == 1 {
					if len(q.where) > 0 {
						return &failure{err: errors.New("--where needs a bucket: noexgen inspect " + args[0] + " <bucket> --where …"), code: exitMisuse}
					}
					return overview(cmd, s, q.json)
				}
				return q.records(cmd, s, args[1])
			})
		},
	}
	q.flags(cmd)
	cmd.Flags().IntVar(&q.limit, "limit", 20, "show at most so many records; 0: all")
	cmd.Flags().BoolVar(&q.json, "json", false, "print JSON, with a bucket one record a line")
	return cmd
}

// withStore opens a store for reading and calls f.
func withStore(cmd *cobra.Command, path string, f func(*inspect.Store) error) error {
	s, err := inspect.Open(cmd.Context(), path)
	if errors.Is(err, fs.ErrNotExist) {
		return &failure{err: fmt.Errorf("%s: %w", slash(path), shortCause(err)), code: exitMisuse}
	}
	if err != nil {
		return failed(err)
	}
	defer s.Close() // it was only read
	err = f(s)
	if unknown := new(inspect.UnknownBucketError); errors.As(err, &unknown) {
		return &failure{err: err, code: exitMisuse}
	}
	return failed(err)
}

// query is what --where and --limit say.
type query struct {
	where []string
	limit int
	json  bool
}

func (q *query) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&q.where, "where", nil, "only records that meet a condition: field=value, or != < <= > >=, or ~ for contains")
}

func (q *query) conditions() ([]inspect.Condition, error) {
	var out []inspect.Condition
	for _, text := range q.where {
		c, err := inspect.ParseCondition(text)
		if err != nil {
			return nil, &failure{err: err, code: exitMisuse}
		}
		out = append(out, c)
	}
	return out, nil
}

var errEnough = errors.New("enough")

// records prints the records of a bucket.
func (q *query) records(cmd *cobra.Command, s *inspect.Store, bucket string) error {
	where, err := q.conditions()
	if err != nil {
		return err
	}
	key, err := s.Resolve(cmd.Context(), bucket)
	if err != nil {
		return err
	}
	var t table
	n, out := 0, cmd.OutOrStdout()
	err = s.Each(cmd.Context(), key, where, func(_, value []byte) error {
		if q.limit > 0 && n == q.limit {
			return errEnough
		}
		n++
		if q.json {
			_, err := fmt.Fprintf(out, "%s\n", value)
			return err
		}
		return t.add(value)
	})
	if !q.json {
		if err := t.print(out); err != nil {
			return err
		}
	}
	if errors.Is(err, errEnough) {
		if !q.json {
			fmt.Fprintf(cmd.ErrOrStderr(), "noexgen: the first %d; --limit shows more\n", n)
		}
		return nil
	}
	return err
}

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

// overview prints the buckets and files of a store.
func overview(cmd *cobra.Command, s *inspect.Store, asJSON bool) error {
	line := newProgress(cmd)
	buckets, err := s.Buckets(cmd.Context(), line.step)
	line.done()
	if err != nil {
		return err
	}
	files, err := s.Files()
	if err != nil {
		return err
	}
	damaged := 0
	for _, b := range buckets {
		if b.Err != nil {
			damaged++
		}
	}
	if asJSON {
		err = overviewJSON(cmd, buckets, files, damaged)
	} else {
		err = overviewText(cmd, buckets, files)
	}
	if err == nil && damaged > 0 {
		err = fmt.Errorf("%s cannot be read", count(damaged, "bucket"))
		if asJSON {
			return told(err)
		}
	}
	return err
}

func overviewText(cmd *cobra.Command, buckets []inspect.Bucket, files []inspect.File) error {
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "store\tbucket\trecords\tbytes\tcounter\tversion\trevision\tlast save\thealth")
	for _, b := range buckets {
		health, saved := "ok", ""
		if b.Err != nil {
			health = "damaged: " + b.Err.Error()
		}
		if b.Metadata.PersistedAt != 0 {
			saved = b.Metadata.PersistedAt.Time().UTC().Format("2006-01-02 15:04:05Z")
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", b.Store, b.Name, b.Records, b.Bytes, b.Counter,
			b.Metadata.SchemaVersion, b.Metadata.Revision, saved, health)
	}
	fmt.Fprintln(w, "\nfile\tbytes\twhat it is")
	for _, f := range files {
		fmt.Fprintf(w, "%s\t%d\t%s\n", f.Name, f.Size, f.Note)
	}
	return w.Flush()
}

func overviewJSON(cmd *cobra.Command, buckets []inspect.Bucket, files []inspect.File, damaged int) error {
	type bucket struct {
		Store    string          `json:"store"`
		Bucket   string          `json:"bucket"`
		Records  int             `json:"records"`
		Bytes    int64           `json:"bytes"`
		Counter  int64           `json:"counter"`
		Metadata json.RawMessage `json:"metadata"`
		Error    string          `json:"error,omitempty"`
	}
	type file struct {
		Name  string `json:"name"`
		Bytes int64  `json:"bytes"`
		Note  string `json:"note,omitempty"`
	}
	list := make([]bucket, len(buckets))
	for i, b := range buckets {
		metadata, err := json.Marshal(b.Metadata)
		if err != nil {
			return err
		}
		list[i] = bucket{b.Store, b.Name, b.Records, b.Bytes, b.Counter, metadata, ""}
		if b.Err != nil {
			list[i].Error = b.Err.Error()
		}
	}
	names := make([]file, len(files))
	for i, f := range files {
		names[i] = file{f.Name, f.Size, f.Note}
	}
	return printJSON(cmd.OutOrStdout(), struct {
		OK      bool     `json:"ok"`
		Buckets []bucket `json:"buckets"`
		Files   []file   `json:"files"`
	}{damaged == 0, list, names})
}
