package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/diag"
)

// reportText prints the diagnostics of a run to stderr and passes on its error.
func reportText(cmd *cobra.Command, result *generator.Result, err error) error {
	stderr := cmd.ErrOrStderr()
	if writeErr := diag.WriteStyled(stderr, result.Diagnostics, result.Lines(), styleFor(stderr)); writeErr != nil {
		return failed(writeErr)
	}
	if errors.Is(err, generator.ErrInvalid) {
		errs, warnings := countSeverities(result.Diagnostics)
		summary := count(errs, "error")
		if warnings > 0 {
			summary += ", " + count(warnings, "warning")
		}
		summary += "; for more: noexgen explain"
		for _, code := range result.Diagnostics.Codes() {
			summary += " " + string(code)
		}
		return failed(errors.New(summary))
	}
	return failed(err)
}

// report is a run as JSON.
type report struct {
	OK          bool         `json:"ok"`
	Error       string       `json:"error,omitempty"`
	Diagnostics []diagnostic `json:"diagnostics"`
	Packages    []pkg        `json:"packages"`
	Files       []file       `json:"files,omitempty"`
}

type diagnostic struct {
	Code      diag.Code `json:"code"`
	Severity  string    `json:"severity"`
	File      string    `json:"file,omitempty"`
	Line      int       `json:"line,omitempty"`
	Column    int       `json:"column,omitempty"`
	EndColumn int       `json:"endColumn,omitempty"`
	Message   string    `json:"message"`
	Help      string    `json:"help,omitempty"`
}

type pkg struct {
	Dir     string   `json:"dir"`
	Name    string   `json:"name"`
	Store   string   `json:"store"`
	Buckets []string `json:"buckets"`
}

type file struct {
	Path   string `json:"path"`
	Action string `json:"action"`
}

// reportJSON prints a run to stdout, its error included.
func reportJSON(cmd *cobra.Command, result *generator.Result, err error) error {
	r := report{OK: err == nil, Diagnostics: []diagnostic{}, Packages: []pkg{}}
	if err != nil {
		r.Error = err.Error()
	}
	for _, d := range result.Diagnostics {
		r.Diagnostics = append(r.Diagnostics, diagnostic{
			Code: d.Code, Severity: d.Severity.String(), File: d.Pos.File, Line: d.Pos.Line, Column: d.Pos.Col,
			EndColumn: d.Pos.EndCol, Message: d.Message, Help: d.Help,
		})
	}
	for _, p := range result.Packages {
		buckets := make([]string, len(p.Buckets))
		for i, b := range p.Buckets {
			buckets[i] = b.Name
		}
		r.Packages = append(r.Packages, pkg{Dir: slash(p.Dir), Name: p.Name, Store: p.Store, Buckets: buckets})
	}
	for _, c := range result.Plan {
		r.Files = append(r.Files, file{Path: slash(c.Path), Action: c.Action.String()})
	}
	if writeErr := printJSON(cmd.OutOrStdout(), r); writeErr != nil {
		return failed(writeErr)
	}
	if arg := new(generator.ArgumentError); err != nil && !errors.As(err, &arg) {
		return told(err)
	}
	return failed(err)
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func countSeverities(l diag.List) (errs, warnings int) {
	for _, d := range l {
		if d.Severity == diag.Error {
			errs++
		} else {
			warnings++
		}
	}
	return errs, warnings
}

// count is a number with its noun: 1 bucket, 2 buckets.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprint(n, " ", noun)
}
