package peers

// The names of the peers that others are compared with.
const (
	NameNoex = "noexgen"
	NameHand = "by hand"
	NameBare = "bare map"
)

// Specs are all peers, in the order in which they are shown.
var Specs = []Spec{
	{
		Name: NameNoex, Open: openNoex, OpenRanked: openNoexRanked,
		Note: "the generated store, with events, transactions and snapshots as they are in every store",
	},
	{
		Name: NameHand, Open: openHand, OpenRanked: openHandRanked,
		Note: "`RWMutex`, a map of records, an index map of keys for each index, validation, copies out",
	},
	{
		Name: NameBare, Open: openBare,
		Note: "`map[string]*User` without lock, index or validation: the floor",
	},
}
