package main

import (
	"errors"
	"fmt"
	"github.com/spf13/cobra"
	"io/fs"

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
		Args:    arguments(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range []string{"where", "limit"} {
				if len(args) == 1 && cmd.Flags().Changed(name) {
					return fmt.Errorf("--%s needs a bucket: noexgen inspect %s <bucket> --%s …", name, args[0], name)
				}
			}
			if q.limit < 0 {
				return fmt.Errorf("--limit must not be negative; 0 shows all")
			}
			return withStore(cmd, args[0], func(s *inspect.Store) error {
				if len(args) == 1 {
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
	s, err := inspect.Open(cmd.Context(), existing(path))
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

func (q *query) conditions() (*inspect.Where, error) {
	where, err := inspect.ParseWhere(q.where)
	if err != nil {
		return nil, &failure{err: err, code: exitMisuse}
	}
	return where, nil
}

// noteUnknown tells of fields in conditions that no record has.
func noteUnknown(cmd *cobra.Command, where *inspect.Where) {
	for _, text := range where.Unknown() {
		fmt.Fprintln(cmd.ErrOrStderr(), "noexgen:", text)
	}
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
	n, out, line := 0, cmd.OutOrStdout(), newProgress(cmd)
	defer line.done()
	err = s.Each(cmd.Context(), key, where, line.step, func(_, value []byte) error {
		if q.limit > 0 && n == q.limit {
			return errEnough
		}
		n++
		if q.json {
			line.clear()
			_, err := fmt.Fprintf(out, "%s\n", value)
			return err
		}
		return t.add(value)
	})
	line.done()
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
	if err == nil {
		noteUnknown(cmd, where)
	}
	return err
}
