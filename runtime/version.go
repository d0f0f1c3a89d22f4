package noex

// Generated code states the version of the interface it was written for, and
// the runtime has a method for each version that it serves:
//
//	var _ interface{ GeneratedCodeV1_run_go_tool_noexgen_generate() } = noex.Runtime
//
// A pair that does not fit does not compile, and because the names carry both
// versions and the remedy, so does the compiler's message:
//
//	cannot use noex.Runtime (constant 0 of uint8 type noex.RuntimeServesCodeV2) as
//	interface{GeneratedCodeV1_run_go_tool_noexgen_generate()} value in variable
//	declaration: … (missing method GeneratedCodeV1_run_go_tool_noexgen_generate)
//
// The remedy is the same both ways: noexgen and the runtime are one module, so
// the tool that go.mod names generates what the runtime that it names serves.
//
// A change of the interface gives the type a new name and a new method, and
// keeps the old method if the old code still works.

// Runtime is what generated code asks for its version.
const Runtime RuntimeServesCodeV2 = 0

// RuntimeServesCodeV2 is the type of [Runtime]. Its methods do nothing.
type RuntimeServesCodeV2 uint8

// GeneratedCodeV2_run_go_tool_noexgen_generate says that code of version 2 works
// with this runtime.
func (RuntimeServesCodeV2) GeneratedCodeV2_run_go_tool_noexgen_generate() {}
