// Command featureflags answers the four questions of the persistence guide's
// exercise: flags are kept over a restart and can be queried by their index,
// cached evaluations are gone.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/noexgen/noexgen/example/featureflags/store"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "featureflags:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer) error {
	// Both runs share one adapter, which keeps the data within the process.
	cfg := noex.Config{Persistence: noex.PersistenceConfig{Adapter: memory.New()}}
	for _, run := range []func(io.Writer, *store.Store) error{populate, restarted} {
		s, err := store.Open(ctx, cfg)
		if err != nil {
			return err
		}
		if err := errors.Join(run(w, s), s.Close()); err != nil {
			return err
		}
	}
	return nil
}

// populate answers questions 1 and 2.
func populate(w io.Writer, s *store.Store) error {
	flags, err := s.Flags.InsertMany([]store.FlagInput{
		{Name: "dark-mode", Enabled: true, Description: noex.Some("Dark theme"), Percentage: noex.Some(100.0)},
		{Name: "new-checkout", Enabled: true, Description: noex.Some("Redesigned checkout"), Percentage: noex.Some(50.0)},
		{Name: "beta-api", Enabled: false, Description: noex.Some("Beta API endpoints")},
	})
	if err != nil {
		return err
	}
	cached, err := s.EvaluationCache.Insert(store.EvaluationCacheInput{
		FlagName: "dark-mode", UserID: "u1", Result: true, EvaluatedAt: float64(time.Now().UnixMilli()),
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "1. evaluationCache holds %d result: %s is %t for %s\n", s.EvaluationCache.Len(), cached.FlagName, cached.Result, cached.UserID)
	fmt.Fprintf(w, "2. flags holds %d flags:\n", len(flags))
	for _, f := range flags {
		fmt.Fprintf(w, "   %s: enabled %t, %g%%\n", f.Name, f.Enabled, f.Percentage)
	}
	return nil
}

// restarted answers questions 3 and 4.
func restarted(w io.Writer, s *store.Store) error {
	fmt.Fprintf(w, "3. After the restart flags has %d records, evaluationCache has %d\n", s.Flags.Len(), s.EvaluationCache.Len())
	fmt.Fprintln(w, "4. Flags can be queried by enabled, since the index was rebuilt from what was restored:")
	for _, f := range s.Flags.ByEnabled(true) {
		fmt.Fprintf(w, "   %s (%s)\n", f.Name, f.Description.Or("no description"))
	}
	return nil
}
