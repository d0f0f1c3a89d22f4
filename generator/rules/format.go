package rules

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/source"
)

// Formats are the formats of texts, in the order the documentation lists them.
var Formats = [...]string{"email", "url", "iso-date", "uuid", "ipv4", "ipv6", "hostname"}

var formatRule = Rule{
	Name: "format", Doc: "What a text looks like.", Example: "email",
	Constrains: true,
	Types:      []string{"string"}, Places: anywhere,
	Schema: `{"enum":["email","url","iso-date","uuid","ipv4","ipv6","hostname"]}`,
	parse: func(r *reader, arg *source.Node) {
		text, ok := arg.AsText("format", r.diags)
		switch {
		case !ok:
		case slices.Contains(Formats[:], text):
			r.Format = text
		default:
			r.diags.Errorf(diag.BadArgument, arg.Pos, "unknown format %q%s", text, suggestFormat(text))
			r.diags.Help("the formats are %s", diag.Words(Formats[:], "and"))
		}
	},
	accept: func(s *Set, value any) string {
		if text, ok := value.(string); ok && s.Format != "" && !hasFormat(s.Format, text) {
			return "is not of format: " + s.Format
		}
		return ""
	},
	shape: func(s *Set) string { return s.Format },
	narrows: func(old, new *Set) string {
		if new.Format == "" || new.Format == old.Format {
			return ""
		}
		return changed(old.Format, new.Format)
	},
}

func suggestFormat(word string) string {
	for _, s := range [...][2]string{
		{"uri", "url"}, {"mail", "email"}, {"date", "iso-date"}, {"date-time", "iso-date"}, {"datetime", "iso-date"},
		{"isodate", "iso-date"}, {"guid", "uuid"}, {"ip", "ipv4"}, {"host", "hostname"}, {"domain", "hostname"},
	} {
		if s[0] == word {
			return diag.Suggestion(s[1])
		}
	}
	return diag.DidYouMean(word, Formats[:])
}

var (
	emailFormat = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)
	uuidFormat  = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	hostLabel   = regexp.MustCompile(`^[0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?$`)
)

// hasFormat judges a default or an enum value. The runtime judges data.
func hasFormat(format, text string) bool {
	switch format {
	case "email":
		return emailFormat.MatchString(text)
	case "url":
		u, err := url.Parse(text)
		switch {
		case err != nil || u.Scheme == "":
			return false
		case slices.Contains([]string{"http", "https", "ws", "wss", "ftp"}, u.Scheme):
			return u.Hostname() != ""
		default:
			return u.Host != "" || u.Opaque != "" || u.Path != ""
		}
	case "iso-date":
		for _, layout := range []string{time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04Z07:00"} {
			if _, err := time.Parse(layout, text); err == nil {
				return true
			}
		}
		return false
	case "uuid":
		return uuidFormat.MatchString(text)
	case "ipv4":
		addr, err := netip.ParseAddr(text)
		return err == nil && addr.Is4()
	case "ipv6":
		addr, err := netip.ParseAddr(text)
		return err == nil && addr.Is6() && addr.Zone() == ""
	default: // hostname
		name := strings.TrimSuffix(text, ".")
		return len(name) <= 253 && !slices.ContainsFunc(strings.Split(name, "."), func(label string) bool {
			return !hostLabel.MatchString(label)
		})
	}
}
