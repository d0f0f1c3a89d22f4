package rules

import (
	"slices"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/source"
)

// Generators are what can fill a field, in the order the documentation lists
// them.
var Generators = [...]string{"uuid", "cuid", "autoincrement", "timestamp"}

// Lengths of generated texts.
const (
	uuidLength = 36
	cuidLength = 33 // c and 32 hex digits
)

var generatedRule = Rule{
	Name: "generated", Doc: "What fills the field when it is not given.", Example: "uuid",
	Constrains: true,
	Types:      []string{"string", "number", "integer"}, Places: InBucket,
	Schema: `{"enum":["uuid","cuid","autoincrement","timestamp"]}`,
	SchemaFor: map[string]string{
		"string": `{"enum":["uuid","cuid"]}`, "number": `{"enum":["autoincrement","timestamp"]}`, "integer": `{"enum":["autoincrement","timestamp"]}`,
	},
	parse: parseGenerated,
	check: checkGenerated,
}

func parseGenerated(r *reader, arg *source.Node) {
	text, ok := arg.AsText("generated", r.diags)
	if !ok {
		return
	}
	if !slices.Contains(Generators[:], text) {
		r.diags.Errorf(diag.BadArgument, arg.Pos, "unknown generator %q%s", text, diag.DidYouMean(text, Generators[:]))
		r.diags.Help("the generators are %s", diag.Words(Generators[:], "and"))
		return
	}
	isText := text == "uuid" || text == "cuid"
	switch {
	case isText && r.Type != "string" && r.Type != "":
		r.diags.Errorf(diag.Misplaced, arg.Pos, "generated: %s makes texts; write type: string, not %s", text, r.Type)
	case !isText && r.Type == "string":
		r.diags.Errorf(diag.Misplaced, arg.Pos, "generated: %s makes whole numbers; write type: integer, not string", text)
	default:
		r.Generated = text
	}
}

// checkGenerated finds constraints that no generated value can meet.
func checkGenerated(r *reader) {
	arg := r.args["generated"]
	if r.Generated == "" {
		return
	}
	if r.args["enum"] != nil {
		r.diags.Errorf(diag.Contradicts, arg.Pos, "generated: %s makes values that are not in enum; leave one of them out", r.Generated)
		return
	}
	var n int
	switch r.Generated {
	case "uuid":
		n = uuidLength
	case "cuid":
		n = cuidLength
	default:
		return
	}
	if r.MinLength != nil && n < *r.MinLength || r.MaxLength != nil && n > *r.MaxLength {
		r.diags.Errorf(diag.Contradicts, arg.Pos, "generated: %s makes texts of %d characters, which minLength or maxLength excludes", r.Generated, n)
	}
	if r.Format != "" && r.Format != r.Generated {
		r.diags.Errorf(diag.Contradicts, arg.Pos, "generated: %s makes texts that are not of format: %s", r.Generated, r.Format)
	}
}
