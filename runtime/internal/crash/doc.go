// Package crash kills programs that write to a store and checks what is left.
//
// The one idea: a child process writes transactions and says on its standard
// output which of them Flush has acknowledged; the parent kills it at a random
// moment, and the next child, which opens the same storage, says what it found:
// everything acknowledged, nothing halved, nothing that was never written.
//
//	parent ──start──▶ child: open, check, "found 41"
//	       ◀─"acked 57"──   tx, tx, tx, Flush, "acked 57", tx, …
//	       ──kill -9──▶
//
// The tests run 300 cycles for each adapter, or as many as the flag -cycles
// says. Where they are root and may mount image files, they also cut the power
// of real file systems, as often as the flag -powercut says.
package crash
