// Package naming turns the names of a definition into Go names: userId into
// UserID, the bucket categories into the record Category. It decides nothing
// about collisions and never mangles: the same name always gives the same Go
// name, whatever else is in the definition.
//
//	"homeUrl" ──words──▶ home Url ──Exported──▶ "HomeURL" ──Param──▶ "homeURL"
package naming
