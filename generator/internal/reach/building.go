package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// building measures go build of the output after a change, with everything
// that it imports built already.
func building(dir string, tools []tool, n, runs int) error {
	repo, err := output("", "go", "list", "-m", "-f", "{{.Dir}}", module)
	if err != nil {
		return err
	}
	var commands []command
	for _, t := range tools {
		mod := filepath.Join(dir, t.name+".build")
		if err := t.inputs(mod, n); err != nil {
			return err
		}
		steps := [][]string{append([]string{t.program}, t.args...), {"go", "mod", "init", "wide.example"}}
		if t.imports != "" {
			steps = append(steps, []string{"go", "get", t.imports})
		}
		if t.replace {
			steps = append(steps, []string{"go", "mod", "edit", "-replace=" + module + "=" + repo})
		}
		for _, step := range append(steps, []string{"go", "mod", "tidy"}) {
			if _, err := output(mod, step...); err != nil {
				return err
			}
		}
		lines, err := countLines(filepath.Join(mod, "wide"))
		if err != nil {
			return err
		}
		changes := 0
		commands = append(commands, command{
			name: fmt.Sprintf("go build of %d lines by %s", lines, t.name), program: "go", args: []string{"build", "./wide"},
			prepare: func() (string, error) {
				changes++
				return mod, write(mod, map[string]string{"wide/change.go": fmt.Sprintf("package wide\n\nconst change = %d\n", changes)})
			},
		})
	}
	if _, err := output(filepath.Join(dir, tools[0].name+".build"), "go", "build", "./..."); err != nil {
		return err
	}
	return measure(fmt.Sprintf("building %d", n), commands, runs)
}

func countLines(dir string) (int, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	lines := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return 0, err
		}
		lines += bytes.Count(text, []byte("\n"))
	}
	return lines, err
}
