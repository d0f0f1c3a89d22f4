package userapp_test

import (
	"errors"
	"testing"

	"github.com/noexgen/noexgen/golden/goldentest"
	"github.com/noexgen/noexgen/golden/userapp"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

func TestTheGuidesExample(t *testing.T) {
	cfg := noex.Config{Persistence: noex.PersistenceConfig{Adapter: memory.New()}}
	first, err := userapp.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	must := goldentest.Must[userapp.User](t)
	alice := must(first.Users.Insert(userapp.UserInput{Name: "Alice", Email: "alice@example.com", Role: noex.Some(userapp.UserRoleAdmin)}))
	must(first.Users.Insert(userapp.UserInput{Name: "Bob", Email: "bob@example.com"}))
	goldentest.Must[userapp.Cache](t)(first.Cache.Insert(userapp.CacheInput{Key: "theme", Value: "dark"}))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := userapp.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if second.Users.Len() != 2 || second.Cache.Len() != 0 {
		t.Errorf("%d users and %d cache entries", second.Users.Len(), second.Cache.Len())
	}
	if got, _ := second.Users.Get(alice.ID); got != alice {
		t.Errorf("restored %+v, want %+v", got, alice)
	}
	if admins := second.Users.ByRole(userapp.UserRoleAdmin); len(admins) != 1 || admins[0].Name != "Alice" {
		t.Errorf("admins %+v", admins)
	}
	_, err = second.Users.Insert(userapp.UserInput{Name: "Eve", Email: "alice@example.com"})
	if unique := new(noex.UniqueError); !errors.As(err, &unique) || unique.Field != "email" {
		t.Errorf("a taken address gives %v", err)
	}
}
