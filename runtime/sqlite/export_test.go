package sqlite

// NewOn is New with another file system.
var NewOn = newAdapter
