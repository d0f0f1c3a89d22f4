package shop_test

import (
	"math"
	"testing"
	"time"

	"github.com/noexgen/noexgen/golden/goldentest"
	"github.com/noexgen/noexgen/golden/shop"
	noex "github.com/noexgen/noexgen/runtime"
)

// original is an order as the original system's FileAdapter wrote it.
const original = `{"id":7,"sku":"ž\u0001\ud800","quantity":1e21,"price":5e-324,` +
	`"placedAt":{"__noex_type__":"Date","__noex_value__":"2024-01-31T12:00:00.000Z"},` +
	`"tags":[null,{"__noex_type__":"undefined","__noex_value__":null},-0.5],` +
	`"attributes":{"__noex_type__":"undefined","__noex_value__":null},"_version":1,"_createdAt":2,"_updatedAt":3}`

func TestRecordsOfTheOriginalAreRead(t *testing.T) {
	o := goldentest.Parse[shop.Order](t, original)
	placed, _ := o.PlacedAt.Get()
	if o.ID != 7 || o.Quantity != 1e21 || o.Price != math.SmallestNonzeroFloat64 || o.Attributes.IsSet() || o.Version != 1 ||
		!placed.Equal(time.Date(2024, time.January, 31, 12, 0, 0, 0, time.UTC)) || len(o.Tags.Or(nil)) != 3 {
		t.Errorf("read as %+v", o)
	}
	o.Tags = noex.Opt[[]any]{}
	goldentest.JSON(t, o, `{"id":7,"sku":"ž\u0001\ud800","quantity":1e+21,"price":5e-324,"placedAt":"2024-01-31T12:00:00Z",`+
		`"_version":1,"_createdAt":2,"_updatedAt":3}`)
}

func TestTheBucketsOfTheShop(t *testing.T) {
	s, err := shop.Open(t.Context(), noex.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	goldentest.Must[shop.Order](t)(s.Orders.Insert(shop.OrderInput{Sku: "a", Quantity: 1, Price: 0}))
	_, err = s.Orders.Insert(shop.OrderInput{Quantity: 0})
	goldentest.Issues(t, err, "sku required", "quantity min")
	session := goldentest.Must[shop.Session](t)(s.Sessions.Insert(shop.SessionInput{UserID: "u"}))
	if session.SeenAt != int64(session.CreatedAt) || session.ExpiresAt-session.CreatedAt != 3650*24*3600*1000 {
		t.Errorf("the session is %+v", session)
	}
	for _, name := range []string{"b", "a"} {
		goldentest.Must[shop.Flag](t)(s.Flags.Insert(shop.FlagInput{Name: name, Enabled: true}))
	}
	if flags := s.Flags.ByEnabled(true); len(flags) != 2 || flags[0].Name != "a" {
		t.Errorf("the flags are %+v", flags)
	}
}
