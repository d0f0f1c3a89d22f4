package output

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// File is a generated file. Name has no directory.
type File struct {
	Name    string
	Content []byte
}

// Action is what has to be done with a file.
type Action uint8

// The actions.
const (
	Keep   Action = iota // it is as it should be
	Create               // it is not there
	Update               // its content differs
	Remove               // it was generated, and is not any more
)

// String is the action in one word: unchanged, create, update or remove.
func (a Action) String() string {
	return [...]string{"unchanged", "create", "update", "remove"}[a]
}

// Finding is what a check calls a file with this action to be done.
func (a Action) Finding() string {
	return [...]string{"up to date", "missing", "stale", "orphan"}[a]
}

// Change is an action on a file.
type Change struct {
	Path   string
	Action Action
	Old    []byte // nil when there is no such file
	New    []byte // nil when there will be none
}

// Diff is the unified diff from what is there to what will be, modulo CRLF.
func (c Change) Diff() string {
	from, to := filepath.ToSlash(c.Path), filepath.ToSlash(c.Path)
	switch c.Action {
	case Create:
		from = "/dev/null"
	case Remove:
		to = "/dev/null"
	}
	return string(diff.Diff(from, unixText(c.Old), to, unixText(c.New)))
}

// Plan is what has to be done with the files of one or more directories.
type Plan []Change

// Pending is the part of p that is not there yet.
func (p Plan) Pending() Plan {
	return slices.DeleteFunc(slices.Clone(p), func(c Change) bool { return c.Action == Keep })
}

// New plans to make files the generated files of the directory dir. It reads
// and writes nothing but that. A foreign file in the way is a *ForeignError.
func New(fsys FS, dir string, files []File) (Plan, error) {
	if err := checkFiles(dir, files); err != nil {
		return nil, err
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Name
	}
	p, err := survey(fsys, dir, names)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		p.wanted(f)
	}
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	return p.plan.sorted(), nil
}

func (p Plan) sorted() Plan {
	slices.SortFunc(p, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return p
}

// checkFiles makes sure that noexgen recognises its own files next time.
func checkFiles(dir string, files []File) error {
	seen := make(map[string]bool, len(files))
	for _, f := range files {
		path := filepath.ToSlash(filepath.Join(dir, f.Name))
		lower := strings.ToLower(f.Name)
		switch {
		case f.Name != filepath.Base(f.Name) || !ownedName(f.Name):
			return fmt.Errorf("generated file %s: it must be called %s or <name>%s", path, StoreFile, BucketSuffix)
		case !owned(f.Content):
			return fmt.Errorf("generated file %s: its first line must be %q", path, Header("…"))
		case seen[lower]:
			return fmt.Errorf("generated file %s: it is generated twice", path)
		}
		seen[lower] = true
	}
	return nil
}

// planner collects the changes of one directory.
type planner struct {
	fsys    FS
	dir     string
	present map[string]bool
	plan    Plan
	errs    []error
}

// survey looks at the files of dir beside those of names, which are wanted.
func survey(fsys FS, dir string, names []string) (*planner, error) {
	entries, err := readDir(fsys, dir)
	if err != nil {
		return nil, err
	}
	p := &planner{fsys: fsys, dir: dir, present: make(map[string]bool)}
	wanted := make(map[string]string, len(names)) // lower case → name
	for _, name := range names {
		wanted[strings.ToLower(name)] = name
	}
	for _, e := range entries {
		p.present[e.Name()] = true
		if name, ok := wanted[strings.ToLower(e.Name())]; !ok || name != e.Name() {
			p.leftover(e, ok)
		}
	}
	return p, nil
}

// leftover looks at a file that is not to be generated. One that differs from
// a wanted one in case only is the same file on some systems.
func (p *planner) leftover(e fs.DirEntry, sameButCase bool) {
	if e.IsDir() || !ownedName(e.Name()) && !sameButCase {
		return
	}
	path := filepath.Join(p.dir, e.Name())
	data, err := readFile(p.fsys, path)
	switch {
	case errors.Is(err, fs.ErrNotExist): // a link to nowhere, or gone already
	case err != nil:
		p.errs = append(p.errs, err)
	case owned(data):
		p.plan = append(p.plan, Change{Path: path, Action: Remove, Old: data})
	case sameButCase:
		p.errs = append(p.errs, &ForeignError{path})
	}
}

func (p *planner) wanted(f File) {
	c := Change{Path: filepath.Join(p.dir, f.Name), Action: Create, New: f.Content}
	if p.present[f.Name] {
		data, err := readFile(p.fsys, c.Path)
		switch {
		case err == nil && owned(data) && sameText(data, f.Content):
			c.Action, c.Old = Keep, data
		case err == nil && owned(data):
			c.Action, c.Old = Update, data
		case err == nil, errors.Is(err, fs.ErrNotExist), errors.Is(err, errDirectory):
			p.errs = append(p.errs, &ForeignError{c.Path})
			return
		default:
			p.errs = append(p.errs, err)
			return
		}
	}
	p.plan = append(p.plan, c)
}

var errDirectory = errors.New("is a directory")

// readFile reads a file, or only its beginning if it is not one of ours.
func readFile(fsys FS, path string) ([]byte, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size := 0
	switch info, err := f.Stat(); {
	case err == nil && info.IsDir():
		return nil, &fs.PathError{Op: "read", Path: path, Err: errDirectory}
	case err == nil:
		size = int(min(info.Size(), maxStart))
	}
	start := make([]byte, max(size+1, maxHeader)) // one more, to see the end
	n, err := io.ReadFull(f, start)
	start = start[:n]
	if err == io.EOF || err == io.ErrUnexpectedEOF || err == nil && !owned(start) {
		return start, nil
	}
	if err != nil {
		return nil, err
	}
	rest, err := io.ReadAll(f)
	return append(start, rest...), err
}

// maxStart is what is read at most of a file before it is known to be ours.
const maxStart = 1 << 20

func readDir(fsys FS, dir string) ([]fs.DirEntry, error) {
	f, err := fsys.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d, ok := f.(fs.ReadDirFile)
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: dir, Err: errors.New("is not a directory")}
	}
	entries, err := d.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}
