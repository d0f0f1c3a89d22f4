package sqlite_test

import (
	"bufio"
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

const (
	holdPath = "NOEX_TEST_HOLD_DATABASE"
	key      = "shop:bucket:users"
	users    = key
)

// TestMain makes of the test binary a process that holds a database until its
// standard input ends.
func TestMain(m *testing.M) {
	path := os.Getenv(holdPath)
	if path == "" {
		os.Exit(m.Run())
	}
	_, err := sqlite.Open(path)
	fmt.Println(err)
	io.Copy(io.Discard, os.Stdin)
}

func wantLocked(t *testing.T, err error, path string, pid int) {
	t.Helper()
	locked, ok := errors.AsType[*noex.LockedError](err)
	if !ok || !errors.Is(err, noex.ErrLocked) || locked.PID != pid || locked.Path != path {
		t.Fatalf("%v; want a *noex.LockedError of %s with process %d", err, path, pid)
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holdPath+"="+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "<nil>\n" {
		t.Fatalf("the holder says %q, %v", line, err)
	}
	_, err = sqlite.Open(path)
	wantLocked(t, err, path, cmd.Process.Pid)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	in.Close()
	open(t, path)
}

// One lock, whatever the database is called and however it is opened.
func TestSecondAdapterIsRefused(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "store.db"), filepath.Join(dir, "link.db")
	first := open(t, path)
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	_, err := sqlite.Open(link)
	wantLocked(t, err, path, os.Getpid())
	db := openDB(t, path)
	_, err = sqlite.New(db)
	wantLocked(t, err, path, os.Getpid())
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := sqlite.New(db)
	if err != nil {
		t.Fatal(err)
	}
	err = first.Save(t.Context(), key, adaptertest.Sample(1, 1).Persisted())
	wantLocked(t, err, path, os.Getpid())
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(); err != nil {
		t.Errorf("Close closed a database that is not its own: %v", err)
	}
}

func openDB(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func pragma(t *testing.T, db *sql.DB, name string) (value string) {
	t.Helper()
	if err := db.QueryRow("PRAGMA " + name).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestDatabaseIsMarkedAndDurable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "store.db")
	a := open(t, path)
	if err := a.Save(t.Context(), key, adaptertest.Sample(1, 3).Persisted()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal", path + ".lock"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != 0o600 {
			t.Errorf("%s: mode %v", name, info.Mode())
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Error("the WAL is left after Close")
	}
	db := openDB(t, path)
	for name, want := range map[string]string{"journal_mode": "wal", "application_id": "1852794232", "user_version": "1", "integrity_check": "ok"} {
		if got := pragma(t, db, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// A handle whose driver or owner has chosen less is raised to FULL before
// anything is written.
func TestGivenHandleIsMadeDurable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := openDB(t, "file:"+path+"?_synchronous=OFF&_journal_mode=DELETE&_busy_timeout=0")
	db.SetMaxOpenConns(1)
	if got := pragma(t, db, "synchronous"); got != "0" {
		t.Fatalf("synchronous is %s", got)
	}
	if _, err := db.Exec(`CREATE TABLE users (mine TEXT); PRAGMA user_version = 77; PRAGMA application_id = 5`); err != nil {
		t.Fatal(err)
	}
	a, err := sqlite.New(db)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"synchronous": "2", "journal_mode": "wal", "busy_timeout": "5000",
		"user_version": "77", "application_id": "5", // its owner's
	} {
		if got := pragma(t, db, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if _, err := db.Exec(`PRAGMA synchronous = NORMAL`); err != nil {
		t.Fatal(err)
	}
	if err := a.Save(t.Context(), key, adaptertest.Sample(1, 3).Persisted()); err != nil {
		t.Fatal(err)
	}
	if got := pragma(t, db, "synchronous"); got != "2" {
		t.Errorf("synchronous is %s after Save", got)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

func TestNewAdapter(t *testing.T) {
	for _, dsn := range []string{"file", "memory"} {
		t.Run(dsn, func(t *testing.T) {
			adaptertest.Run(t, func(t *testing.T) func() noex.StorageAdapter {
				path := ":memory:"
				if dsn == "file" {
					path = filepath.Join(t.TempDir(), "store.db")
				}
				db := openDB(t, path)
				if dsn == "memory" {
					db.SetMaxOpenConns(1)
				}
				a, err := sqlite.New(db)
				if err != nil {
					t.Fatal(err)
				}
				return func() noex.StorageAdapter { return a }
			})
		})
	}
}

// What is no database of ours is refused and stays as it is.
func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	garbage := bytes.Repeat([]byte("not a database. "), 1000)
	foreign, newer := filepath.Join(dir, "foreign.db"), filepath.Join(dir, "newer.db")
	for path, statement := range map[string]string{
		foreign: `CREATE TABLE x (y); PRAGMA application_id = 12345`,
		newer:   `CREATE TABLE x (y); PRAGMA application_id = 1852794232; PRAGMA user_version = 2`,
	} {
		if _, err := openDB(t, path).Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	bad := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(bad, garbage, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"":                             "a file is needed",
		":memory:":                     "a file is needed",
		dir:                            "",
		foreign:                        "belongs to another program",
		newer:                          "version 2",
		bad:                            "is damaged",
		filepath.Join(bad, "below.db"): "not a directory",
	} {
		before, _ := os.ReadFile(path)
		if _, err := sqlite.Open(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%q): %v; want %q", path, err, want)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
			t.Errorf("Open changed %s", path)
		}
	}
	if _, err := sqlite.Open(bad); !errors.Is(err, noex.ErrCorrupt) {
		t.Errorf("Open of garbage: %v, want noex.ErrCorrupt", err)
	}
}

func TestSaveRefusesWhatIsNoRecord(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "store.db"))
	for _, records := range [][]adaptertest.Record{
		{{Key: `null`, Value: `{}`}}, {{Key: `a`, Value: `{}`}}, {{Key: ``, Value: `{}`}}, {{Key: `1`, Value: `[]`}},
		{{Key: `1`, Value: `{"a":}`}}, {{Key: `1`, Value: "{\"a\":\"\xff\"}"}},
		{{Key: `1`, Value: `{}`}, {Key: `1`, Value: `{}`}},
	} {
		if err := a.Save(t.Context(), key, adaptertest.State{Records: records}.Persisted()); err == nil {
			t.Errorf("%v is accepted", records)
		}
	}
	if _, ok, err := a.Load(t.Context(), key); ok || err != nil {
		t.Errorf("Load: %v, %v", ok, err)
	}
}
