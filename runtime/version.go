package noex

// Generated code states the version of the interface it was written for, and
// the runtime the versions it serves:
//
//	const (
//		_ = noex.EnforceVersion(1 - noex.MinVersion) // generated code too old: run noexgen generate
//		_ = noex.EnforceVersion(noex.MaxVersion - 1) // runtime too old: go get github.com/noexgen/noexgen
//	)
//
// A negative constant does not convert to EnforceVersion, so a pair that does
// not fit does not compile. The technique is that of protobuf-go.

// EnforceVersion is the type that keeps generated code and runtime in step.
type EnforceVersion uint

// The versions of the generated code's interface that this runtime serves.
const (
	MinVersion = 1
	MaxVersion = 1
)
