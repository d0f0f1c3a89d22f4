package model_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/source"
)

// TestHostileDefinitionsCostAMoment builds files of up to a megabyte that
// would hurt if a step were quadratic. The bound is generous: it is there to
// tell seconds from hours.
func TestHostileDefinitionsCostAMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("builds megabytes")
	}
	repeat := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	const head = "buckets:\n  b:\n    key: id\n    schema:\n      id: { type: string }\n"
	tests := map[string]string{
		"a huge enum":           head + "      e: { type: integer, enum: [" + repeat(60_000, "%d, ") + "] }\n",
		"many fields":           head + repeat(15_000, "      f%d: { type: string }\n"),
		"many indexes":          head + repeat(5_000, "      f%d: { type: string }\n") + "    indexes: [" + repeat(5_000, "f%d, ") + "]\n",
		"many unknown fields":   head + repeat(4_000, "      f%d: { type: string }\n") + "    indexes: [" + repeat(4_000, "g%d, ") + "]\n",
		"many unknown keys":     head + "      e: { " + repeat(30_000, "k%d: 1, ") + " }\n",
		"many buckets":          "buckets:\n" + repeat(8_000, "  b%d: { key: id, schema: { id: { type: string } } }\n"),
		"many nested brackets":  head + "      e: " + strings.Repeat("[", 500_000),
		"many aliases of one":   "buckets:\n  b: &b { key: id, schema: { id: { type: string } } }\n" + repeat(60_000, "  c%d: *b\n"),
		"one very long line":    head + "      e: { type: string, doc: \"" + strings.Repeat("x", 900_000) + "\", bad: 1 }\n",
		"many merges of merges": "buckets:\n  b0: &b0 { key: id }\n" + repeat(20_000, "  c%d: { <<: [*b0, *b0] }\n"),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			files := []source.File{{Name: "noex.yaml", Data: []byte(text)}}
			_, diags := model.Load(files, model.Options{Package: "store"})
			if err := diag.WriteText(io.Discard, diags, source.Lines(files)); err != nil {
				t.Fatal(err)
			}
			if d := time.Since(start); d > time.Minute {
				t.Errorf("%d bytes took %v", len(text), d)
			} else {
				t.Logf("%d bytes took %v", len(text), d.Round(time.Millisecond))
			}
		})
	}
}
