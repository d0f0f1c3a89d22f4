// Command reach measures what generation costs, beside sqlc. It prints the
// tables of cmd/noexgen/reach.md:
//
//	go install github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1
//	go run ./generator/internal/reach             # 100 buckets, 100 tables
//	go run ./generator/internal/reach -build      # and builds what they give
//
// It runs in the repository. Without an sqlc in PATH it measures noexgen alone.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	n := flag.Int("n", 100, "number of buckets and tables")
	runs := flag.Int("runs", 15, "runs of each command")
	build := flag.Bool("build", false, "build what is generated, too")
	flag.Parse()
	if err := run(*n, *runs, *build); err != nil {
		fmt.Fprintln(os.Stderr, "reach:", err)
		os.Exit(1)
	}
}

func run(n, runs int, build bool) error {
	dir, err := os.MkdirTemp("", "reach")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tools := []tool{{
		name: "noexgen", program: filepath.Join(dir, "noexgen"), args: []string{"generate", "wide"},
		inputs: definition, replace: true,
	}}
	if _, err := output("", "go", "build", "-o", tools[0].program, module+"/cmd/noexgen"); err != nil {
		return err
	}
	if sqlc, err := exec.LookPath("sqlc"); err == nil {
		tools = append(tools, tool{
			name: "sqlc", program: sqlc, args: []string{"generate"},
			inputs: schema, imports: pgx,
		})
	} else {
		fmt.Fprintln(os.Stderr, "reach: there is no sqlc; measuring noexgen alone")
	}
	if err := generation(dir, tools, n, runs); err != nil {
		return err
	}
	if build {
		return building(dir, tools, n, runs)
	}
	return nil
}
