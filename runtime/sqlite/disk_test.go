package sqlite_test

import (
	"database/sql"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// disk is the layer between SQLite and the files of one directory: its n-th
// operation can fail, and it notes what was written and what was brought to the
// disk, so that a test can make the directory that a power cut would have left.
//
//	SQLite (without C) ─▶ disk ─▶ SQLite's own layer ─▶ files
//	adapter ────────────────┘
type disk struct {
	vfs.OS
	dir string

	mu    sync.Mutex
	files map[uintptr]string // names of open files
	ops   []diskOp
	// failAt is the operation that fails, counted from 1, or 0; dead has those
	// behind it fail, too.
	failAt int
	dead   bool
	code   int32 // of writes; others have codes of their own
}

// diskOp is an operation on a file.
type diskOp struct {
	kind string // open, read, write, truncate, sync, delete, or that with "failed " before it
	name string
	off  int64 // of a write, size of a truncate, not 0 for a delete that syncs the directory
	data []byte
}

// OpenFile opens a file whose operations count, too.
func (d *disk) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	if d.step(diskOp{kind: "open", name: name}) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EMFILE}
	}
	f, err := d.OS.OpenFile(name, flag, perm)
	return diskFile{f, d, name}, err
}

type diskFile struct {
	vfs.File
	disk *disk
	name string
}

func (f diskFile) ReadAt(p []byte, off int64) (int, error) {
	if f.disk.step(diskOp{kind: "read", name: f.name}) {
		return 0, syscall.EIO
	}
	return f.File.ReadAt(p, off)
}

func (f diskFile) WriteAt(p []byte, off int64) (int, error) {
	if f.disk.step(diskOp{"write", f.name, off, slices.Clone(p)}) {
		n, _ := f.File.WriteAt(p[:len(p)/2], off)
		return n, syscall.EIO
	}
	return f.File.WriteAt(p, off)
}

func (f diskFile) Sync() error {
	if f.disk.step(diskOp{kind: "sync", name: f.name}) {
		return syscall.EIO
	}
	return f.File.Sync()
}

// current is the disk of the running test. There is one at a time.
var current *disk

// newDisk makes a disk and returns how to open a database on it.
func newDisk(t *testing.T, dir string) (d *disk, open func(*testing.T) *sql.DB) {
	t.Helper()
	register.Do(registerDisk)
	d = &disk{dir: dir, files: map[uintptr]string{}, code: sqlite3.SQLITE_FULL}
	current = d
	return d, func(t *testing.T) *sql.DB {
		t.Helper()
		db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "store.db")+"?vfs="+diskName)
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
}

// fail makes the n-th operation from now on fail, and all behind it if dead.
func (d *disk) fail(n int, dead bool, code int32) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failAt, d.dead, d.code = len(d.ops)+n, dead, code
}

// mend ends the failing, and reports whether there was any.
func (d *disk) mend() (failed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	failed = d.failAt > 0 && len(d.ops) >= d.failAt
	d.failAt = 0
	return failed
}

// count returns how many operations there were.
func (d *disk) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.ops)
}

// step notes an operation and reports whether it has to fail.
func (d *disk) step(op diskOp) (fails bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	fails = d.failAt > 0 && (len(d.ops)+1 == d.failAt || d.dead && len(d.ops)+1 > d.failAt)
	if fails {
		op.kind = "failed " + op.kind
		op.data = op.data[:len(op.data)/2]
	}
	d.ops = append(d.ops, op)
	return fails
}

func (d *disk) name(file uintptr) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.files[file]
}

