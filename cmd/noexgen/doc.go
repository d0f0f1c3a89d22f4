// Command noexgen generates typed in-memory stores in Go from a definition in
// YAML.
//
//	go get -tool github.com/noexgen/noexgen/cmd/noexgen
//	go tool noexgen init store
//	go generate ./store
//
// Each command is a file that reads flags, calls package generator and prints.
// Results go to stdout and errors to stderr. The exit code is 0, or 1 when
// something is wrong with what the command was given to work on, or 2 when it
// was not called as it should be.
package main
