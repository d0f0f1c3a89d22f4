package output

import "strings"

// Apply does what p says. All files are staged before the first is replaced,
// so that a full disk or a missing permission leaves everything as it was;
// stale files go last. Unchanged files are not touched.
func (p Plan) Apply(fsys FS) error {
	var staged []Staged
	defer func() {
		for _, s := range staged {
			s.Discard() // what could not be removed does no harm
		}
	}()
	written := make(map[string]bool)
	for _, c := range p {
		if c.Action != Create && c.Action != Update {
			continue
		}
		s, err := fsys.Stage(c.Path, c.New)
		if err != nil {
			return err
		}
		staged = append(staged, s)
		written[strings.ToLower(c.Path)] = true
	}
	// A stale file whose name differs from a new one in case only is the same
	// file on some systems, and would take the new one with it.
	sameButCase := func(c Change) bool { return written[strings.ToLower(c.Path)] }
	if err := p.remove(fsys, sameButCase); err != nil {
		return err
	}
	for _, s := range staged {
		if err := s.Commit(); err != nil {
			return err
		}
	}
	return p.remove(fsys, func(c Change) bool { return !sameButCase(c) })
}

func (p Plan) remove(fsys FS, which func(Change) bool) error {
	for _, c := range p {
		if c.Action == Remove && which(c) {
			if err := fsys.Remove(c.Path); err != nil {
				return err
			}
		}
	}
	return nil
}
