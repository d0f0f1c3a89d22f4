package generator

import (
	"context"
	"errors"
	"fmt"

	"github.com/noexgen/noexgen/generator/emit"
	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/source"
)

// Run generates the packages of opts. The Result is never nil and says what
// was found even when there is an error; after ErrInvalid, an *ArgumentError
// or an *output.ForeignError nothing was written.
func Run(ctx context.Context, opts Options) (*Result, error) {
	fsys := opts.fs()
	result := new(Result)
	var jobs []*job
	err := result.each(ctx, opts, func(dir string, files []source.File) error {
		j := &job{dir: dir, files: files}
		jobs = append(jobs, j)
		var known bool
		if j.plan, known = opts.memory().recall(fsys, dir, files); known {
			return nil
		}
		said := len(result.Diagnostics)
		var err error
		j.pkg, err = result.load(fsys, dir, files)
		j.quiet = len(result.Diagnostics) == said
		return err
	})
	if err != nil {
		return result, err
	}
	var plan output.Plan
	var errs []error
	for i, j := range jobs {
		if opts.Progress != nil {
			opts.Progress(fmt.Sprintf("generating package %d of %d", i+1, len(jobs)))
		}
		if err := ctx.Err(); err != nil {
			return result, err
		}
		if j.pkg != nil {
			var err error
			j.plan, err = j.pkg.plan(fsys, opts.Emitters)
			errs = append(errs, err)
		}
		plan = append(plan, j.plan...)
	}
	if err := errors.Join(errs...); err != nil {
		return result, err
	}
	if !opts.DryRun {
		if err := plan.Apply(fsys); err != nil {
			return result, err
		}
	}
	for _, j := range jobs {
		if j.quiet {
			opts.memory().note(j.dir, j.pkg.Name, j.files, j.plan)
		}
	}
	result.Plan = plan
	return result, nil
}

// job is a directory to generate a package in.
type job struct {
	dir   string
	files []source.File
	pkg   *Package // nil if the plan was known
	quiet bool     // there is nothing to say about pkg
	plan  output.Plan
}

// plan makes the files of p and compares them with what is there.
func (p *Package) plan(fsys output.FS, emitters []Emitter) (output.Plan, error) {
	emitted, err := emit.Package(p.Package, emit.Options{Version: Version})
	if err != nil {
		return nil, fmt.Errorf("package %s: %w", p.Name, err)
	}
	var files []output.File
	for _, f := range emitted {
		files = append(files, output.File(f))
	}
	for _, more := range emitters {
		extra, err := more(p.Package)
		if err != nil {
			return nil, fmt.Errorf("package %s: %w", p.Name, err)
		}
		files = append(files, extra...)
	}
	return output.New(fsys, p.Dir, files)
}
