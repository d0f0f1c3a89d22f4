package forty_test

import (
	"reflect"
	"testing"

	"github.com/noexgen/noexgen/golden/forty"
	"github.com/noexgen/noexgen/golden/goldentest"
	noex "github.com/noexgen/noexgen/runtime"
)

func TestFortyFields(t *testing.T) {
	if n := reflect.TypeFor[forty.Row]().NumField(); n != 41 {
		t.Errorf("a row has %d fields and its Meta", n-1)
	}
	s, err := forty.Open(t.Context(), noex.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.Rows.Insert(forty.RowInput{})
	goldentest.Issues(t, err, "f1 required", "f9 required", "f15 required", "f24 required", "f30 required", "f39 required")
}
