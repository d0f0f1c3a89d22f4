package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator/output"
)

// outputFlag adds --output.
func outputFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVarP(to, "output", "o", "", "write to this file instead of stdout")
}

// writeOutput prints data, or replaces a file by it in one step and says so. A
// file that has this content already is not touched.
func writeOutput(cmd *cobra.Command, to string, data []byte) error {
	if to == "" {
		_, err := cmd.OutOrStdout().Write(data)
		return err
	}
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a directory; --output names a file", slash(to))
	}
	action := output.Create
	switch old, err := os.ReadFile(to); {
	case err == nil && bytes.Equal(old, data):
		return nil
	case err == nil:
		action = output.Update
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	staged, err := output.OS{}.Stage(to, data)
	if err != nil {
		return err
	}
	defer staged.Discard()
	if err := staged.Commit(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), action, slash(to))
	return err
}
