package emit_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/noexgen/noexgen/generator/emit"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/source"
)

// TestRandomDefinitionsCompile makes definitions of random fields with names
// that fight: bytes that a fuzzer changes are hardly ever valid definitions.
func TestRandomDefinitionsCompile(t *testing.T) {
	rounds := uint64(300)
	if testing.Short() {
		rounds = 30
	}
	accepted := 0
	for seed := range rounds {
		if generateRandom(t, seed) {
			accepted++
		}
	}
	if accepted < int(rounds)/4 {
		t.Errorf("only %d of %d definitions are valid", accepted, rounds)
	}
}

// FuzzRandomDefinition goes on where the test ends.
func FuzzRandomDefinition(f *testing.F) {
	f.Add(uint64(1 << 40))
	f.Fuzz(func(t *testing.T, seed uint64) { generateRandom(t, seed) })
}

// generateRandom reports whether the definition of a seed is valid; if it is,
// its package has to compile.
func generateRandom(t *testing.T, seed uint64) bool {
	t.Helper()
	r := definition{Rand: rand.New(rand.NewPCG(seed, 0))}
	yaml := r.definition()
	pkg, diags := model.Load([]source.File{{Name: "noex.yaml", Data: []byte(yaml)}}, model.Options{Package: "store"})
	if pkg == nil {
		t.Log(diags[0])
		return false
	}
	files, err := emit.Package(pkg, emit.Options{Version: "0.0.0"})
	if err != nil {
		t.Errorf("seed %d: %v\n%s", seed, err, yaml)
		return true
	}
	if compile(t, files); t.Failed() {
		t.Fatalf("seed %d:\n%s", seed, yaml)
	}
	return true
}

// definition writes random YAML in flow style.
type definition struct{ *rand.Rand }

// words are names that fight with Go, with what is generated and with each
// other, and long ones, of which gofmt has opinions.
var words = strings.Fields(`
	aNameOfFortyOneCharactersWhichIsOneTooMany aNameOfFortyCharactersWhichIsTheMostTher
	theIdentifierOfTheRecordAsTheOriginalSystemKnowsIt theNumberOfTimesThatThisWasReadFromTheOtherSystemSinceItsLastRestart
	aNameThatIsAsLongAsNamesMayBeAndOfWhichNobodyWouldThinkThatAnyoneCouldEverWantToWriteItDownTwice1
	numberOfTheOrderOfTheCustomer customerReferenceNumber deliveryAddressLine1
	id name type func range string strings int64 error errors nil len append cap new make any bool true
	time date codec noex bytes slices regexp cmp context init main err ok r c s v in p d f g b i n old key seen once more extra
	members user User users userSchema userByName newUser checkUser schema check decode clone 
	open Tx view reader writer feed data values valid get set url userId home_url a-b ids APIKey apiKey x_test linux windows
	appendSet core cfg ctx self sn start input patch fields bucket where all first insert update close flush on`)

func (r definition) pick(words ...string) string { return words[r.IntN(len(words))] }

func (r definition) name() string { return words[r.IntN(len(words))] }

func (r definition) maybe(oneIn int, text string) string {
	if r.IntN(oneIn) == 0 {
		return text
	}
	return ""
}

func (r definition) definition() string {
	var b strings.Builder
	b.WriteString("buckets:\n")
	buckets := r.Perm(len(words))
	for _, at := range buckets[:1+r.IntN(3)] {
		names := r.Perm(len(words))[:1+r.IntN(9)]
		key := words[names[0]]
		fmt.Fprintf(&b, "  %s:\n    key: %s\n    schema:\n", words[at], key)
		fmt.Fprintf(&b, "      %s: { type: %s }\n", key, r.pick("string", "integer", "number",
			"string, generated: uuid", "integer, generated: autoincrement", "number, generated: timestamp"))
		indexed := []string{}
		for _, at := range names[1:] {
			field := r.field(3, true)
			fmt.Fprintf(&b, "      %s: { %s }\n", words[at], field)
			if !strings.HasPrefix(field, "type: array") && !strings.HasPrefix(field, "type: object") {
				indexed = append(indexed, words[at])
			}
		}
		b.WriteString(r.maybe(6, "    record: Thing\n") + r.maybe(4, "    ttl: 90s\n") + r.maybe(4, "    maxSize: 5\n") +
			r.maybe(4, "    etsType: ordered_set\n") + r.maybe(2, "    doc: "+r.text()+"\n"))
		fmt.Fprintf(&b, "    indexes: [%s]\n", strings.Join(r.indexes(indexed), ", "))
	}
	return b.String()
}

