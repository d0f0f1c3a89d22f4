//go:build unix

package reach

import (
	"encoding/json"
	"runtime"
	"testing"
	"time"

	"context"
)

// BenchmarkOpen opens a store of 1,000,000 people with their indexes, and has
// encoding/json decode the same records one after another.
func BenchmarkOpen(b *testing.B) {
	for name := range adapters {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			s := openStore(b, name, dir)
			fill(b, s, million)
			closeStore(b, s)
			s = nil
			size := int64(0)
			plain := quickest(b, func(measure func(func())) {
				records := load(b, name, dir)
				measure(func() { size = decodeAll(b, records) })
			})
			opened := quickest(b, func(measure func(func())) {
				var s *Store
				measure(func() { s = openStore(b, name, dir) })
				if n := s.People.Len(); n != million {
					b.Fatal(n)
				}
				closeStore(b, s)
			})
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(opened.wall.Seconds(), "open-s")
			b.ReportMetric(opened.cpu.Seconds(), "open-cpu-s")
			b.ReportMetric(plain.cpu.Seconds(), "json-cpu-s")
			b.ReportMetric(plain.wall.Seconds()/opened.wall.Seconds(), "json/open")
			b.ReportMetric(float64(size)/million, "B/record")
		})
	}
}

// took is the time something took.
type took struct{ wall, cpu time.Duration }

// quickest does work three times, and returns the shortest times of the part
// that it wants to be measured.
func quickest(b *testing.B, work func(measure func(func()))) took {
	b.Helper()
	least := took{1 << 62, 1 << 62}
	for range 3 {
		work(func(part func()) {
			runtime.GC()
			before, from := now(b), time.Now()
			part()
			least.wall = min(least.wall, time.Since(from))
			least.cpu = min(least.cpu, before.since(b, 1).cpu)
		})
	}
	return least
}

// load returns the stored records.
func load(b *testing.B, name, dir string) (records [][]byte) {
	b.Helper()
	a := adapter(b, name, dir)
	state, ok, err := a.Load(context.Background(), "reach:bucket:people")
	if err != nil || !ok {
		b.Fatal(ok, err)
	}
	for r, err := range state.Records {
		if err != nil {
			b.Fatal(err)
		}
		records = append(records, r.Value)
	}
	if err := a.(interface{ Close() error }).Close(); err != nil {
		b.Fatal(err)
	}
	return records
}

// decodeAll decodes records as a program without this module would.
func decodeAll(b *testing.B, records [][]byte) (size int64) {
	b.Helper()
	people := make([]*plainPerson, 0, len(records))
	for _, r := range records {
		p := new(plainPerson)
		if err := json.Unmarshal(r, p); err != nil {
			b.Fatal(err)
		}
		people = append(people, p)
		size += int64(len(r))
	}
	if len(people) != million {
		b.Fatal(len(people))
	}
	return size
}

// plainPerson is Person with the tags of encoding/json.
type plainPerson struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	Role      string `json:"role"`
	Age       *int64 `json:"age"`
	Active    bool   `json:"active"`
	Version   uint64 `json:"_version"`
	CreatedAt int64  `json:"_createdAt"`
	UpdatedAt int64  `json:"_updatedAt"`
	ExpiresAt *int64 `json:"_expiresAt"`
}
