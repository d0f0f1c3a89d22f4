package shop_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/noexgen/noexgen/example/shop"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
)

// open returns a store in memory with three products.
func open() *shop.Store {
	s, err := shop.Open(context.Background(), noex.Config{})
	if err != nil {
		log.Fatal(err)
	}
	_, err = s.Products.InsertMany([]shop.ProductInput{
		{SKU: "MUG-001", Name: "Mug", Price: 900, Status: noex.Some(shop.ProductStatusActive), Stock: noex.Some[int64](12)},
		{SKU: "PEN-001", Name: "Pen", Price: 250, Status: noex.Some(shop.ProductStatusActive)},
		{SKU: "PEN-002", Name: "Fountain pen", Price: 4900, Note: noex.Some("with ink")},
	})
	if err != nil {
		log.Fatal(err)
	}
	return s
}

func Example() {
	s, err := shop.Open(context.Background(), noex.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	mug, err := s.Products.Insert(shop.ProductInput{SKU: "MUG-001", Name: "Mug", Price: 900})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mug.Status, mug.Stock, mug.Version) // what was not given has its default

	mug, err = s.Products.Update(mug.SKU, shop.ProductPatch{
		Status: noex.Some(shop.ProductStatusActive), // set; what is absent stays
		Note:   noex.Null[string](),                 // cleared
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mug.Name, mug.Status, mug.Version)

	_, err = s.Products.Modify(mug.SKU, func(p *shop.Product) error {
		if p.Stock == 0 {
			return errors.New("sold out")
		}
		p.Stock-- // atomic: nobody else changes the record meanwhile
		return nil
	})
	fmt.Println(err)

	deleted, err := s.Products.Delete(mug.SKU)
	fmt.Println(deleted, err, s.Products.Len())
	// Output:
	// draft 0 1
	// Mug active 2
	// sold out
	// true <nil> 0
}

func Example_many() {
	s := open()
	defer s.Close()

	err := s.Products.UpdateMany([]noex.Update[string, shop.ProductPatch]{
		{Key: "PEN-001", Patch: shop.ProductPatch{Price: noex.Some[int64](200)}},
		{Key: "PEN-002", Patch: shop.ProductPatch{Status: noex.Some(shop.ProductStatusActive)}},
	}) // all of them, or none
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Products.CountByStatus(shop.ProductStatusActive))

	deleted, err := s.Products.DeleteMany([]string{"PEN-001", "PEN-002", "PEN-003"})
	fmt.Println(deleted, err)
	// Output:
	// 3
	// 2 <nil>
}

func Example_queries() {
	s := open()
	defer s.Close()

	for _, p := range s.Products.ByStatus(shop.ProductStatusActive) {
		fmt.Println(p.SKU, p.Name)
	}

	pens := s.Products.Where(
		shop.ProductFields.SKU.HasPrefix("PEN-"),
		shop.ProductFields.Price.Lt(1000),
	).OrderBy(shop.ProductFields.Name.Asc())
	for p := range pens.Iter() {
		fmt.Println(p.Name, p.Note.Or("-"))
	}

	page := s.Products.Paginate(noex.PageRequest[string]{Limit: 2})
	fmt.Println(len(page.Records), page.HasMore, page.NextCursor)
	// Output:
	// MUG-001 Mug
	// PEN-001 Pen
	// Pen -
	// 2 true PEN-001
}

func Example_events() {
	s := open()
	defer s.Close()

	changes := s.Products.Watch(context.Background()) // from now on
	if _, err := s.Products.Update("PEN-001", shop.ProductPatch{Price: noex.Some[int64](200)}); err != nil {
		log.Fatal(err)
	}
	for e := range changes {
		fmt.Println(e.Type, e.Key, e.Old.Price, "→", e.New.Price)
		break
	}
	// Output:
	// updated PEN-001 250 → 200
}

