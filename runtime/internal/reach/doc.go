// Package reach measures what persistence costs, each figure beside what it is
// to be compared with, in one run, because the figures of two runs differ by
// what else a machine does.
//
//	go test ./runtime/internal/reach -run '^$' -bench . -benchtime 1x -timeout 1h
//
//	benchmark    metric        what is wanted
//	SaveOne      all/one-cpu   100 at 100,000 records: saving all against saving one that changed
//	             all/one-B     the same in bytes written
//	             grown-cpu     1.5 at most at 1,000,000 records: saving one, against 10,000 records
//	             grown-B
//	SaveWait     first-save-ms 5 at most: the longest wait of a writer while a bucket of 1,000,000 is
//	             changes-ms    saved for the first time, saved when all of it has changed, and copied;
//	             backup-ms     idle-ms is the same without a save, collector-ms while the garbage
//	                           collector runs, which it does not in the others
//	Open         json/open     4 with files, 2.5 with SQLite: decoding 1,000,000 records one after
//	                           another with encoding/json, against opening the store
//	Encode       json/noex     3
//	Decode       json/noex     5
//
// The processor time of SaveOne is that of all goroutines. Open and SaveWait
// need a machine with two cores that does nothing else; where it does, Open says
// how much processor time either way took.
package reach

//go:generate go tool noexgen generate
