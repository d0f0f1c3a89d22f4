// Package sqlite stores buckets in a SQLite database, one row a record.
//
// The one idea: a save is one SQL transaction, whatever it changes, so the
// database does for atomicity and durability what it does best, and any SQLite
// tool can read the data.
//
//	noex_buckets      one row a bucket: key, counter, metadata
//	noex_records_<id> one row a record of bucket <id>, in bucket order:
//	                  pos, key, record (both JSON), crc
//	users             a view with one column a field, see [Adapter.Describe]
//
// The order of the rows is the order of the bucket: an updated record keeps its
// pos, an inserted one gets the next. A table for each bucket, with pos for its
// rowid and an index on the keys that a full save builds last, is written two to
// four times as fast as one table WITHOUT ROWID with the primary key (bucket,
// key), and read two to five times as fast, in order and without sorting. The crc
// is the CRC-32C of key, a zero byte and record; who changes a record by SQL sets
// it to NULL.
//
// # Durability
//
// The database is in WAL mode, and every transaction runs with
// synchronous=FULL, set and read back on its connection, so that what was saved
// survives a power cut; drivers have other defaults. Since a full save replaces
// a bucket's table within the transaction, readers see the old one until the
// commit.
//
// A sync that fails leaves pages that nobody brings to the disk any more: the
// operating system takes them for written. So after a commit that failed, and
// when a database is opened whose WAL another process has left, the WAL is
// written once more, byte for byte, before anything relies on it.
//
// Opening a database does not check all of it: SQLite recovers the WAL, whose
// frames have checksums, and every row that is loaded is checked against its
// crc. For a check of all pages run PRAGMA quick_check with any tool.
// [Adapter.Backup] copies the database while stores use it.
//
// # Locking
//
// One adapter at a time has a database: it holds a lock on the file
// <database>.lock, beside it. Others get a *noex.LockedError. The lock is for
// adapters only; tools may open the database meanwhile, and read it.
//
// This package needs a C compiler, because it imports the driver
// github.com/mattn/go-sqlite3. [New] takes a handle of any driver.
package sqlite
