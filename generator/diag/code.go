package diag

// Code names a kind of problem. A code never changes its meaning.
type Code string

// The kinds of problems.
const (
	Syntax       Code = "E001" // not YAML, not UTF-8, several documents
	TooLarge     Code = "E002" // a limit on size, depth or alias expansion
	DuplicateKey Code = "E003" // a YAML key stands twice in one mapping
	UnknownKey   Code = "E004" // a key noexgen does not know
	WrongShape   Code = "E005" // a list where text is wanted, `yes` for `true`
	Missing      Code = "E006" // something required is not there
	BadName      Code = "E007" // a name of the definition with wrong characters
	Conflict     Code = "E008" // two files, or two places, that disagree
	UnknownType  Code = "E010" // a field type that does not exist
	Misplaced    Code = "E011" // a constraint where it cannot apply
	BadArgument  Code = "E012" // a constraint's argument is of the wrong kind or range
	Contradicts  Code = "E013" // constraints that no value can meet together
	BadDefault   Code = "E014" // a default outside its type, enum or constraints
	BadPattern   Code = "E015" // a pattern that does not compile
	UnknownRef   Code = "E016" // a key, index or ref that names nothing
	BadIndex     Code = "E017" // an index that cannot be built, or twice
	NoEquivalent Code = "E018" // carries over from the original but means nothing in Go
	NameClash    Code = "E020" // two things with one Go name
	ReservedName Code = "E021" // a name that generated code needs itself
	BadGoName    Code = "E022" // no exported Go identifier
	Redundant    Code = "W001" // harmless, and without effect
)

// Severity says whether a problem stops generation.
type Severity uint8

// The severities.
const (
	Error   Severity = iota // nothing is generated
	Warning                 // worth knowing
)

// String is "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}
