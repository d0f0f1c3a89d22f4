//go:build unix

package reach

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/codec"
)

// people are records, with their JSON.
func people(b *testing.B) (records []Person, texts [][]byte) {
	b.Helper()
	s, err := Open(b.Context(), noex.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer closeStore(b, s)
	fill(b, s, 1000)
	records = slices.Collect(s.People.All())
	for i := range records {
		texts = append(texts, codec.CloseObject(appendPerson(nil, &records[i], codec.Stored), 0, nil))
	}
	return records, texts
}

// BenchmarkEncode writes records with generated code, and with encoding/json.
func BenchmarkEncode(b *testing.B) {
	records, texts := people(b)
	plain := make([]plainPerson, len(records))
	for i, text := range texts {
		if err := json.Unmarshal(text, &plain[i]); err != nil {
			b.Fatal(err)
		}
	}
	var buf []byte
	compare(b,
		func(i int) { buf = codec.CloseObject(appendPerson(buf[:0], &records[i], codec.Stored), 0, nil) },
		func(i int) { buf, _ = json.Marshal(&plain[i]) })
}

// BenchmarkDecode reads records likewise.
func BenchmarkDecode(b *testing.B) {
	_, texts := people(b)
	var d codec.Decoder
	compare(b,
		func(i int) {
			var p Person
			d.Reset(texts[i])
			decodePerson(&d, &p)
			if err := d.End(); err != nil {
				b.Fatal(err)
			}
		},
		func(i int) {
			var p plainPerson
			if err := json.Unmarshal(texts[i], &p); err != nil {
				b.Fatal(err)
			}
		})
}

// compare measures both ways for 1,000 records, in turns, and takes the shortest
// times.
func compare(b *testing.B, ours, theirs func(i int)) {
	b.Helper()
	least := [2]time.Duration{1 << 62, 1 << 62}
	for range 50 * b.N {
		for k, work := range []func(int){ours, theirs} {
			from := time.Now()
			for i := range 1000 {
				work(i)
			}
			least[k] = min(least[k], time.Since(from))
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(least[0].Nanoseconds())/1000, "noex-ns")
	b.ReportMetric(float64(least[1].Nanoseconds())/1000, "json-ns")
	b.ReportMetric(float64(least[1])/float64(least[0]), "json/noex")
}
