package generator

// Version is the version of noexgen. It stands in the first line of generated
// files.
const Version = "0.1.0"
