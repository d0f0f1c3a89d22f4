package model

import (
	"github.com/noexgen/noexgen/generator/diag"
)

// mostListed is how many names are worth listing.
const mostListed = 10

// leadsNowhere reports a name that is none of those known: with the one that may
// be meant, or else with all of them.
func (b *builder) leadsNowhere(pos diag.Pos, what, name, kind string, known []string) {
	near := diag.DidYouMean(name, known)
	b.diags.Errorf(diag.UnknownRef, pos, "%s: %q%s", what, name, near)
	if near == "" && len(known) > 1 && len(known) <= mostListed {
		b.diags.Help("the %s are %s", kind, diag.Words(known, "and"))
	}
}
