package generator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/source"
)

// memory is a directory of notes, one a package, on what is generated from what.
// A note holds hashes alone, and the files are looked at again: one that is
// lost, old or of another program costs time and nothing else.
type memory struct{ dir string }

// memory is that of a run. What Emitters do cannot be hashed.
func (o Options) memory() memory {
	if len(o.Emitters) > 0 {
		return memory{}
	}
	return memory{o.Memory}
}

// note is what a definition gives that there is nothing to say about.
type note struct {
	From    []byte            // the definition and the program
	Package string            // the name of the package
	Files   map[string][]byte // the sums of the files
}

// from hashes all that the output for the definition files of dir depends on.
func from(dir string, files []source.File) ([]byte, bool) {
	id, ok := program()
	h := sha256.New()
	fmt.Fprintf(h, "%x %q", id, directoryName(dir))
	for _, f := range files {
		fmt.Fprintf(h, " %q %d ", filepath.Base(f.Name), len(f.Data))
		h.Write(f.Data)
	}
	return h.Sum(nil), ok
}

// path is the note on a package. Few packages share a note, and then the one
// generated last has it, so that there are never more than 4,096.
func (m memory) path(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(m.dir, hex.EncodeToString(sum[:])[:3]+".json"), err
}

// recall returns the plan for dir if its files are what its definition gives.
func (m memory) recall(fsys output.FS, dir string, files []source.File) (output.Plan, bool) {
	if m.dir == "" {
		return nil, false
	}
	path, err := m.path(dir)
	if err != nil {
		return nil, false
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, false
	}
	var n note
	if err := json.Unmarshal(data, &n); err != nil {
		return nil, false
	}
	now, ok := from(dir, files)
	if !ok || string(now) != string(n.From) {
		return nil, false
	}
	if _, other, err := sibling(fsys, dir, func(pkg string) bool { return pkg != n.Package }); err != nil || other != "" {
		return nil, false
	}
	sums := make(map[string]output.Sum, len(n.Files))
	for name, sum := range n.Files {
		if len(sum) != len(output.Sum{}) {
			return nil, false
		}
		sums[name] = output.Sum(sum)
	}
	return output.Kept(fsys, dir, sums)
}

// note notes what is generated from files. Where that is not possible, the next
// run takes as long as this one.
func (m memory) note(dir, pkg string, files []source.File, plan output.Plan) {
	if m.dir == "" {
		return
	}
	by, ok := from(dir, files)
	path, err := m.path(dir)
	if err != nil || !ok {
		return
	}
	n := note{From: by, Package: pkg, Files: make(map[string][]byte)}
	for _, c := range plan {
		if c.New != nil {
			sum := output.SumOf(c.New)
			n.Files[filepath.Base(c.Path)] = sum[:]
		}
	}
	data, err := json.Marshal(n)
	if err != nil {
		return
	}
	if err := os.MkdirAll(m.dir, 0o755); err != nil {
		return
	}
	if staged, err := (output.OS{}).Stage(path, data); err == nil {
		staged.Commit()
		staged.Discard()
	}
}
