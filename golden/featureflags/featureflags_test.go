package featureflags_test

import (
	"testing"

	"github.com/noexgen/noexgen/golden/featureflags"
	"github.com/noexgen/noexgen/golden/goldentest"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

func TestTheGuidesExercise(t *testing.T) {
	cfg := noex.Config{Persistence: noex.PersistenceConfig{Adapter: memory.New()}}
	first, err := featureflags.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, err = first.Flags.InsertMany([]featureflags.FlagInput{
		{Name: "dark-mode", Enabled: true, Description: noex.Some("Dark theme"), Percentage: noex.Some(100.0)},
		{Name: "new-checkout", Enabled: true, Description: noex.Some("Redesigned checkout"), Percentage: noex.Some(50.0)},
		{Name: "beta-api", Enabled: false, Description: noex.Some("Beta API endpoints")},
	})
	if err != nil {
		t.Fatal(err)
	}
	goldentest.Must[featureflags.EvaluationCache](t)(first.EvaluationCache.Insert(featureflags.EvaluationCacheInput{
		FlagName: "dark-mode", UserID: "u", Result: true, EvaluatedAt: 1,
	}))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := featureflags.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if second.Flags.Len() != 3 || second.EvaluationCache.Len() != 0 {
		t.Errorf("%d flags and %d evaluations", second.Flags.Len(), second.EvaluationCache.Len())
	}
	if enabled := second.Flags.ByEnabled(true); len(enabled) != 2 || enabled[0].Name != "dark-mode" {
		t.Errorf("enabled are %+v", enabled)
	}
	if beta, _ := second.Flags.Get("beta-api"); beta.Percentage != 100 {
		t.Errorf("the default became %v", beta.Percentage)
	}
}
