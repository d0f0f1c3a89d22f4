// Package prefetch asks the processor for memory before it is looked at, so that what
// follows need not wait for it, but can go on with something else meanwhile.
//
// The instructions are PREFETCHT0 (AMD64 Architecture Programmer's Manual, volume 3) and
// PRFM PLDL1KEEP (Arm Architecture Reference Manual for A-profile). They are no reads: a
// processor goes on beyond a read that is not served yet for some hundred instructions
// only, and not beyond an atomic one, as each lock has.
//
// Where there is nothing else to do meanwhile, a loop of reads does better: with
// instructions of this package instead, a visit of 1,000 of a million records took half as
// long again.
package prefetch
