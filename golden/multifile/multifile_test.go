package multifile_test

import (
	"testing"

	"github.com/noexgen/noexgen/golden/goldentest"
	"github.com/noexgen/noexgen/golden/multifile"
	noex "github.com/noexgen/noexgen/runtime"
)

func TestAPackageMayHaveSeveralFiles(t *testing.T) {
	s, err := multifile.Open(t.Context(), noex.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Name() != "shop" {
		t.Errorf("the store is called %q", s.Name())
	}
	u := goldentest.Must[multifile.User](t)(s.Users.Insert(multifile.UserInput{ISBN: noex.Some("x")}))
	goldentest.Must[multifile.Order](t)(s.Orders.Insert(multifile.OrderInput{User: u.ID}))
	if n := len(s.Orders.ByUser(u.ID)); n != 1 {
		t.Errorf("%d orders", n)
	}
}