func Example_transactions() {
	s := open()
	defer s.Close()

	err := s.Tx(func(tx *shop.Tx) error {
		mug, ok := tx.Products.Get("MUG-001")
		if !ok || mug.Stock < 2 {
			return errors.New("sold out") // nothing is written
		}
		_, err := tx.Products.Update(mug.SKU, shop.ProductPatch{Stock: noex.Some(mug.Stock - 2)})
		if err != nil {
			return err
		}
		_, err = tx.Baskets.Insert(shop.BasketInput{Lines: noex.Some([]shop.BasketLine{{SKU: mug.SKU, Count: 2}})})
		return err
	}, noex.Retry(3)) // runs again if somebody else changed what it read
	if err != nil {
		log.Fatal(err)
	}

	err = s.View(func(v *shop.View) error { // both buckets at one revision
		fmt.Println(v.Products.Len(), "products,", v.Baskets.Len(), "basket")
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: 3 products, 1 basket
}

func Example_live() {
	s := open()
	defer s.Close()

	active, err := shop.Live(s, func(v *shop.View) (int, error) {
		return v.Products.CountByStatus(shop.ProductStatusActive), nil
	})
	if err != nil {
		log.Fatal(err)
	}
	stop := active.Subscribe(func(n int) { fmt.Println("active products:", n) })
	defer stop()

	if _, err := s.Products.Delete("PEN-001"); err != nil {
		log.Fatal(err)
	}
	if err := s.Settle(context.Background()); err != nil { // waits until all have heard of it
		log.Fatal(err)
	}
	fmt.Println(active.Value())
	// Output:
	// active products: 1
	// 1
}

func Example_persistence() {
	dir, err := os.MkdirTemp("", "shop-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()

	cfg := func() noex.Config {
		return noex.Config{Persistence: noex.PersistenceConfig{
			Adapter: file.New(dir), // or sqlite.Open(path), memory.New(), your own
			OnError: func(err error) { log.Print(err) },
		}}
	}
	s, err := shop.Open(ctx, cfg())
	if err != nil {
		log.Fatal(err)
	}
	s.Products.Insert(shop.ProductInput{SKU: "MUG-001", Name: "Mug", Price: 900})
	s.Baskets.Insert(shop.BasketInput{})
	if err := s.Close(); err != nil { // saves what is not saved yet
		log.Fatal(err)
	}

	s, err = shop.Open(ctx, cfg())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Products.Len(), "product,", s.Baskets.Len(), "baskets") // baskets: persistent: false
	if err := s.Close(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1 product, 0 baskets
}

func Example_errors() {
	s := open()
	defer s.Close()

	_, err := s.Products.Insert(shop.ProductInput{SKU: "mug", Price: -1})
	var invalid *noex.ValidationError
	if errors.As(err, &invalid) {
		for _, issue := range invalid.Issues {
			fmt.Println(issue.Field, issue.Code)
		}
	}

	_, err = s.Products.Insert(shop.ProductInput{SKU: "MUG-001", Name: "Mug", Price: 900})
	var duplicate *noex.DuplicateKeyError
	fmt.Println(errors.As(err, &duplicate), duplicate.Key)

	_, err = s.Products.Update("CUP-001", shop.ProductPatch{})
	fmt.Println(errors.Is(err, noex.ErrNotFound))
	// Output:
	// sku pattern
	// name required
	// price min
	// true MUG-001
	// true
}

func Example_json() {
	s := open()
	defer s.Close()

	var in shop.ProductInput
	err := json.Unmarshal([]byte(`{"sku": "CUP-001", "name": "Cup", "price": "12", "colour": "red"}`), &in)
	var invalid *noex.ValidationError
	if errors.As(err, &invalid) {
		for _, issue := range invalid.Issues {
			fmt.Println(issue.Field, issue.Code)
		}
	}

	var patch shop.ProductPatch // a JSON merge patch (RFC 7396)
	if err := json.Unmarshal([]byte(`{"price": 4500, "note": null}`), &patch); err != nil {
		log.Fatal(err)
	}
	p, err := s.Products.Update("PEN-002", patch)
	fmt.Println(p.Name, p.Price, p.Note.IsSet(), err)
	// Output:
	// price type
	// colour unknown
	// Fountain pen 4500 false <nil>
}
