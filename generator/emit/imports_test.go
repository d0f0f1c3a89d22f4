package emit

import "testing"

func TestMentionedPackages(t *testing.T) {
	tests := []struct {
		source string
		want   bool
	}{
		{"time.Now()", true},
		{"\tx := time.Now()", true},
		{"f(time.Now)", true},
		{"[]time.Time{}", true},
		{"*time.Time", true},
		{`f("a", time.Now())`, true},
		{"f('\"', time.Now())", true},
		{"f(`\\`, time.Now())", true},
		{`f("\"", time.Now())`, true},
		{"// time.Now\nx := time.Now()", true},
		{"lifetime.Now()", false},
		{"r.time.Now()", false},
		{"timed.Now()", false},
		{"// See time.Now.", false},
		{"x int // default: time.Now", false},
		{`f("time.Now")`, false},
		{`f("\"time.Now")`, false},
		{"f(`\\\"time.Now`)", false},
		{"", false},
	}
	for _, tt := range tests {
		if got := mentioned(tt.source)["time"]; got != tt.want {
			t.Errorf("%q: got %t", tt.source, got)
		}
	}
}