// after makes, in another directory, what the first n operations leave behind
// when the power is cut: what was synced, and of the rest any of the writes,
// some of them in part. What was to be synced when a sync failed stays as
// uncertain: a later sync does not bring it to the disk, as in Linux.
func (d *disk) after(t *testing.T, n int, chance *rand.Rand, dir string) {
	t.Helper()
	files := map[string]*content{}
	for _, op := range d.ops[:n] {
		c := files[op.name]
		if c == nil || c.gone && op.kind != "delete" {
			c = &content{}
			files[op.name] = c
		}
		switch op.kind {
		case "write", "failed write", "truncate":
			c.loose = append(c.loose, op)
		case "sync":
			for _, op := range c.loose {
				c.apply(op)
			}
			c.loose = nil
			if !c.made { // SQLite syncs the directory, too
				syncNames(files)
			}
		case "failed sync":
			c.lose(chance)
		case "delete":
			c.gone = true
			if op.off != 0 {
				syncNames(files)
			}
		}
	}
	for name, c := range files {
		// A name that was not synced is there or not.
		if c.made == c.gone && chance.IntN(2) == 0 || !c.made && c.gone || strings.HasSuffix(name, "-shm") {
			continue
		}
		c.lose(chance)
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), c.data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// syncNames brings what names there are to the disk.
func syncNames(files map[string]*content) {
	for name, c := range files {
		if c.gone {
			delete(files, name)
		}
		c.made = true
	}
}

// content is a file on a disk.
type content struct {
	data  []byte
	made  bool     // its name is on the disk
	gone  bool     // it was deleted since
	loose []diskOp // what was written since the last sync
}

func (c *content) apply(op diskOp) {
	if op.kind == "truncate" {
		c.data = c.data[:min(op.off, int64(len(c.data)))]
		return
	}
	if more := int(op.off) + len(op.data) - len(c.data); more > 0 {
		c.data = append(c.data, make([]byte, more)...)
	}
	copy(c.data[op.off:], op.data)
}

// lose brings some of what was not synced to the disk, and loses the rest.
func (c *content) lose(chance *rand.Rand) {
	for _, op := range c.loose {
		switch chance.IntN(4) {
		case 0:
			continue
		case 1:
			op.data = op.data[:512*chance.IntN(len(op.data)/512+1)]
		}
		c.apply(op)
	}
	c.loose = nil
}

const diskName = "noex-test-disk"

var (
	register sync.Once
	base     *sqlite3.Tsqlite3_vfs
	// methods are the addresses of our operations on files, by those of the layer
	// below.
	methods sync.Map
	// kept are our functions, which only SQLite points to.
	kept sync.Map
)

// at is the value at an address that SQLite has given.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

// function is a function whose address SQLite has given, and address the
// address of one of ours.
func function[F any](address uintptr) F { return *(*F)(unsafe.Pointer(&address)) }

func address[F any](f F) uintptr {
	kept.Store(&f, nil)
	return *(*uintptr)(unsafe.Pointer(&f))
}

type (
	openFunc     = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	deleteFunc   = func(*libc.TLS, uintptr, uintptr, int32) int32
	closeFunc    = func(*libc.TLS, uintptr) int32
	transferFunc = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	truncateFunc = func(*libc.TLS, uintptr, int64) int32
	syncFunc     = func(*libc.TLS, uintptr, int32) int32
)

// registerDisk makes the layer known to SQLite: a copy of its own with some
// functions replaced.
func registerDisk() {
	tls := libc.NewTLS()
	theirs := sqlite3.Xsqlite3_vfs_find(tls, 0)
	base = at[sqlite3.Tsqlite3_vfs](theirs)
	name, err := libc.CString(diskName)
	if err != nil {
		panic(err)
	}
	ours := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(*base)))
	v := at[sqlite3.Tsqlite3_vfs](ours)
	*v = *base
	v.FzName = name
	v.FxOpen = address[openFunc](func(tls *libc.TLS, _, name, file uintptr, flags int32, out uintptr) int32 {
		path := ""
		if name != 0 {
			path = libc.GoString(name)
		}
		if current.step(diskOp{kind: "open", name: path}) {
			at[sqlite3.Tsqlite3_file](file).FpMethods = 0
			return sqlite3.SQLITE_CANTOPEN
		}
		code := function[openFunc](base.FxOpen)(tls, theirs, name, file, flags, out)
		if f := at[sqlite3.Tsqlite3_file](file); f.FpMethods != 0 {
			m, known := methods.Load(f.FpMethods)
			if !known {
				m = fileMethods(tls, *at[sqlite3.Tsqlite3_io_methods](f.FpMethods))
				methods.Store(f.FpMethods, m)
			}
			f.FpMethods = m.(uintptr)
			current.mu.Lock()
			current.files[file] = path
			current.mu.Unlock()
		}
		return code
	})
	v.FxDelete = address[deleteFunc](func(tls *libc.TLS, _, name uintptr, syncDir int32) int32 {
		if current.step(diskOp{kind: "delete", name: libc.GoString(name), off: int64(syncDir)}) {
			return sqlite3.SQLITE_IOERR_DELETE
		}
		return function[deleteFunc](base.FxDelete)(tls, theirs, name, syncDir)
	})
	if code := sqlite3.Xsqlite3_vfs_register(tls, ours, 0); code != sqlite3.SQLITE_OK {
		panic(code)
	}
}

// fileMethods puts our operations before those of a kind of file, and returns
// where they are.
func fileMethods(tls *libc.TLS, theirs sqlite3.Tsqlite3_io_methods) uintptr {
	ours := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(theirs)))
	m := at[sqlite3.Tsqlite3_io_methods](ours)
	*m = theirs
	m.FxClose = address[closeFunc](func(tls *libc.TLS, file uintptr) int32 {
		current.mu.Lock()
		delete(current.files, file)
		current.mu.Unlock()
		return function[closeFunc](theirs.FxClose)(tls, file)
	})
	m.FxRead = address[transferFunc](func(tls *libc.TLS, file, buf uintptr, n int32, off int64) int32 {
		if current.step(diskOp{kind: "read", name: current.name(file)}) {
			return sqlite3.SQLITE_IOERR_READ
		}
		return function[transferFunc](theirs.FxRead)(tls, file, buf, n, off)
	})
	m.FxWrite = address[transferFunc](func(tls *libc.TLS, file, buf uintptr, n int32, off int64) int32 {
		data := slices.Clone(unsafe.Slice(at[byte](buf), n))
		name := current.name(file)
		if current.step(diskOp{"write", name, off, data}) {
			half := function[transferFunc](theirs.FxWrite)(tls, file, buf, n/2, off)
			return max(current.code, half)
		}
		return function[transferFunc](theirs.FxWrite)(tls, file, buf, n, off)
	})
	m.FxTruncate = address[truncateFunc](func(tls *libc.TLS, file uintptr, size int64) int32 {
		if current.step(diskOp{kind: "truncate", name: current.name(file), off: size}) {
			return sqlite3.SQLITE_IOERR_TRUNCATE
		}
		return function[truncateFunc](theirs.FxTruncate)(tls, file, size)
	})
	m.FxSync = address[syncFunc](func(tls *libc.TLS, file uintptr, flags int32) int32 {
		if current.step(diskOp{kind: "sync", name: current.name(file)}) {
			return sqlite3.SQLITE_IOERR_FSYNC
		}
		return function[syncFunc](theirs.FxSync)(tls, file, flags)
	})
	return ours
}
