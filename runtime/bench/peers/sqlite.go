package peers

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	_ "github.com/mattn/go-sqlite3" // the driver sqlite3
)

// sqlite is mattn/go-sqlite3 with a database in memory, on one connection, with
// prepared statements.
type sqlite struct {
	sqlSession
	db    *sql.DB
	stmts map[string]*sql.Stmt
}

const sqlSchema = `
CREATE TABLE users (
	id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, role TEXT NOT NULL, city TEXT NOT NULL,
	age INTEGER NOT NULL, score INTEGER NOT NULL, active INTEGER NOT NULL,
	version INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX users_role ON users(role);
CREATE INDEX users_city ON users(city);
CREATE TABLE accounts (owner TEXT PRIMARY KEY, balance INTEGER NOT NULL) WITHOUT ROWID;
`

const sqlColumns = `id, name, email, role, city, age, score, active, version, created, updated`

// The statements, by what they do.
const (
	sqlInsert    = `INSERT INTO users (` + sqlColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlGet       = `SELECT ` + sqlColumns + ` FROM users WHERE id = ?`
	sqlByEmail   = `SELECT ` + sqlColumns + ` FROM users WHERE email = ?`
	sqlByCity    = `SELECT ` + sqlColumns + ` FROM users WHERE city = ?`
	sqlSumAges   = `SELECT SUM(age) FROM users WHERE city = ?`
	sqlCountRole = `SELECT COUNT(*) FROM users WHERE role = ?`
	sqlCountAge  = `SELECT COUNT(*) FROM users WHERE age = ?`
	sqlLen       = `SELECT COUNT(*) FROM users`
	sqlSetAge    = `UPDATE users SET age = ?, version = version + 1, updated = ? WHERE id = ?`
	sqlSetRole   = `UPDATE users SET role = ?, version = version + 1, updated = ? WHERE id = ?`
	sqlDelete    = `DELETE FROM users WHERE id = ?`
	sqlAccount   = `INSERT INTO accounts (owner, balance) VALUES (?, 0)`
	sqlPay       = `UPDATE accounts SET balance = balance + ? WHERE owner = ?`
	sqlEarn      = `UPDATE users SET score = score + ?, version = version + 1, updated = ? WHERE id = ?`
	sqlRange     = `SELECT ` + sqlColumns + ` FROM users WHERE score BETWEEN ? AND ? ORDER BY score`
	sqlTop       = `SELECT ` + sqlColumns + ` FROM users ORDER BY score DESC LIMIT ?`
	sqlSize      = `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`
)

var sqlStatements = []string{
	sqlInsert, sqlGet, sqlByEmail, sqlByCity, sqlSumAges, sqlCountRole, sqlCountAge,
	sqlLen, sqlSetAge, sqlSetRole, sqlDelete, sqlAccount, sqlPay, sqlEarn, sqlRange, sqlTop, sqlSize,
}

func openSQLite() (Peer, error) { return newSQLite("") }

func openSQLiteRanked() (Ranked, error) {
	return newSQLite(`CREATE INDEX users_score ON users(score);`)
}

