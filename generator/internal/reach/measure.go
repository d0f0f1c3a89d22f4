package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// command is something to measure.
type command struct {
	name    string
	program string
	args    []string
	env     []string
	prepare func() (dir string, err error) // where to run it; not measured
}

// measure runs commands in turns, so that what else the machine does is the
// same for all of them, and prints medians.
func measure(title string, commands []command, runs int) error {
	cpu, wall := make([][]time.Duration, len(commands)), make([][]time.Duration, len(commands))
	for range runs {
		for i, c := range commands {
			dir, err := c.prepare()
			if err != nil {
				return err
			}
			cmd := exec.Command(c.program, c.args...)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), c.env...)
			start := time.Now()
			out, err := cmd.CombinedOutput()
			wall[i] = append(wall[i], time.Since(start))
			if err != nil {
				return fmt.Errorf("%s: %w: %s", c.name, err, out)
			}
			cpu[i] = append(cpu[i], cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		}
	}
	fmt.Printf("| %s | CPU | wall |\n|---|---|---|\n", title)
	for i, c := range commands {
		fmt.Printf("| %s | %.3f s | %.3f s |\n", c.name, median(cpu[i]).Seconds(), median(wall[i]).Seconds())
	}
	return nil
}

func median(all []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(all))[len(all)/2]
}

// output runs a command that is not measured, and returns what it prints.
func output(dir string, line ...string) (string, error) {
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		err = fmt.Errorf("%s: %w: %s", strings.Join(line, " "), err, exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}
