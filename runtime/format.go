package noex

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/noexgen/noexgen/runtime/internal/swar"
)

// Format is a named form that a string may be required to have.
type Format struct {
	what  string
	valid func(string) bool
}

// The formats of a definition.
var (
	// FormatEmail is something@domain.tld without white space, as the original
	// checks it; deliverability can only be found out by sending mail.
	FormatEmail = Format{"an e-mail address", isEmail}
	// FormatURL is an absolute URL with a scheme (RFC 3986).
	FormatURL = Format{"an absolute URL", isURL}
	// FormatISODate is a calendar date with an optional time (ISO 8601 in the
	// profile of RFC 3339, seconds and zone optional).
	FormatISODate = Format{"an ISO 8601 date", isISODate}
	// FormatUUID is a UUID in the 8-4-4-4-12 form (RFC 9562).
	FormatUUID = Format{"a UUID", isUUID}
	// FormatIPv4 is an IPv4 address in dotted form.
	FormatIPv4 = Format{"an IPv4 address", isIPv4}
	// FormatIPv6 is an IPv6 address (RFC 4291), without a zone.
	FormatIPv6 = Format{"an IPv6 address", isIPv6}
	// FormatHostname is a host name (RFC 1123).
	FormatHostname = Format{"a host name", isHostname}
)

func isEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || hasSpace(s) {
		return false
	}
	domain := s[at+1:]
	if strings.IndexByte(domain, '@') >= 0 {
		return false
	}
	dot := 1 + strings.IndexByte(domain[1:], '.')
	return dot > 0 && dot < len(domain)-1
}

// hasSpace reports whether s has white space. It looks at eight bytes at a time as long as
// all are ASCII above the space, as in most addresses: an e-mail address is checked in
// three quarters of the time.
func hasSpace(s string) bool {
	for len(s) >= 8 {
		if x := swar.LoadString(s, 0); (x|(x-'!'*swar.Ones))&swar.TopBits != 0 {
			break
		}
		s = s[8:]
	}
	for i := range len(s) {
		switch c := s[i]; {
		case ' ' < c && c < utf8.RuneSelf: // as most are
		case c >= utf8.RuneSelf:
			return strings.ContainsFunc(s[i:], isSpace)
		case c == ' ' || c-'\t' <= '\r'-'\t':
			return true
		}
	}
	return false
}

func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\v', '\f', '\r', '\u00a0', '\u1680', '\u2028', '\u2029', '\u202f', '\u205f', '\u3000', '\ufeff':
		return true
	}
	return r >= '\u2000' && r <= '\u200a'
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" {
		return false
	}
	switch u.Scheme {
	case "http", "https", "ws", "wss", "ftp":
		return u.Hostname() != ""
	}
	return u.Host != "" || u.Opaque != "" || u.Path != ""
}

var isoDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(?:T(\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$`)

func isISODate(s string) bool {
	m := isoDate.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	if _, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)]); err != nil {
		return false
	}
	if m[1] == "" {
		return true
	}
	seconds, zone := m[2], m[3]
	if seconds == "" {
		seconds = ":00"
	}
	if zone == "" {
		zone = "Z"
	}
	_, err := time.Parse(time.RFC3339Nano, s[:len(time.DateOnly)]+"T"+m[1]+seconds+zone)
	return err == nil
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
		default:
			return false
		}
	}
	return true
}

func isIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

func isIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == ""
}

func isHostname(s string) bool {
	s = strings.TrimSuffix(s, ".")
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			c := label[i]
			if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
				return false
			}
		}
	}
	return true
}
