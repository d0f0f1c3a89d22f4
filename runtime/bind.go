package noex

import (
	"fmt"
	"time"

	"github.com/noexgen/noexgen/runtime/codec"
)

// Member binds a JSON name to a field of an input or a patch.
type Member struct {
	// Name is the name in JSON.
	Name string
	// Field is a pointer to the field where its type is a basic one or an Opt of
	// that, a [Binding] of other fields, or [Ignored] or [Fixed].
	Field any
}

// What a member is that is not read.
const (
	// Ignored is a field that a patch may hold and that is left as it is: a
	// generated one.
	Ignored = useIgnored
	// Fixed is a field that no patch may hold: the key or an immutable one.
	Fixed = useFixed
)

type memberUse uint8

const (
	useField memberUse = iota
	useIgnored
	useFixed
)

// Binding is how a field is read and written.
type Binding struct {
	use      memberUse
	required bool
	decode   func(*codec.Decoder, *Check)
	append   func([]byte) []byte // nil result: nothing to write
}

// Bind binds a field that has to be given.
//
//go:noinline
func Bind[T any](p *T, j JSON[T]) Binding {
	return Binding{
		required: true,
		decode: func(d *codec.Decoder, c *Check) {
			if d.Null() {
				c.Required("", false)
				return
			}
			*p = j.Decode(d, c)
		},
		append: func(b []byte) []byte { return j.Append(b, *p, codec.Plain) },
	}
}

// BindOpt binds a field that need not be given.
//
//go:noinline
func BindOpt[T any](p *Opt[T], j JSON[T]) Binding {
	return Binding{
		decode: func(d *codec.Decoder, c *Check) {
			if d.Null() {
				*p = Null[T]()
				return
			}
			*p = Some(j.Decode(d, c))
		},
		append: func(b []byte) []byte {
			switch {
			case p.IsSet():
				return j.Append(b, p.value, codec.Plain)
			case p.IsNull():
				return append(b, "null"...)
			}
			return nil
		},
	}
}

func bindings(members []Member) []Binding {
	out := make([]Binding, len(members))
	for i, m := range members {
		out[i] = bindingOf(m.Field)
	}
	return out
}

// bindingOf knows the types that most fields have, so that generated code need
// not say how they are read.
func bindingOf(field any) Binding {
	switch p := field.(type) {
	case Binding:
		return p
	case memberUse:
		return Binding{use: p}
	case *string:
		return Bind(p, TextJSON[string]())
	case *Opt[string]:
		return BindOpt(p, TextJSON[string]())
	case *int64:
		return Bind(p, IntJSON[int64]())
	case *Opt[int64]:
		return BindOpt(p, IntJSON[int64]())
	case *float64:
		return Bind(p, FloatJSON())
	case *Opt[float64]:
		return BindOpt(p, FloatJSON())
	case *bool:
		return Bind(p, BoolJSON())
	case *Opt[bool]:
		return BindOpt(p, BoolJSON())
	case *time.Time:
		return Bind(p, TimeJSON())
	case *Opt[time.Time]:
		return BindOpt(p, TimeJSON())
	case *map[string]any:
		return Bind(p, ObjectJSON())
	case *Opt[map[string]any]:
		return BindOpt(p, ObjectJSON())
	case *[]any:
		return Bind(p, ArrayJSON())
	case *Opt[[]any]:
		return BindOpt(p, ArrayJSON())
	default:
		panic(fmt.Sprintf("noex: no binding for a %T", field))
	}
}
