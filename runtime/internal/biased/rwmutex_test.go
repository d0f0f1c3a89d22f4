package biased

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

func newMutex() *RWMutex {
	m := new(RWMutex)
	m.Init()
	return m
}

// calmDown reads until readers are noted in slots.
func calmDown(m *RWMutex) {
	for range m.slots {
		m.Leave(m.Enter())
	}
}

func TestSlotsHaveCacheLinesOfTheirOwn(t *testing.T) {
	if size := unsafe.Sizeof(Slot{}); size != cacheLine {
		t.Errorf("a slot has %d bytes", size)
	}
}

func TestReadersAreNotedOnceNobodyWrites(t *testing.T) {
	m := newMutex()
	for i := range m.slots {
		s := m.Enter()
		if s != nil {
			t.Fatalf("reader %d is noted in a slot", i)
		}
		m.Leave(s)
	}
	noted := func() bool {
		s := m.Enter()
		defer m.Leave(s)
		return s != nil
	}
	if !noted() {
		t.Error("after as many readers as there are slots one is not noted")
	}
	m.Lock()
	if m.TryRLock() {
		t.Error("a reader came in beside a writer")
	}
	m.Unlock()
	if noted() {
		t.Error("after a writer a reader is noted at once")
	}
}

func TestWriterWaitsForReaders(t *testing.T) {
	for name, enter := range map[string]func(m *RWMutex) (leave func()){
		"noted": func(m *RWMutex) func() {
			calmDown(m)
			s := m.Enter()
			if s == nil {
				t.Fatal("not noted")
			}
			return func() { m.Leave(s) }
		},
		"not noted": func(m *RWMutex) func() {
			s := m.Enter()
			return func() { m.Leave(s) }
		},
		"RLock": func(m *RWMutex) func() {
			calmDown(m)
			m.RLock()
			return m.RUnlock
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMutex()
			leave := enter(m)
			var left atomic.Bool
			wrote := make(chan bool)
			go func() {
				m.Lock()
				defer m.Unlock()
				wrote <- left.Load()
			}()
			for range 1000 {
				runtime.Gosched()
			}
			left.Store(true)
			leave()
			if !<-wrote {
				t.Error("a writer came in beside a reader")
			}
		})
	}
}

// TestReadersSeeWholeWrites has readers of each kind and writers at once.
func TestReadersSeeWholeWrites(t *testing.T) {
	const writers, readers, writes = 2, 4, 1000
	m := newMutex()
	var a, b int // equal outside of a write
	var wg sync.WaitGroup
	var done, noted atomic.Int64
	for range writers {
		wg.Go(func() {
			for range writes {
				m.Lock()
				a++
				runtime.Gosched()
				b++
				m.Unlock()
				for calm := m.calm.Load; calm() < uint32(len(m.slots)) && done.Load() == 0; {
					runtime.Gosched() // so that every write comes in calm times
				}
			}
			done.Add(1)
		})
	}
	for i := range readers {
		wg.Go(func() {
			for done.Load() < writers {
				runtime.Gosched()
				if i == 0 {
					m.RLock()
					if a != b {
						t.Error("half a write")
					}
					m.RUnlock()
					continue
				}
				s := m.Enter()
				if a != b {
					t.Error("half a write")
				}
				if s != nil {
					noted.Add(1)
				}
				m.Leave(s)
			}
		})
	}
	wg.Wait()
	if a != writers*writes || b != a {
		t.Errorf("%d and %d writes of %d", a, b, writers*writes)
	}
	if noted.Load() == 0 {
		t.Error("no reader was noted in a slot")
	}
}

// BenchmarkRead compares both ways to read on all cores.
func BenchmarkRead(b *testing.B) {
	m := newMutex()
	calmDown(m)
	guarded := 1
	b.Run("Enter", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			sum := 0
			for pb.Next() {
				s := m.Enter()
				sum += guarded
				m.Leave(s)
			}
			_ = sum
		})
	})
	b.Run("RLock", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			sum := 0
			for pb.Next() {
				m.RLock()
				sum += guarded
				m.RUnlock()
			}
			_ = sum
		})
	})
}

// BenchmarkWrite shows what a write takes alone, and after calm times.
func BenchmarkWrite(b *testing.B) {
	m := newMutex()
	guarded := 0
	write := func() {
		m.Lock()
		guarded++
		m.Unlock()
	}
	b.Run("alone", func(b *testing.B) {
		for b.Loop() {
			write()
		}
	})
	b.Run("calm", func(b *testing.B) {
		for b.Loop() {
			m.calm.Store(slots)
			m.noting.Store(true)
			write()
		}
	})
}
