package constraints_test

import (
	"math"
	"strings"
	"testing"

	"github.com/noexgen/noexgen/golden/constraints"
	"github.com/noexgen/noexgen/golden/goldentest"
	noex "github.com/noexgen/noexgen/runtime"
)

func open(t *testing.T) *constraints.ProductBucket {
	s, err := constraints.Open(t.Context(), noex.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.Products
}

// valid is at the boundary of every constraint.
func valid() constraints.ProductInput {
	return constraints.ProductInput{
		Sku: "ABC-1", Name: "äö", Nick: noex.Some("12345"), Size: noex.Some(constraints.ProductSizeL),
		Grade: constraints.ProductGrade3, Stock: 0, Rating: noex.Some(-0.5), Price: 0.01,
		Codes: noex.Some([]string{"ab"}), Scores: []int64{1, 10},
		Sizes: noex.Some([]constraints.ProductAvailableSize{"s"}), Anything: noex.Some([]any{1, "x"}),
		Grid: noex.Some([][]float64{{1, -5}, {}}),
	}
}

func TestConstraintsAtTheirBoundaries(t *testing.T) {
	tests := []struct {
		name   string
		change func(*constraints.ProductInput)
		want   []string
	}{
		{"all lower bounds", func(*constraints.ProductInput) {}, nil},
		{"all upper bounds", func(in *constraints.ProductInput) {
			in.Name, in.Nick = "äöüäö", noex.Some("ab")
			in.Stock, in.Rating = math.MaxInt64, noex.Some(5.0)
			in.Codes = noex.Some([]string{"ab", "abc", "abcd"})
		}, nil},
		{"only what is required", func(in *constraints.ProductInput) {
			*in = constraints.ProductInput{Sku: "ABC-1", Name: "ab", Grade: 1, Price: 1, Scores: []int64{}}
		}, nil},
		{"nothing at all", func(in *constraints.ProductInput) { *in = constraints.ProductInput{} },
			[]string{"sku required", "name required", "grade enum", "price min", "scores required"}},
		{"pattern", func(in *constraints.ProductInput) { in.Sku = "abc-1" }, []string{"sku pattern"}},
		{"too short", func(in *constraints.ProductInput) { in.Name, in.Nick = "ä", noex.Some("") },
			[]string{"name minLength", "nick minLength"}},
		{"too long", func(in *constraints.ProductInput) { in.Name, in.Nick = "äöüäöü", noex.Some("123456") },
			[]string{"name maxLength", "nick maxLength"}},
		{"several of one field", func(in *constraints.ProductInput) { in.Nick = noex.Some("`") }, []string{"nick minLength", "nick pattern"}},
		{"enum", func(in *constraints.ProductInput) { in.Size, in.Grade = noex.Some(constraints.ProductSize("xl")), 4 },
			[]string{"size enum", "grade enum"}},
		{"too small", func(in *constraints.ProductInput) {
			in.Stock, in.Rating, in.Price = -1, noex.Some(math.Nextafter(-0.5, -1)), 0
		}, []string{"stock min", "rating min", "price min"}},
		{"too large", func(in *constraints.ProductInput) { in.Rating = noex.Some(5.1) }, []string{"rating max"}},
		{"no number", func(in *constraints.ProductInput) { in.Rating, in.Price = noex.Some(math.NaN()), math.Inf(1) },
			[]string{"rating type", "price type"}},
		{"not UTF-8", func(in *constraints.ProductInput) { in.Name = "a\xff" }, []string{"name type"}},
		{"too few elements", func(in *constraints.ProductInput) {
			in.Codes, in.Anything = noex.Some([]string{}), noex.Some([]any{})
		}, []string{"codes minLength", "anything minLength"}},
		{"too many elements", func(in *constraints.ProductInput) {
			in.Codes, in.Anything = noex.Some([]string{"ab", "ab", "ab", "ab"}), noex.Some([]any{1, 2, 3})
		}, []string{"codes maxLength", "anything maxLength"}},
		{"elements", func(in *constraints.ProductInput) {
			in.Codes, in.Scores = noex.Some([]string{"ab", "a", "AB"}), []int64{0, 5, 11}
			in.Sizes = noex.Some([]constraints.ProductAvailableSize{"s", "xl"})
		}, []string{"codes[1] minLength", "codes[2] pattern", "scores[0] min", "scores[2] max", "sizes[1] enum"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := valid()
			tt.change(&in)
			_, err := open(t).Insert(in)
			goldentest.Issues(t, err, tt.want...)
		})
	}
}

func TestElementsOfListsInLists(t *testing.T) {
	in := valid()
	in.Grid = noex.Some([][]float64{{1}, {0, 2, math.NaN()}})
	_, err := open(t).Insert(in)
	goldentest.Issues(t, err, "grid[1] maxLength", "grid[1][1] max", "grid[1][2] type")
}

func TestUpdatesAreHeldToTheConstraints(t *testing.T) {
	products := open(t)
	must := goldentest.Must[constraints.Product](t)
	p := must(products.Insert(valid()))
	_, err := products.Update(p.Sku, constraints.ProductPatch{Stock: noex.Some(int64(-1)), Name: noex.Null[string]()})
	goldentest.Issues(t, err, "name required", "stock min")
	_, err = products.Modify(p.Sku, func(p *constraints.Product) error { p.Grade = 0; return nil })
	goldentest.Issues(t, err, "grade enum")
	if got, _ := products.Get(p.Sku); got.Stock != 0 || got.Name != p.Name || got.Version != 1 {
		t.Errorf("a rejected change left %+v", got)
	}
}

func TestMessagesNameTheValuesAllowed(t *testing.T) {
	in := valid()
	in.Size, in.Grade = noex.Some(constraints.ProductSize("xl")), 9
	_, err := open(t).Insert(in)
	for _, want := range []string{"s, m, l", "1, 2, 3"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

func TestEnums(t *testing.T) {
	for _, v := range constraints.ProductSizeValues() {
		if !v.Valid() {
			t.Errorf("%s is not valid", v)
		}
	}
	if constraints.ProductSize("").Valid() || constraints.ProductGrade(0).Valid() {
		t.Error("a value that is not listed is valid")
	}
}
