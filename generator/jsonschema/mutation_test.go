package jsonschema_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/rules"
	"github.com/noexgen/noexgen/generator/source"
)

// sayable are the problems that a schema can find too, alone or together with
// others. The rest compares keys with each other, follows names, or looks at
// several files.
var sayable = []diag.Code{
	diag.UnknownKey, diag.WrongShape, diag.Missing, diag.BadName, diag.UnknownType, diag.Misplaced,
	diag.BadArgument, diag.BadPattern, diag.NoEquivalent, diag.BadGoName,
}

// TestSchemaAndCheckerAgreeOnMutations changes one or two things at random
// places of definitions that are right. An editor must never mark what the
// checker accepts, and has to mark what a schema can find.
func TestSchemaAndCheckerAgreeOnMutations(t *testing.T) {
	schema := compiled(t)
	corpus := definitions(t)
	rounds := uint64(2000)
	if testing.Short() {
		rounds = 400
	}
	accepted, rejected := 0, 0
	for seed := range rounds {
		r := rand.New(rand.NewPCG(seed, 0))
		text := mutated(t, r, corpus[r.IntN(len(corpus))])
		pkg, diags := model.Load([]source.File{{Name: "noex.yaml", Data: text}}, model.Options{Package: "store"})
		err := validate(schema, text)
		switch {
		case pkg != nil:
			accepted++
		default:
			rejected++
		}
		says := slices.IndexFunc(diags, func(d diag.Diagnostic) bool {
			return d.Severity == diag.Error && slices.Contains(sayable, d.Code) && !beyondSchema(d)
		})
		switch {
		case pkg != nil && err != nil:
			t.Errorf("seed %d: the checker accepts it, the schema says %v\n%s", seed, err, text)
		case says >= 0 && err == nil:
			t.Errorf("seed %d: the schema accepts it, the checker says %v\n%s", seed, diags[says], text)
		}
	}
	if accepted < int(rounds)/20 || rejected < int(rounds)/3 {
		t.Errorf("%d mutations are right and %d wrong: one side is hardly tested", accepted, rejected)
	}
}

// beyondSchema are mistakes of a kind that a schema can find elsewhere.
func beyondSchema(d diag.Diagnostic) bool {
	for _, start := range []string{
		"there is no bucket",             // another file may have some
		"the default of",                 // of an array, against its items
		"a default cannot be a function", // it is text, where text may stand
	} {
		if strings.HasPrefix(d.Message, start) {
			return true
		}
	}
	return false
}

// definitions are all that are right: golden ones, examples, what init writes.
func definitions(t *testing.T) [][]byte {
	t.Helper()
	var out [][]byte
	for _, pattern := range []string{"../../golden/*/*noex.yaml", "../../example/*/noex.yaml", "../../example/*/*/noex.yaml", "../../templates/init/noex.yaml.tmpl"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatal(pattern, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text = bytes.ReplaceAll(text, []byte("{{.Package}}"), []byte("store"))
			text = bytes.ReplaceAll(text, []byte("{{.EditorLine}}\n"), nil)
			out = append(out, text)
		}
	}
	return out
}

// mutated changes a definition in one or two places.
func mutated(t *testing.T, r *rand.Rand, text []byte) []byte {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	for range 1 + r.IntN(4)/3 {
		var all []*yaml.Node
		collect(&doc, &all)
		at := all[r.IntN(len(all))]
		if at.Kind == yaml.ScalarNode { // most are; the others have more to change
			at = all[r.IntN(len(all))]
		}
		mutate(r, at)
	}
	out, err := yaml.Marshal(&doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func collect(n *yaml.Node, all *[]*yaml.Node) {
	*all = append(*all, n)
	for _, child := range n.Content {
		collect(child, all)
	}
}

// mutate changes a node.
func mutate(r *rand.Rand, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		if len(n.Content) == 0 {
			return
		}
		at := 2 * r.IntN(len(n.Content)/2)
		switch r.IntN(6) {
		case 0, 1, 2:
			n.Content = slices.Delete(n.Content, at, at+2)
		case 3:
			key := *n.Content[at]
			key.Value = misspelt(r, key.Value)
			n.Content[at] = &key
		case 4:
			n.Content = append(n.Content, word(r, allKeys()), argument(r))
		default:
			n.Content[at+1] = argument(r)
		}
	case yaml.SequenceNode:
		if len(n.Content) > 0 && r.IntN(2) == 0 {
			n.Content[r.IntN(len(n.Content))] = argument(r)
		} else {
			n.Content = append(n.Content, argument(r))
		}
	case yaml.ScalarNode:
		*n = *argument(r)
	}
}

func misspelt(r *rand.Rand, s string) string {
	if len(s) < 2 {
		return s + "x"
	}
	at := r.IntN(len(s) - 1)
	return s[:at] + s[at+1:at+2] + s[at:at+1] + s[at+2:]
}

func allKeys() []string {
	var out []string
	for _, keys := range [][]source.Key{source.TopKeys(), source.BucketKeys(), source.IndexKeys()} {
		for _, k := range keys {
			out = append(out, k.Name)
		}
	}
	for _, rule := range rules.All() {
		out = append(out, rule.Name)
	}
	return out
}

func word(r *rand.Rand, words []string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: words[r.IntN(len(words))]}
}

// argument is one of the arguments that are tried with every key.
func argument(r *rand.Rand) *yaml.Node {
	for {
		text := arguments[r.IntN(len(arguments))]
		var doc yaml.Node
		if strings.HasPrefix(text, "!!") || yaml.Unmarshal([]byte(text), &doc) != nil {
			continue
		}
		return doc.Content[0]
	}
}
