package generator

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/source"
)

// DefaultWatchInterval is how often [Watch] looks at the definition files
// unless it is told otherwise.
const DefaultWatchInterval = 250 * time.Millisecond

// Watch runs, and runs again whenever the definition files of opts have
// changed, until ctx is over; then it returns nil. After each run, failed ones
// included, it calls report.
//
// It looks at the content of the files every interval (0 means
// [DefaultWatchInterval]), which works on every file system, and waits until
// two looks in a row find the same: an editor that saves in several steps
// causes one run. An *[ArgumentError] of the first run ends it.
func Watch(ctx context.Context, opts Options, interval time.Duration, report func(*Result, error)) error {
	if interval <= 0 {
		interval = DefaultWatchInterval
	}
	w := watcher{ctx: ctx, opts: opts}
	done := w.look()
	result, err := Run(ctx, opts)
	if isArgument(err) {
		return err
	}
	report(result, err)
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for last := done; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		now := w.look()
		if now == last && now != done {
			done = now
			result, err := Run(ctx, opts)
			if err != nil && ctx.Err() != nil {
				return nil // it was broken off; one that came to its end is reported
			}
			report(result, err)
		}
		last = now
	}
}

// watcher knows what the definition files look like.
type watcher struct {
	ctx  context.Context
	opts Options
}

// look returns a hash of the names and contents of all definition files, and
// of whatever keeps one from being read.
func (w *watcher) look() [sha256.Size]byte {
	h := sha256.New()
	fsys := w.opts.fs()
	dirs, err := directories(w.ctx, fsys, w.opts.Paths)
	if err != nil {
		fmt.Fprintf(h, "%q", err.Error())
	}
	for _, dir := range dirs {
		lookAt(h, fsys, dir)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

func lookAt(h io.Writer, fsys output.FS, dir string) {
	files, err := source.ReadDir(subFS{fsys, dir})
	if err != nil {
		fmt.Fprintf(h, "%q", err.Error())
	}
	for _, f := range files {
		fmt.Fprintf(h, "%q %d ", filepath.Join(dir, f.Name), len(f.Data))
		h.Write(f.Data)
	}
}
