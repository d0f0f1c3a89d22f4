package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// holes are the ways in which the original lost data or said something wrong, by
// their numbers in the survey of it, and the tests that hold them shut: the
// directory below the module's root, a function, and a case of it.
var holes = []struct {
	number int
	hole   string
	tests  [][3]string
}{
	{1, "a bucket that could not be loaded is saved empty over its data", [][3]string{
		{inConformance, "TestPersistenceFailingLoad", "a bucket nobody wrote to is left as it was, at Close as well"},
		{inFile, "TestDamagedFileStaysAsItIs", ""},
		{inFile, "TestEveryFlippedBitIsDetectedOrHarmless", ""},
		{inSQLite, "TestDamagedTableIsReported", ""}}},
	{2, "an I/O error when loading counts as no data", [][3]string{
		{inFile, "TestLoadReportsEveryFault", ""},
		{inConformance, "TestPersistenceFailingLoad", "an adapter that can: it is set aside before the first save"}}},
	{3, "nothing is synced", [][3]string{
		{inFile, "TestCrashAtEveryOperation", ""},
		{inSQLite, "TestPowerCutAtEveryOperation", ""},
		{inCrash, "TestPowerCut", ""}}},
	{4, "a power cut leaves an empty file, and that is saved over", [][3]string{
		{inFile, "TestCrashAtEveryOperation", ""},
		{inFile, "TestEveryTruncationIsDetected", ""},
		{inCrash, "TestPowerCut", "xfs"}}},
	{5, "two processes write to one directory", [][3]string{
		{inFile, "TestSecondProcessIsRefused", ""},
		{inSQLite, "TestSecondProcessIsRefused", ""},
		{inConformance, "TestStore", "a second running store of the same name on the same adapter is refused"}}},
	{6, "two keys share a file", [][3]string{
		{inFile, "TestNoTwoKeysShareAName", ""}}},
	{7, "an insert overwrites a record of the same key", [][3]string{
		{inConformance, "TestCRUDKeys", "existing key is not overwritten by insert"}}},
	{8, "autoincrement gives a number that a record has", [][3]string{
		{inConformance, "TestCRUDKeys", "autoincrement jumps over explicit keys and never gives a number again"}}},
	{9, "an insert that is rejected evicts a record", [][3]string{
		{inConformance, "TestMaxSize", "an insert that is rejected evicts nothing"}}},
	{10, "a save that failed is not tried again", [][3]string{
		{inConformance, "TestPersistenceFailingSave", "it is tried again without another mutation, at growing intervals"},
		{inFile, "TestFaultAtEveryOperation", ""},
		{inSQLite, "TestFaultAtEveryOperation", ""}}},
	{11, "flush and stop succeed although saves fail", [][3]string{
		{inConformance, "TestPersistenceFailingSave", "it is tried again by Flush, which returns the error of what is not saved"},
		{inConformance, "TestPersistenceFailingSave", "the others are saved, at Close as well, which returns the error"}}},
	{12, "saves of a bucket overlap and come in another order", [][3]string{
		{inConformance, "TestPersistenceDebounce", "a mutation during a save is saved after it; saves of a bucket never overlap"}}},
	{13, "flush and stop do not wait for a save under way", [][3]string{
		{inConformance, "TestPersistenceClose", "Close waits for the save under way and saves what came after it"}}},
	{14, "closing removes the files of saves of others", [][3]string{
		{inFile, "TestOpenRemovesOnlyItsOwnLeftovers", ""}}},
	{15, "writes are accepted while the store is closed, and lost", [][3]string{
		{inConformance, "TestPersistenceClose", "an accepted write is saved, a refused one is not, when writers race with Close"}}},
	{16, "clear is not persisted, and no event", [][3]string{
		{inConformance, "TestPersistence", "clear is persisted"},
		{inConformance, "TestEvents", "clear emits one deleted event a record"},
		{inProof, "TestReactSubscribe", "clear"}}},
	{17, "a bucket whose name has a dot is never saved", [][3]string{
		{"golden/errors/bad-names", `the bucket name "my.users" must begin with a letter`, ""}}},
	{18, "saves depend on the event bus", [][3]string{
		{inConformance, "TestPersistenceClose", "a handler that does not return holds up no save"}}},
	{19, "a transaction is halved on disk", [][3]string{
		{inConformance, "TestPersistenceChanges", "what storage has between two calls is what one commit has left"},
		{inCrash, "TestKilledWriters", ""},
		{inFile, "TestCrashAtEveryOperation", ""},
		{inSQLite, "TestPowerCutAtEveryOperation", ""}}},
	{20, "a transaction shows before it is committed, or in part", [][3]string{
		{inProof, "TestHistories", ""},
		{inProof, "TestTxCommit", "writes in two buckets: both applied, at one revision"}}},
	{21, "a rollback takes back what others wrote", [][3]string{
		{inProof, "TestHistories", ""},
		{inProof, "TestTxCommit", "the function's error rolls back: no trace, no event"}}},
	{22, "write skew and phantoms", [][3]string{
		{inProof, "TestTxConflicts", ""}}},
	{23, "ttl and maxSize do not hold in transactions", [][3]string{
		{inProof, "TestTxLifetime", "ttl holds inside"},
		{inProof, "TestTxLifetime", "maxSize holds inside"}}},
	{24, "expired records are seen until the sweep", [][3]string{
		{inConformance, "TestTTL", "expired records are invisible before the sweep, in every read"}}},
	{25, "a call that timed out is applied later", [][3]string{
		{inConformance, "TestPersistenceDebounce", "Flush gives up when its context is done"},
		{inProof, "TestTxCommit", "a closed store refuses the commit"}}},
	{26, "a crash inside loses the state", [][3]string{
		{inConformance, "TestUpdate", "a panic in Modify reaches its caller and leaves the store usable"},
		{inProof, "TestTxCommit", "a panic of the function rolls back and passes on"}}},
	{27, "a default that two records share makes every save fail", [][3]string{
		{inConformance, "TestGeneratedDefaults", "a default is made for each record: none shares another's object"}}},
	{28, "one value that cannot be written blocks the bucket", [][3]string{
		{"golden/nested", "TestIssuesNameTheWholePath", ""},
		{inConformance, "TestValidation", "number NaN or infinite is refused"}}},
	{29, "infinities and NaN become null", [][3]string{
		{inConformance, "TestValidation", "number NaN or infinite is refused"}}},
	{30, "records are handed out by reference", [][3]string{
		{inConformance, "TestCRUDAliasing", "does not alias the store"}}},
	{31, "no check of the schema and no migration", [][3]string{
		{inEvolution, "TestMigrationsRunInOrderAndKeepTheStateBefore", ""},
		{inEvolution, "TestWhatDoesNotFitIsRefusedAndNothingChanges", ""},
		{inEvolution, "TestNewerDataIsRefused", ""},
		{"golden/nested", "TestUnknownMembersOfNestedObjectsAreWrittenBack", ""}}},
	{32, "a new unique index over duplicates", [][3]string{
		{inEvolution, "TestWhatDoesNotFitIsRefusedAndNothingChanges", "new unique index over duplicates"}}},
	{33, "what was deleted comes back", [][3]string{
		{inFile, "TestQuarantineAndDeleteSurviveEveryFault", ""},
		{"runtime/internal/adaptertest", "deletes", ""}}},
	{34, "the name of a store depends on the order of starts", [][3]string{
		{inConformance, "TestStore", "without a name the store has that of its definition"}}},
	{35, "a file without a checksum, or changed beside it, is accepted", [][3]string{
		{inFile, "TestForeignFiles", "no checksum"},
		{inFile, "TestEveryFlippedBitIsDetectedOrHarmless", ""}}},
	{36, "a callback that throws ends the process", [][3]string{
		{inConformance, "TestPersistenceFailingSave", "a panic of OnError is contained"},
		{inConformance, "TestEventsOfHandlersThatMisbehave", "a handler that panics is contained"}}},
	{37, "a save stops the world and doubles the memory", [][3]string{
		{inConformance, "TestPersistenceDebounce", "a mutation during a save is saved after it"},
		{"runtime/internal/reach", "BenchmarkSaveWait", ""}}},
	{38, "no way to flush", [][3]string{
		{inConformance, "TestPersistenceDebounce", "Flush saves at once"}}},
	{39, "live queries miss changes, or deliver an older result last", [][3]string{
		{inProof, "TestLiveRaces", ""},
		{inProof, "TestLiveDelivery", ""}}},
}

