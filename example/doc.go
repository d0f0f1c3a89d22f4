// Package example is the root of complete programs on generated stores.
//
//	userapp       users that survive a restart, and a cache that does not
//	featureflags  an index that is there again after a restart
//	shop          what the README shows, as tests
package example
