package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator/inspect"
)

func newExport() *cobra.Command {
	var q query
	var to string
	cmd := &cobra.Command{
		Use:   "export dir|file.db [bucket]",
		Short: "Write stored records as JSON Lines",
		Long: `Write the records of a bucket to stdout as JSON Lines, one record a line with its
meta data, or with --output those of all buckets into a directory, <bucket>.jsonl
for each. Nothing is changed, and a store that is in use is not disturbed.`,
		Example: "  noexgen export data users >users.jsonl\n  noexgen export shop.db --output backup",
		Args:    arguments(1, 2),
	}
	q.flags(cmd)
	cmd.Flags().StringVarP(&to, "output", "o", "", "write <bucket>.jsonl into this directory")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 && to == "" {
			return errors.New("name a bucket, or a directory with --output")
		}
		where, err := q.conditions()
		if err != nil {
			return err
		}
		defer noteUnknown(cmd, where)
		return withStore(cmd, args[0], func(s *inspect.Store) error {
			e := exporter{cmd: cmd, store: s, where: where, line: newProgress(cmd)}
			defer e.line.done()
			if to == "" {
				return e.stdout(args[1])
			}
			return e.directory(to, args[1:])
		})
	}
	return cmd
}

// exporter writes buckets.
type exporter struct {
	cmd   *cobra.Command
	store *inspect.Store
	where *inspect.Where
	line  *progress
}

func (e *exporter) stdout(bucket string) error {
	key, err := e.store.Resolve(e.cmd.Context(), bucket)
	if err != nil {
		return err
	}
	if isTerminal(e.cmd.OutOrStdout()) {
		e.line.done() // the records show that it goes on
	}
	out := bufio.NewWriterSize(e.cmd.OutOrStdout(), 1<<16)
	if _, err := e.write(key, out); err != nil {
		return err
	}
	return out.Flush()
}

func (e *exporter) write(key string, out *bufio.Writer) (n int, err error) {
	err = e.store.Each(e.cmd.Context(), key, e.where, e.line.step, func(_, value []byte) error {
		n++
		out.Write(value) // the writer keeps its error
		return out.WriteByte('\n')
	})
	return n, err
}

// directory writes a file a bucket, each in one step.
func (e *exporter) directory(dir string, only []string) error {
	keys, err := e.store.Keys(e.cmd.Context(), only)
	if err != nil {
		return err
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file; --output names a directory", slash(dir))
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, key := range keys {
		_, bucket := inspect.SplitKey(key)
		if !fs.ValidPath(bucket) || filepath.Base(bucket) != bucket {
			return fmt.Errorf("bucket %q cannot be the name of a file; export it to stdout", bucket)
		}
		path := filepath.Join(dir, bucket+".jsonl")
		n, err := e.file(key, path)
		if err != nil {
			return err
		}
		e.line.clear()
		fmt.Fprintf(e.cmd.OutOrStdout(), "%s: %s\n", slash(path), count(n, "record"))
	}
	return nil
}

func (e *exporter) file(key, path string) (n int, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) // if it has not got its name
	out := bufio.NewWriterSize(f, 1<<16)
	if n, err = e.write(key, out); err == nil {
		err = out.Flush()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return 0, err
	}
	return n, os.Rename(f.Name(), path)
}