const (
	inConformance = "runtime/internal/conformance"
	inCrash       = "runtime/internal/crash"
	inEvolution   = "runtime/internal/evolution"
	inFile        = "runtime/file"
	inProof       = "runtime/internal/proof"
	inSQLite      = "runtime/sqlite"
)

func TestEveryHoleOfTheOriginalHasItsTest(t *testing.T) {
	texts := map[string]string{}
	read := func(dir string) string {
		if _, ok := texts[dir]; !ok {
			paths, err := filepath.Glob(filepath.Join("..", "..", "..", filepath.FromSlash(dir), "*"))
			if err != nil || len(paths) == 0 {
				t.Fatalf("nothing in %s: %v", dir, err)
			}
			for _, path := range paths {
				if info, err := os.Stat(path); err != nil || info.IsDir() || filepath.Base(path) == "holes_test.go" {
					continue
				}
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				texts[dir] += string(text)
			}
		}
		return texts[dir]
	}
	for i, h := range holes {
		if h.number != i+1 || len(h.tests) == 0 {
			t.Errorf("hole %d stands in place %d, with %d tests", h.number, i+1, len(h.tests))
		}
		for _, test := range h.tests {
			for _, text := range test[1:] {
				if !strings.Contains(read(test[0]), text) {
					t.Errorf("hole %d, %s: there is no %q in %s", h.number, h.hole, text, test[0])
				}
			}
		}
	}
}
