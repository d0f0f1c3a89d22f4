// Package goldentest helps the tests of the golden packages to say in one line
// what they expect.
package goldentest

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

// Issues checks that err is a *noex.ValidationError with exactly the issues
// given as "field code", in order; with none, that there is no error.
func Issues(t testing.TB, err error, want ...string) {
	t.Helper()
	var got []string
	if invalid := new(noex.ValidationError); errors.As(err, &invalid) {
		for _, is := range invalid.Issues {
			got = append(got, is.Field+" "+is.Code)
		}
	} else if err != nil {
		t.Errorf("want a *noex.ValidationError, got %v", err)
		return
	}
	if !slices.Equal(got, want) {
		t.Errorf("issues [%s], want [%s] (%v)", strings.Join(got, ", "), strings.Join(want, ", "), err)
	}
}

// JSON checks how v is written.
func JSON(t testing.TB, v any, want string) {
	t.Helper()
	got, err := json.Marshal(v)
	if err != nil {
		t.Error(err)
	} else if string(got) != want {
		t.Errorf("JSON\n%s\nwant\n%s", got, want)
	}
}

// Parse reads JSON into a new T.
func Parse[T any](t testing.TB, data string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(data), &v); err != nil {
		t.Errorf("%s: %v", data, err)
	}
	return v
}

// Must returns v, and ends the test if there is an error.
func Must[T any](t testing.TB) func(v T, err error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