// fragments are what gofmt changes in comments, or takes for something else, and
// what could be taken for code.
var fragments = []string{"a", "A heading", "Text.", "# A", "#", "- b", "* c", "+ d", "1. e", "10) f", "•", "    code", "  two",
	"\t", "\n", "\n", "\n\n", " ", "[x]", "[x]: http://a.b", "``q''", "“", "`c`", "\"", "\\n", "===", "//", "/*", "*/",
	"Deprecated: z", "TODO(a): b", "//go:build ignore", "+build x", "//nolint", "import \"C\"", "{", "(", "}", ")", "case x:",
	"default:", "time.Now", "é", "日本語", "http://example.com/" + strings.Repeat("long/", 20)}

// text is a random text as YAML writes it.
func (r definition) text() string {
	var text strings.Builder
	for range 1 + r.IntN(12) {
		text.WriteString(r.pick(fragments...) + r.maybe(2, " ") + r.maybe(5, "\n"))
	}
	return strconv.Quote(text.String())
}

// indexes are one over each number of fields.
func (r definition) indexes(fields []string) []string {
	var indexes []string
	for n := 1; n <= len(fields); n += 1 + r.IntN(3) {
		indexes = append(indexes, fmt.Sprintf("{ fields: [%s]%s%s%s }", strings.Join(fields[:n], ", "),
			r.maybe(2, ", unique: true"), r.maybe(2, ", ordered: true"), r.maybe(3, ", name: "+r.name())))
	}
	return indexes
}

// field is what stands in the braces of a field; top: of a bucket, where
// defaults and what fixes a field are allowed.
func (r definition) field(depth int, top bool) string {
	var s string
	if top {
		s = r.maybe(3, ", required: true") + r.maybe(6, ", immutable: true") + r.maybe(8, ", deprecated: "+r.text()) + r.maybe(8, ", doc: "+r.text())
	}
	fill := func(value string) string {
		if !top {
			return ""
		}
		return r.maybe(3, ", default: "+value)
	}
	kind := r.IntN(9)
	if depth == 0 {
		kind = r.IntN(6)
	}
	switch kind {
	case 0:
		return "type: string" + s + r.maybe(3, ", minLength: 1") + r.maybe(3, ", maxLength: 9") + r.maybe(4, ", pattern: '[\"`a\\\\]'") +
			r.maybe(8, ", format: "+r.pick("email", "url", "uuid", "ipv6")) + fill(r.pick("a", r.text()))
	case 1:
		return "type: string, enum: [a, " + r.pick("b", "B b", "x-y, z, ok, user, values") + "]" + s + fill("a")
	case 2:
		return "type: integer" + s + r.pick("", ", enum: [-1, 0, 7]", ", min: -5", ", max: 7, min: 0") + fill("0")
	case 3:
		return "type: number" + s + r.maybe(2, ", min: 0.5") + r.maybe(2, ", max: 1e30") + fill("1.5")
	case 4:
		return "type: boolean" + s + fill("true")
	case 5:
		return "type: date" + s + fill("2024-02-29T01:02:03.004Z")
	case 6:
		return "type: array, items: { " + r.field(depth-1, false) + " }" + s + r.maybe(3, ", minLength: 1") + fill("[]")
	case 7:
		var fields []string
		for range 1 + r.IntN(4) {
			fields = append(fields, fmt.Sprintf("%s: { %s%s }", r.name(), r.field(depth-1, false), r.maybe(2, ", required: true")))
		}
		return "type: object, fields: { " + strings.Join(fields, ", ") + " }" + s
	default:
		return "type: " + r.pick("object"+s+fill("{ a: [1, { b: null }] }"), "array"+s+fill("[1, a, null, [true]]"))
	}
}
