package formats_test

import (
	"testing"

	"github.com/noexgen/noexgen/golden/formats"
	"github.com/noexgen/noexgen/golden/goldentest"
	noex "github.com/noexgen/noexgen/runtime"
)

const id = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"

func TestFormats(t *testing.T) {
	s, err := formats.Open(t.Context(), noex.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.Hosts.Insert(formats.HostInput{
		ID: id, Email: noex.Some("a@b.cz"), URL: noex.Some("https://b.cz/x?y"), Day: noex.Some("2024-02-29"),
		Ipv4: noex.Some("10.0.0.1"), Ipv6: noex.Some("::1"), Hostname: noex.Some("www.b.cz"),
		Contacts: noex.Some([]string{"a@b.cz"}),
	})
	goldentest.Issues(t, err)
	_, err = s.Hosts.Insert(formats.HostInput{
		ID: "1", Email: noex.Some("a@b"), URL: noex.Some("b.cz"), Day: noex.Some("2023-02-29"),
		Ipv4: noex.Some("::1"), Ipv6: noex.Some("10.0.0.1"), Hostname: noex.Some("-b.cz"),
		Contacts: noex.Some([]string{"a@b.cz", "a"}),
	})
	goldentest.Issues(t, err, "id format", "email format", "url format", "day format", "ipv4 format", "ipv6 format",
		"hostname format", "contacts[1] format")
	_, err = s.Hosts.Insert(formats.HostInput{ID: ""})
	goldentest.Issues(t, err, "id required")
}
