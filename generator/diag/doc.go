// Package diag holds what is wrong with a definition: where, what, and how to
// mend it. Finding and printing are apart, so a printer is one more file.
//
//	source, rules, model ──Errorf──▶ List ──Sorted──▶ WriteText, WriteGitHub
//	Code ──Explain──▶ Explanation
//
// A message says what is wrong in terms of the definition, never of Go types
// of the generator, and ends with the remedy or a suggestion where one is
// near. Codes are stable: a program may match on them, the words may change.
package diag
