package memory_test

import (
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/memory"
)

func TestAdapter(t *testing.T) {
	adaptertest.Run(t, func(*testing.T) func() noex.StorageAdapter {
		a := memory.New()
		return func() noex.StorageAdapter { return a }
	})
}

func TestQuarantinedStateIsKept(t *testing.T) {
	a := memory.New()
	if err := a.Save(t.Context(), "a:bucket:b", adaptertest.Sample(1, 3).Persisted()); err != nil {
		t.Fatal(err)
	}
	name, err := a.Quarantine(t.Context(), "a:bucket:b")
	if err != nil {
		t.Fatal(err)
	}
	p, ok, err := a.Load(t.Context(), name)
	if err != nil || !ok {
		t.Fatalf("Load(%q): %v, %v", name, ok, err)
	}
	if got, err := adaptertest.ReadState(p); err != nil || len(got.Records) != 3 {
		t.Errorf("got %v, %v", got, err)
	}
}
