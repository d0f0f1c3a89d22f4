package emit

import (
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
)

// Declarations, statements and blocks are jennifer's. An expression is text,
// spaced as gofmt spaces it: it can stand in several places, it cannot change
// behind the back of another, and a tree of its tokens takes ten times as long
// to make and to write.

// raw is code as it is written: a statement, an expression, or lines of them.
func raw(code string) *jen.Statement { return jen.Id(code) }

// lines are statements, one a line.
func lines(statements []string) []jen.Code {
	if len(statements) == 0 {
		return nil
	}
	return []jen.Code{raw(strings.Join(statements, "\n"))}
}

// call is the expression or statement that calls a function.
func call(function string, args ...string) string { return enclosed(function, "(", args, ")") }

// composite is a composite literal on one line.
func composite(typ string, elems []string) string { return enclosed(typ, "{", elems, "}") }

// generic is a type or function with type arguments.
func generic(name string, types ...string) string { return enclosed(name, "[", types, "]") }

// enclosed is a name with a list in brackets.
func enclosed(name, left string, list []string, right string) string {
	size := len(name) + len(left) + len(right)
	for _, x := range list {
		size += len(x) + len(", ")
	}
	var text strings.Builder
	text.Grow(size)
	text.WriteString(name)
	text.WriteString(left)
	for i, x := range list {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString(x)
	}
	text.WriteString(right)
	return text.String()
}

// assign is the statement that gives x the value v.
func assign(x, v string) jen.Code { return raw(x + " = " + v) }

// define is the statement that declares x with the value v.
func define(x, v string) jen.Code { return raw(x + " := " + v) }

// returns is the statement that returns values.
func returns(values ...string) jen.Code { return raw("return " + strings.Join(values, ", ")) }

// when is an if statement.
func when(condition string, body ...jen.Code) jen.Code { return jen.If(raw(condition)).Block(body...) }

// loop is a for statement.
func loop(clause string, body ...jen.Code) jen.Code { return jen.For(raw(clause)).Block(body...) }

// quote is a string literal. See text for those that hold quotes.
func quote(s string) string {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return strconv.Quote(s)
		}
	}
	return `"` + s + `"`
}

// funcDecl is a function declaration with its body on lines of their own.
func funcDecl(signature string, body ...jen.Code) *jen.Statement {
	if len(body) == 0 && len("func "+signature) >= maxFunc {
		return jen.Func().Id(signature + " {\n}")
	}
	return jen.Func().Id(signature).Block(body...)
}

// shortDecl is a declaration of a function that returns a value, on one line
// where gofmt leaves it there.
func shortDecl(signature, result string) jen.Code {
	return raw(fitted(maxFunc-1, "func "+signature, "return "+result)) // gofmt counts the space behind func twice
}

// maxFunc is the length up to which gofmt leaves a function on one line: its
// signature and its statements.
const maxFunc = 100

// function is a function literal of simple statements, on one line where gofmt
// leaves it there.
func function(signature string, body ...string) string { return fitted(maxFunc, signature, body...) }

func fitted(limit int, signature string, body ...string) string {
	size := len(signature) + 2*(len(body)-1)
	for _, statement := range body {
		size += len(statement)
	}
	if size > limit {
		return closure(signature, body...)
	}
	return signature + " { " + strings.Join(body, "; ") + " }"
}

// closure is a function literal with its body on lines of their own.
func closure(signature string, body ...string) string {
	return signature + " {\n" + strings.Join(body, "\n") + "\n}"
}
