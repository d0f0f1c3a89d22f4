package seventy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/noexgen/noexgen/golden/goldentest"
	"github.com/noexgen/noexgen/golden/seventy"
	noex "github.com/noexgen/noexgen/runtime"
)

// row has a value in every field; the types take turns.
func row() string {
	values := []string{`"x"`, `1`, `1.5`, `true`, `"2024-01-01T00:00:00Z"`}
	members := []string{`"f1":"x"`}
	for i := 2; i <= 70; i++ {
		members = append(members, fmt.Sprintf(`"f%d":%s`, i, values[i%5]))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func TestEveryFieldIsReadOnce(t *testing.T) {
	s, err := seventy.Open(t.Context(), noex.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := goldentest.Must[seventy.Row](t)(s.Rows.Insert(goldentest.Parse[seventy.RowInput](t, row())))
	goldentest.JSON(t, goldentest.Parse[seventy.RowInput](t, row()), row())
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	goldentest.JSON(t, goldentest.Parse[seventy.Row](t, string(data)), string(data))
	for _, again := range []string{`"f1":"x"`, `"f64":"2024-01-01T00:00:00Z"`, `"f65":"x"`, `"f70":"x"`} {
		twice := strings.Replace(string(data), "{", "{"+again+",", 1)
		if err := json.Unmarshal([]byte(twice), new(seventy.Row)); err == nil {
			t.Errorf("a record with %s twice was read", again)
		}
	}
}
