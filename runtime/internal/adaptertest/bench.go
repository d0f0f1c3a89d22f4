package adaptertest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/codec"
)

// Benchmark measures whole saves and loads of 100,000 records of about 300
// bytes with random keys, and changes of one record of them.
func Benchmark(b *testing.B, storage func(b *testing.B) noex.StorageAdapter) {
	const n = 100_000
	state := benchState(n)
	size := int64(0)
	for _, r := range state.Records {
		size += int64(len(r.Key) + len(r.Value))
	}
	b.Run("Save", func(b *testing.B) {
		a := storage(b)
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			if err := a.Save(b.Context(), users, state.Persisted()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Load", func(b *testing.B) {
		a := storage(b)
		if err := a.Save(b.Context(), users, state.Persisted()); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			p, ok, err := a.Load(b.Context(), users)
			if err != nil || !ok {
				b.Fatal(ok, err)
			}
			got := 0
			for _, err := range p.Records {
				if err != nil {
					b.Fatal(err)
				}
				got++
			}
			if got != n {
				b.Fatalf("%d records", got)
			}
		}
	})
	if _, ok := storage(b).(noex.ChangeAdapter); !ok {
		return
	}
	b.Run("SaveOneChange", func(b *testing.B) {
		a := storage(b).(noex.ChangeAdapter)
		if err := a.Save(b.Context(), users, state.Persisted()); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			r := state.Records[i*7919%n]
			list := []Change{{noex.Updated, r.Key, fmt.Sprintf(`{"i":%d,%s`, i, r.Value[1:])}}
			if err := a.SaveChanges(b.Context(), []noex.BucketChanges{batch(users, i, list, nil)}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func benchState(n int) State {
	rnd := rand.New(rand.NewPCG(1, 2))
	s := State{Counter: int64(n), Metadata: noex.Metadata{PersistedAt: 1700000000000, ServerID: "shop", SchemaVersion: 1}}
	for i := range n {
		key := fmt.Sprintf(`"%08x-%04x-4%03x-8%03x-%012x"`, rnd.Uint32(), rnd.Uint32()>>16, rnd.Uint32()>>20, rnd.Uint32()>>20, rnd.Uint64()>>16)
		s.Records = append(s.Records, Record{key, fmt.Sprintf(
			`{"id":%s,"name":"Name of person %d","email":"person%d@example.com","role":"user","age":%d,"score":%s,"active":true,`+
				`"tags":["one","two","three"],"address":{"street":"%d Main Street","city":"Springfield"},`+
				`"_version":%d,"_createdAt":1795391039028,"_updatedAt":1795391039028}`,
			key, i, i, i%90, codec.AppendFloat(nil, rnd.Float64()), i%500, i%9+1)})
	}
	return s
}
