package main

import (
	"os"
	"path/filepath"
	"runtime"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/bench/peers"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

// backend is where the generated store is kept.
type backend struct {
	name string
	open func(dir string) (noex.StorageAdapter, error)
}

var backends = []backend{
	{"memory", func(string) (noex.StorageAdapter, error) { return nil, nil }},
	{"file", func(dir string) (noex.StorageAdapter, error) { return file.New(dir), nil }},
	{"sqlite", func(dir string) (noex.StorageAdapter, error) { return sqlite.Open(filepath.Join(dir, "bench.db")) }},
}

// The operations of a backend.
func opInsertOn(backend string) string   { return "insert-on-" + backend }
func opSave1On(backend string) string    { return "save-1-" + backend }
func opSave1000On(backend string) string { return "save-1000-" + backend }
func opOpenOn(backend string) string     { return "open-" + backend }

// measurePersistence measures inserts with and without a backend, and what the
// backend takes to save changes and to load everything.
func measurePersistence(cfg config, r results, data *peers.Data) {
	for _, b := range backends {
		dir, err := os.MkdirTemp("", "noexgen")
		must(err)
		cfg.persist(r, data, b, dir)
		must(os.RemoveAll(dir))
	}
}

func (cfg config) persist(r results, data *peers.Data, b backend, dir string) {
	s := subjectOf(data, func() (peer, error) {
		adapter, err := b.open(dir)
		must(err)
		return peers.OpenNoex(noex.Config{Persistence: noex.PersistenceConfig{Adapter: adapter, OnError: must}})
	})
	warm(data.Size)
	s.open()
	var sum sample
	publisher, release := cfg.publisher()
	for from := 0; from < data.Size; from += bulkSize {
		to := min(from+bulkSize, data.Size)
		for i, id := range insertEach(publisher, s.peer, data.Inputs(from, to), &sum) {
			s.settled(id, from+i)
		}
	}
	release()
	r.add(noexKey(data, opInsertOn(b.name)), sum.perOp())
	if b.name == "memory" {
		s.close()
		return
	}
	flush := func() { must(s.peer.(*peers.Noex).Store.Flush(background)) }
	flush()
	for _, save := range []struct {
		op      string
		records int
	}{{opSave1On(b.name), 1}, {opSave1000On(b.name), 1000}} {
		for range 5 {
			update, _ := prepareUpdate(s, save.records)
			must(s.peer.(*peers.Noex).Batch(func(w peers.Writer) error {
				update(w, 0, save.records)
				return nil
			}))
			r.add(noexKey(data, save.op), float64(wallClock.time(flush)))
		}
	}
	s.close()
	runtime.GC()
	r.add(noexKey(data, opOpenOn(b.name)), float64(wallClock.time(s.open)))
	mustFind(s.peer.(*peers.Noex).Len() == data.Size)
	s.close()
}
