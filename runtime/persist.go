package noex

type persister struct{}
func newPersister(s *Store) *persister { return nil }
func (p *persister) load(any) error { return nil }
func (p *persister) closeAdapter() error { return nil }
func (p *persister) run() {}
func (p *persister) close() error { return nil }
func (p *persister) flush(any) error { return nil }
func (p *persister) noteCommit() bool { return false }
func (p *persister) wake() {}
func (p *persister) add(any) {}
func newStoredBucket(a, b any) any { return nil }
type bucketSaves[K any] struct{}
func (s *bucketSaves[K]) inserted(uint32) {}
func (s *bucketSaves[K]) updated(uint32) {}
func (s *bucketSaves[K]) deleted(uint32, K) {}
