package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// generation measures runs from a cold process: a first one in a new directory,
// which writes everything, and a second one there, with nothing to do.
func generation(dir string, tools []tool, n, runs int) error {
	home := filepath.Join(dir, "home") // where noexgen remembers
	var commands []command
	for _, t := range tools {
		var latest string
		first := command{
			name: t.name + ", first run", program: t.program, args: t.args,
			env: []string{"XDG_CACHE_HOME=" + home, "HOME=" + home, "LocalAppData=" + home},
			prepare: func() (string, error) {
				var err error
				if latest, err = os.MkdirTemp(dir, t.name); err != nil {
					return "", err
				}
				return latest, t.inputs(latest, n)
			},
		}
		unchanged := first
		unchanged.name = t.name + ", unchanged"
		unchanged.prepare = func() (string, error) { return latest, nil }
		commands = append(commands, first, unchanged)
	}
	return measure(fmt.Sprintf("generation of %d", n), commands, runs)
}
