package noex

import (
	"testing"

	"pgregory.net/rapid"
)

// TestFewLists looks for each of some values and for others.
func TestFewLists(t *testing.T) {
	text := rapid.StringMatching(`[ab]{0,3}|[ab]{4,7}|role-[a-c]{4,6}`)
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfNDistinct(text, 0, 9, rapid.ID[string]).Draw(t, "values")
		lists := make([]*postingList, len(values))
		for i, v := range values {
			if rapid.IntRange(0, 4).Draw(t, "free") > 0 {
				lists[i] = &postingList{value: stringScalar(v)}
			}
		}
		var few fewLists
		few.fill(lists)
		if few.known && len(values) > 8 {
			t.Fatal("nine are few")
		}
		for i, v := range values {
			value := stringScalar(v)
			if got := few.find(&value); few.known && lists[i] != nil && got != lists[i] {
				t.Fatalf("%q is not found", v)
			}
		}
		other := stringScalar(text.Draw(t, "other"))
		if got := few.find(&other); got != nil && !few.known {
			t.Fatalf("%q leads to a list of %d that are not few", other.s, len(lists))
		}
	})
}

// TestFewListsOfEnums sees to it that there is a multiplier for values as they are.
func TestFewListsOfEnums(t *testing.T) {
	for _, values := range [][]string{
		{"guest", "user", "editor", "support", "admin"},
		{"draft", "active", "archived"},
		{"open", "running", "done", "failed", "cancelled", "skipped", "waiting", "stopped"},
		{"tier-1", "tier-2", "tier-3", "tier-4", "tier-5", "tier-6", "tier-7", "tier-8"},
		{"subscription.created", "subscription.updated", "subscription.deleted", "subscription.expired"},
	} {
		var lists []*postingList
		for _, v := range values {
			lists = append(lists, &postingList{value: stringScalar(v)})
		}
		var few fewLists
		if few.fill(lists); !few.known {
			t.Errorf("no multiplier for %q", values)
		}
	}
}