func newSQLite(more string) (*sqlite, error) {
	db, err := sql.Open("sqlite3", "file::memory:?_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // each connection has a database of its own
	if _, err := db.Exec(sqlSchema + more); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &sqlite{db: db, stmts: map[string]*sql.Stmt{}}
	s.stmt = func(text string) *sql.Stmt { return s.stmts[text] }
	for _, text := range sqlStatements {
		if s.stmts[text], err = db.Prepare(text); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return s, nil
}

// sqlSession performs statements, each in a transaction of its own or all in
// one.
type sqlSession struct{ stmt func(text string) *sql.Stmt }

func (s sqlSession) exec(text string, args ...any) error {
	_, err := s.stmt(text).Exec(args...)
	return err
}

// change performs a statement that has to change one row.
func (s sqlSession) change(text string, args ...any) error {
	res, err := s.stmt(text).Exec(args...)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

func (s sqlSession) number(text string, args ...any) (n int64) {
	must(s.stmt(text).QueryRow(args...).Scan(&n))
	return n
}

func (s sqlSession) list(text string, args ...any) (list []User) {
	rows, err := s.stmt(text).Query(args...)
	must(err)
	defer rows.Close()
	for rows.Next() {
		var u User
		must(scanUser(rows.Scan, &u))
		list = append(list, u)
	}
	must(rows.Err())
	return list
}

func scanUser(scan func(...any) error, u *User) error {
	return scan(&u.ID, &u.Name, &u.Email, &u.Role, &u.City, &u.Age, &u.Score, &u.Active,
		&u.Version, (*int64)(&u.CreatedAt), (*int64)(&u.UpdatedAt))
}

func (s sqlSession) one(text, value string) (u User, ok bool) {
	err := scanUser(s.stmt(text).QueryRow(value).Scan, &u)
	if errors.Is(err, sql.ErrNoRows) {
		return User{}, false
	}
	must(err)
	return u, true
}

func (s sqlSession) Get(id string) (User, bool)        { return s.one(sqlGet, id) }
func (s sqlSession) ByEmail(email string) (User, bool) { return s.one(sqlByEmail, email) }

func (s sqlSession) AgeOf(id string) (int64, bool) {
	u, ok := s.Get(id)
	return u.Age, ok
}

func (s sqlSession) AgeByEmail(email string) (int64, bool) {
	u, ok := s.ByEmail(email)
	return u.Age, ok
}

func (s sqlSession) ByCity(city string) []User { return s.list(sqlByCity, city) }
func (s sqlSession) SumAges(city string) int64 { return s.number(sqlSumAges, city) }
func (s sqlSession) CountRole(role Role) int   { return int(s.number(sqlCountRole, string(role))) }
func (s sqlSession) CountAge(age int64) int    { return int(s.number(sqlCountAge, age)) }
func (s sqlSession) Len() int                  { return int(s.number(sqlLen)) }

func (s sqlSession) Insert(in Input) (string, error) {
	u, err := newUser(&in)
	if err != nil {
		return "", err
	}
	err = s.exec(sqlInsert, u.ID, u.Name, u.Email, string(u.Role), u.City, u.Age, u.Score, u.Active,
		int64(u.Version), int64(u.CreatedAt), int64(u.UpdatedAt))
	if err != nil && strings.Contains(err.Error(), "UNIQUE") {
		err = fmt.Errorf("%w: %w", ErrDuplicate, err)
	}
	return u.ID, err
}

func (s sqlSession) SetAge(id string, age int64) error {
	if age < 0 || age > 150 {
		return ErrInvalid
	}
	return s.change(sqlSetAge, age, now(), id)
}

func (s sqlSession) SetRole(id string, role Role) error {
	if !role.Valid() {
		return ErrInvalid
	}
	return s.change(sqlSetRole, string(role), now(), id)
}

func (s sqlSession) Delete(id string) error { return s.change(sqlDelete, id) }

// transact performs statements in one transaction.
func (s *sqlite) transact(fn func(sqlSession) error) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	stmts := map[string]*sql.Stmt{}
	err = fn(sqlSession{func(text string) *sql.Stmt {
		if stmts[text] == nil {
			stmts[text] = tx.Stmt(s.stmts[text])
		}
		return stmts[text]
	}})
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Batch is one transaction.
func (s *sqlite) Batch(fn func(Writer) error) error {
	return s.transact(func(t sqlSession) error { return fn(t) })
}

// View is one transaction.
func (s *sqlite) View(fn func(Reader)) error {
	return s.transact(func(t sqlSession) error {
		fn(t)
		return nil
	})
}

// InsertMany is one transaction.
func (s *sqlite) InsertMany(ins []Input) (ids []string, err error) {
	err = s.transact(func(t sqlSession) (err error) {
		ids, err = insertAll(t, ins)
		return err
	})
	return ids, err
}

// OpenAccounts inserts into the second table.
func (s *sqlite) OpenAccounts(owners []string) error {
	return s.transact(func(t sqlSession) error {
		for _, owner := range owners {
			if err := t.exec(sqlAccount, owner); err != nil {
				return err
			}
		}
		return nil
	})
}

// Pay changes a row of each table.
func (s *sqlite) Pay(owner string, amount int64) error {
	return s.transact(func(t sqlSession) error {
		if err := t.change(sqlPay, amount, owner); err != nil {
			return err
		}
		return t.change(sqlEarn, amount, now(), owner)
	})
}

// Range uses the index on the score.
func (s *sqlite) Range(from, to int64) (int, int64) { return summed(s.list(sqlRange, from, to)) }

// Top uses it, too.
func (s *sqlite) Top(n int) (int, int64) { return summed(s.list(sqlTop, n)) }

// OutsideBytes is the size of the database.
func (s *sqlite) OutsideBytes() int64 { return s.number(sqlSize) }

// Close closes the database, which is gone then.
func (s *sqlite) Close() error {
	for _, stmt := range s.stmts {
		if err := stmt.Close(); err != nil {
			return err
		}
	}
	return s.db.Close()
}
