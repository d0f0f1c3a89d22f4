package generator

import (
	"context"
	"errors"
	"fmt"

	"github.com/noexgen/noexgen/generator/emit"
	"github.com/noexgen/noexgen/generator/output"
)

// Run generates the packages of opts. The Result is never nil and says what
// was found even when there is an error; after ErrInvalid, an *ArgumentError
// or an *output.ForeignError nothing was written.
func Run(ctx context.Context, opts Options) (*Result, error) {
	result, err := Check(ctx, opts)
	if err != nil {
		return result, err
	}
	fsys := opts.fs()
	var plan output.Plan
	var errs []error
	for i, pkg := range result.Packages {
		if opts.Progress != nil {
			opts.Progress(fmt.Sprintf("generating package %d of %d", i+1, len(result.Packages)))
		}
		if err := ctx.Err(); err != nil {
			return result, err
		}
		changes, err := pkg.plan(fsys, opts.Emitters)
		plan = append(plan, changes...)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return result, err
	}
	if !opts.DryRun {
		if err := plan.Apply(fsys); err != nil {
			return result, err
		}
	}
	result.Plan = plan
	return result, nil
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
