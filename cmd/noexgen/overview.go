package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator/inspect"
)

// overview prints the buckets and files of a store.
func overview(cmd *cobra.Command, s *inspect.Store, asJSON bool) error {
	line := newProgress(cmd)
	defer line.done()
	buckets, err := s.Buckets(cmd.Context(), line.step)
	if err != nil {
		return err
	}
	files, err := s.Files(cmd.Context(), line.step)
	if err != nil {
		return err
	}
	line.done()
	damage := damageOf(buckets, files)
	if asJSON {
		err = overviewJSON(cmd, buckets, files, damage == nil)
	} else {
		err = overviewText(cmd, buckets, files)
	}
	if err == nil && damage != nil && asJSON {
		return told(damage)
	}
	if err == nil {
		err = damage
	}
	return err
}

// damageOf says how much is damaged, and what can be done.
func damageOf(buckets []inspect.Bucket, files []inspect.File) error {
	badBuckets, badFiles := 0, 0
	for _, b := range buckets {
		if b.Err != nil {
			badBuckets++
		}
	}
	for _, f := range files {
		if f.Err != nil {
			badFiles++
		}
	}
	if badBuckets == 0 && badFiles == 0 {
		return nil
	}
	text := "damaged: " + count(badFiles, "file")
	if badBuckets > 0 {
		text += "; cannot be read: " + count(badBuckets, "bucket") +
			"; restore from a backup: a program that opens a bucket as it is sets it aside and begins empty"
	}
	return errors.New(text)
}

func overviewText(cmd *cobra.Command, buckets []inspect.Bucket, files []inspect.File) error {
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "store\tbucket\trecords\tbytes\tcounter\tversion\trevision\tlast save\thealth")
	for _, b := range buckets {
		saved := ""
		if b.Metadata.PersistedAt != 0 {
			saved = b.Metadata.PersistedAt.Time().UTC().Format("2006-01-02 15:04:05Z")
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", b.Store, b.Name, b.Records, b.Bytes, b.Counter,
			b.Metadata.SchemaVersion, b.Metadata.Revision, saved, health(true, b.Err))
	}
	fmt.Fprintln(w, "\nfile\tbytes\twhat it is\thealth")
	for _, f := range files {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", f.Name, f.Size, f.Note, health(f.Checked, f.Err))
	}
	return w.Flush()
}

func health(checked bool, err error) string {
	switch {
	case err != nil:
		return "damaged: " + err.Error()
	case checked:
		return "ok"
	default:
		return "-"
	}
}

func overviewJSON(cmd *cobra.Command, buckets []inspect.Bucket, files []inspect.File, ok bool) error {
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
		Name    string `json:"name"`
		Bytes   int64  `json:"bytes"`
		Note    string `json:"note,omitempty"`
		Checked bool   `json:"checked"`
		Error   string `json:"error,omitempty"`
	}
	list := make([]bucket, len(buckets))
	for i, b := range buckets {
		metadata, err := json.Marshal(b.Metadata)
		if err != nil {
			return err
		}
		list[i] = bucket{b.Store, b.Name, b.Records, b.Bytes, b.Counter, metadata, errorText(b.Err)}
	}
	names := make([]file, len(files))
	for i, f := range files {
		names[i] = file{f.Name, f.Size, f.Note, f.Checked, errorText(f.Err)}
	}
	return printJSON(cmd.OutOrStdout(), struct {
		OK      bool     `json:"ok"`
		Buckets []bucket `json:"buckets"`
		Files   []file   `json:"files"`
	}{ok, list, names})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
