package output

import (
	"crypto/sha256"
	"maps"
	"path/filepath"
	"slices"
)

// Sum stands for the content of a generated file, modulo CRLF.
type Sum = [sha256.Size]byte

// SumOf returns the sum of content.
func SumOf(content []byte) Sum { return sha256.Sum256(unixText(content)) }

// Kept is the plan that [New] makes for files whose sums are known by name, if
// all of them are there; else it is false.
func Kept(fsys FS, dir string, sums map[string]Sum) (Plan, bool) {
	p, err := survey(fsys, dir, slices.Collect(maps.Keys(sums)))
	if err != nil || len(p.errs) > 0 {
		return nil, false
	}
	for name, sum := range sums {
		path := filepath.Join(dir, name)
		data, err := readFile(fsys, path)
		if err != nil || !owned(data) || SumOf(data) != sum {
			return nil, false
		}
		p.plan = append(p.plan, Change{Path: path, Action: Keep, Old: data, New: data})
	}
	return p.plan.sorted(), true
}
