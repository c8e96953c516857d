package stack

// Level grades a Note.
type Level int

// Ignored: the property has no effect on this host. Approximated: it has
// one, but not AWS's. Refused: requests that need it are refused. Emulated: it
// has AWS's effect. Listed: functions and APIs do without it, as without the first of
// two values for a key. Invalid: CloudFormation or SAM would not deploy it, and what it
// is in refuses requests. Only Stack.Report has notes of the levels Emulated and Listed.
const (
	Ignored Level = iota
	Approximated
	Refused
	Emulated
	Listed
	Invalid
)

// String gives the level as a report names it: "ignored", "approximated",
// "refused", "emulated", "listed" or "invalid".
func (l Level) String() string {
	return [...]string{"ignored", "approximated", "refused", "emulated", "listed", "invalid"}[l]
}

// Note says what of the template is not emulated as AWS has it.
type Note struct {
	Level Level
	// Auth is true where requests are refused because this host cannot authorize
	// whoever sends them; a host that asks for no authorization lets them pass.
	Auth bool
	// Resource is the logical ID; empty for a section of the template.
	Resource string
	// Type is the resource's type: "AWS::Serverless::Function".
	Type string
	// Property is the dotted path below Properties; empty for the resource as
	// a whole.
	Property string
	// Text says what this host does instead, or what the user can do.
	Text string
	Pos  Position
}
