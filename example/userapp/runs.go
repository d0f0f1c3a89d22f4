package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/noexgen/noexgen/example/userapp/store"
	noex "github.com/noexgen/noexgen/runtime"
)

// firstRun creates and populates the store.
func firstRun(ctx context.Context, w io.Writer, open func() (noex.StorageAdapter, error)) (alice store.User, err error) {
	s, err := openStore(ctx, open)
	if err != nil {
		return alice, err
	}
	// Close saves what is not saved yet, so its error is worth having.
	defer func() { err = errors.Join(err, s.Close()) }()

	alice, err = ensureUser(s, store.UserInput{
		Name: "Alice", Email: "alice@example.com", Role: noex.Some(store.UserRoleAdmin),
	})
	if err != nil {
		return alice, err
	}
	if _, err := ensureUser(s, store.UserInput{Name: "Bob", Email: "bob@example.com"}); err != nil {
		return alice, err
	}
	if _, err := s.Cache.Insert(store.CacheInput{Key: "theme", Value: "dark"}); err != nil {
		return alice, err
	}
	fmt.Fprintf(w, "Store 1: %d users\n", s.Users.Len())
	fmt.Fprintf(w, "Store 1: %d cache entries\n", s.Cache.Len())
	return alice, nil
}

// secondRun starts again and looks at what is left.
func secondRun(ctx context.Context, w io.Writer, open func() (noex.StorageAdapter, error), aliceID string) (err error) {
	s, err := openStore(ctx, open)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()

	// Users survived the restart; the cache, with persistent: false, did not.
	fmt.Fprintf(w, "Store 2: %d users\n", s.Users.Len())
	fmt.Fprintf(w, "Store 2: %d cache entries\n", s.Cache.Len())

	// Data is intact.
	alice, ok := s.Users.Get(aliceID)
	if !ok {
		return fmt.Errorf("alice (%s) is lost", aliceID)
	}
	fmt.Fprintf(w, "Alice: %s, role=%s\n", alice.Name, alice.Role)

	// Indexes work after the restart, and so do unique constraints.
	fmt.Fprintf(w, "Admins: %d\n", len(s.Users.ByRole(store.UserRoleAdmin)))
	_, err = s.Users.Insert(store.UserInput{Name: "Fake", Email: "alice@example.com"})
	if unique := new(noex.UniqueError); !errors.As(err, &unique) {
		return fmt.Errorf("a second alice@example.com: got error %v, want a *noex.UniqueError", err)
	}
	fmt.Fprintf(w, "Unique constraint: %v\n", err)
	return nil
}

func openStore(ctx context.Context, open func() (noex.StorageAdapter, error)) (*store.Store, error) {
	adapter, err := open()
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, config(adapter))
}

// ensureUser inserts a user, unless an earlier run of the program did.
func ensureUser(s *store.Store, in store.UserInput) (store.User, error) {
	if u, ok := s.Users.ByEmail(in.Email); ok {
		return u, nil
	}
	return s.Users.Insert(in)
}
