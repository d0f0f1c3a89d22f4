package peers

// The names of the peers that others are compared with.
const (
	NameNoex         = "noexgen"
	NameHand         = "by hand"
	NameHandPointers = "by hand, pointers"
	NameBare         = "bare map"
	NameColumn       = "column"
)

// Specs are all peers, in the order in which they are shown.
var Specs = []Spec{
	{
		Name: NameNoex, Open: openNoex, OpenRanked: openNoexRanked,
		Note: "the generated store as every program gets it, with events, transactions and snapshots",
	},
	{
		Name: NameHand, Open: openHand, OpenRanked: openHandRanked,
		Note: "`RWMutex`, a map of pointers to records, an index map of keys for each index, validation, copies out; " +
			"the ordered index is a `tidwall/btree`",
	},
	{
		Name: NameHandPointers, Open: openHandPointers,
		Note: "the same with index maps of pointers to records instead of keys",
	},
	{
		Name: NameBare, Open: openBare,
		Note: "`map[string]*User` without lock, index or validation: the floor",
	},
	{
		Name: "go-memdb", Module: "github.com/hashicorp/go-memdb", Open: openMemDB, OpenRanked: openMemDBRanked, Once: 100_000,
		Note: "indexers without reflection; uniqueness of the e-mail is looked up first; a count walks the records",
	},
	{
		Name: "statedb", Module: "github.com/cilium/statedb", Open: openStateDB, OpenRanked: openStateDBRanked,
		Note: "uniqueness of the e-mail is looked up first; a count walks the records; nothing walks an index backwards",
	},
	{
		Name: "buntdb", Module: "github.com/tidwall/buntdb", Open: openBuntDB, OpenRanked: openBuntDBRanked,
		Max: 100_000, Once: 100_000,
		Note: "in memory, JSON through the generated code, the e-mail as a second key; a count walks the keys; " +
			"more than 100,000 records take minutes to fill",
	},
	{
		Name: NameColumn, Module: "github.com/kelindar/column", Open: openColumns,
		Note: "a bitmap for each role; e-mails and cities are found by a scan, and the e-mail of an insert is not checked, " +
			"since it has no index by value; no transaction over two collections",
	},
	{
		Name: "bolthold", Module: "github.com/timshannon/bolthold", Open: openBoltHold, Max: 10_000, Once: 1,
		Note: "on a file that is never synced; it writes the whole list of keys of an index value with each insert, so that " +
			"more than 10,000 records take too long",
	},
	{
		Name: "SQLite", Module: "github.com/mattn/go-sqlite3", Open: openSQLite, OpenRanked: openSQLiteRanked, Once: 100_000,
		Note: "in memory, `database/sql`, prepared statements; its memory is the size of the database",
	},
}
