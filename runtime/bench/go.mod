module github.com/noexgen/noexgen/runtime/bench

go 1.26.0

require (
	github.com/google/uuid v1.6.0
	github.com/noexgen/noexgen v0.0.0
	github.com/tidwall/btree v1.8.2
	golang.org/x/sys v0.49.0
)

require (
	github.com/dave/jennifer v1.7.1 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/mattn/go-sqlite3 v1.14.53 // indirect
	github.com/rogpeppe/go-internal v1.16.0 // indirect
	github.com/spf13/cobra v1.10.2 // indirect
	github.com/spf13/pflag v1.0.9 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)

replace github.com/noexgen/noexgen => ../..

tool github.com/noexgen/noexgen/cmd/noexgen
