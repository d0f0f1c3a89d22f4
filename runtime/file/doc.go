// Package file stores each bucket in a JSON file of one directory.
//
// The one idea: a file is replaced as a whole or not at all, and is never
// believed. A save writes a new file beside the old one and renames it when it
// is on the disk; a load verifies the checksums before it returns anything; and
// what cannot be read is left as it is, for a person to look at.
//
//	Save ── encode ──▶ users.json.new-… ── fsync, rename, fsync ──▶ users.json
//	                                             the one before ──▶ users.json.prev
//	Load ◀── records ── decode, verify ◀──────────────────────────  users.json
//	                         ▲                                           ▲
//	SaveChanges ── one frame, one sync ──▶ JOURNAL.… ── merged behind ───┘
//
// The format is that of the original system's FileAdapter, so a directory that
// one has written opens with the other; README.md describes it, the names of
// the files, and what else lies in the directory.
//
// One adapter at a time has a directory: it holds a lock on the file LOCK.
package file
