package main

import "testing"

// Ratios compare what was measured in the same round, whatever the rounds are like.
func TestRatioIsOfRounds(t *testing.T) {
	ours, theirs, once, none := key{1, "get", "ours"}, key{1, "get", "theirs"}, key{1, "get", "once"}, key{1, "get", "none"}
	r := results{
		ours:   {10, 60, 20},
		theirs: {20, 100, 50}, // 0.5, 0.6, 0.4
		once:   {5},
	}
	for _, c := range []struct {
		name string
		by   key
		want float64
		ok   bool
	}{
		{"all rounds", theirs, 0.5, true},
		{"the one round of both", once, 2, true},
		{"nothing", none, 0, false},
	} {
		if got, ok := r.ratio(ours, c.by); got != c.want || ok != c.ok {
			t.Errorf("%s: got %v, %v, want %v, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestFastestWay(t *testing.T) {
	alone := key{1, "insert", "ours"}
	r := results{
		alone:           {30, 10, 20},
		alone.batched(): {15, 16, 17},
	}
	way, took, ok := r.fastest(alone)
	if way != alone.batched() || took != 16 || !ok {
		t.Errorf("got %v, %v, %v", way, took, ok)
	}
	if _, _, ok := r.fastest(key{1, "delete", "ours"}); ok {
		t.Error("want no way of what was not measured")
	}
}

// A hypervisor takes a core away without a switch of the thread.
func TestElsewhere(t *testing.T) {
	last := moment{wall: 100, cpu: 50, switches: switches{own: 1, forced: 1}}
	for name, c := range map[string]struct {
		now  moment
		want int64
	}{
		"busy":             {moment{wall: 200, cpu: 150, switches: switches{1, 1}}, 0},
		"taken unseen":     {moment{wall: 200, cpu: 60, switches: switches{1, 1}}, 90},
		"taken by others":  {moment{wall: 200, cpu: 60, switches: switches{1, 2}}, 90},
		"waited by itself": {moment{wall: 200, cpu: 60, switches: switches{2, 1}}, 0},
	} {
		if got := c.now.elsewhere(last); int64(got) != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}
