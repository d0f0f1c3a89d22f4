package naming

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// golint's list. A word that is one of them, whatever its case, is written so.
var commonInitialisms = [...]string{
	"ACL", "API", "ASCII", "CPU", "CSS", "DNS", "EOF", "GUID", "HTML", "HTTP",
	"HTTPS", "ID", "IP", "JSON", "LHS", "QPS", "RAM", "RHS", "RPC", "SLA",
	"SMTP", "SQL", "SSH", "TCP", "TLS", "TTL", "UDP", "UI", "UID", "UUID",
	"URI", "URL", "UTF8", "VM", "XML", "XMPP", "XSRF", "XSS",
}

// Namer makes Go names with a list of initialisms. It is never changed and
// may be shared.
type Namer struct {
	initialisms map[string]string // lower-case word → as it is written in Go
}

// New returns a Namer with golint's initialisms and those given, which are
// written as they are given.
func New(initialisms ...string) *Namer {
	known := make(map[string]string, len(commonInitialisms)+len(initialisms))
	for _, w := range commonInitialisms {
		known[strings.ToLower(w)] = w
	}
	for _, w := range initialisms {
		known[strings.ToLower(w)] = w
	}
	return &Namer{initialisms: known}
}

// Exported returns the exported Go name for a name of the definition, or what
// comes nearest to one: of "2nd" it is "2nd", of "+" it is "". Use [IsExported]
// to find out, or put it behind a prefix.
func (n *Namer) Exported(name string) string {
	words := split(name)
	shouting := len(words) > 1 && name == strings.ToUpper(name) // IN_PROGRESS
	var b strings.Builder
	for _, w := range words {
		switch known := n.initialism(w); {
		case known != "":
			b.WriteString(known)
		case shouting:
			b.WriteString(capitalise(strings.ToLower(w)))
		default:
			b.WriteString(capitalise(w))
		}
	}
	return b.String()
}

// initialism returns how w is written if it is an initialism or the plural of
// one: ID, IDs.
func (n *Namer) initialism(w string) string {
	lower := strings.ToLower(w)
	if known, ok := n.initialisms[lower]; ok {
		return known
	}
	if stem, ok := strings.CutSuffix(lower, "s"); ok && !strings.HasSuffix(w, "S") {
		if known, ok := n.initialisms[stem]; ok {
			return known + "s"
		}
	}
	return ""
}

// Param returns the name of a Go parameter for an exported Go name: userID
// for UserID, id for ID, urls for URLs. A name that Go or generated code uses
// itself gets the ending Value: typeValue.
func Param(goName string) string {
	runes := []rune(goName)
	caps := 0
	for caps < len(runes) && unicode.IsUpper(runes[caps]) {
		caps++
	}
	if caps > 1 && caps < len(runes) && unicode.IsLower(runes[caps]) && !pluralEnd(runes[caps:]) {
		caps-- // the last capital begins the next word: HTTPServer
	}
	name := strings.ToLower(string(runes[:caps])) + string(runes[caps:])
	if utf8.RuneCountInString(name) < 2 || IsKeyword(name) || IsPredeclared(name) || taken[name] {
		name += "Value"
	}
	return name
}

// split divides a name into words: at everything that is neither letter nor
// digit, before a capital that follows a small letter or a digit, and before
// the last capital of a run that goes on in small letters (HTTPServer). A run
// that ends in a plural s stays one word (userIDs).
func split(name string) []string {
	var words []string
	runes := []rune(name)
	start := 0
	flush := func(end int) {
		if end > start {
			words = append(words, string(runes[start:end]))
		}
		start = end
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
			start = i + 1
		case i == start || !unicode.IsUpper(r):
		case !unicode.IsUpper(runes[i-1]):
			flush(i)
		case i+1 < len(runes) && unicode.IsLower(runes[i+1]) && !pluralEnd(runes[i+1:]):
			flush(i)
		}
	}
	flush(len(runes))
	return words
}

// pluralEnd reports whether rest is an s that ends a word.
func pluralEnd(rest []rune) bool {
	return rest[0] == 's' && (len(rest) == 1 || !unicode.IsLower(rest[1]))
}

func capitalise(w string) string {
	r, size := utf8.DecodeRuneInString(w)
	return string(unicode.ToUpper(r)) + w[size:]
}
