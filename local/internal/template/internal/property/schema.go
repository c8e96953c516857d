package property

import (
	"maps"
	"slices"
	"strings"

	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Schema lists the properties that are valid in one kind of mapping and that
// nobody asks for.
type Schema struct {
	// Of names the kind of mapping in notes.
	Of string
	// Properties says of each what becomes of it, by its name in Pascal case. An
	// OpenAPI extension has its own spelling.
	Properties map[string]Effect
	// Prefixes says the same of names that begin with a key; nil for none.
	Prefixes map[string]Effect
	// Strict makes an error of a key that is none of them, and not only of one that comes
	// near one of them: what it was to ask of callers would not be asked.
	Strict bool
	// Free makes a note of every key that is none of them, as AWS takes any.
	Free bool
}

// Names returns the names of the properties, sorted.
func (s Schema) Names() []string { return slices.Sorted(maps.Keys(s.Properties)) }

// Effect says what becomes of a property on this host.
type Effect struct {
	Level stack.Level
	// Text says more; it is empty for nothing more than Emulated.
	Text string
}

// Emulated is the Effect of a property that does what AWS has it do, or nothing
// that a caller could see.
func Emulated() Effect { return Effect{Level: stack.Emulated} }

// Listed is the Effect of a property that functions and APIs do without.
func Listed(text string) Effect { return Effect{Level: stack.Listed, Text: text} }

// Ignored is the Effect of a property that has none here.
func Ignored(text string) Effect { return Effect{Level: stack.Ignored, Text: text} }

// Approximated is the Effect of a property that has another than AWS's.
func Approximated(text string) Effect { return Effect{Level: stack.Approximated, Text: text} }

// Refused is the Effect of a property whose need refuses requests.
func Refused(text string) Effect { return Effect{Level: stack.Refused, Text: text} }

// The texts of an Effect that is the same in many kinds of mapping.
const (
	NoAccount    = "has no meaning outside of AWS"
	NoCache      = "responses are not cached"
	NoDeployment = "there are no deployments; the code is always the newest"
	NoEvents     = "sends no events here; invoke the function with one of your own"
	NoDomain     = "the domain is not served; the API answers on this host's address"
	NoPermission = "permissions are not checked: the function has those of its credentials"
	NoThrottling = "requests are not throttled"
)

// Done makes a row of the report for every property that was asked for, and a
// note for every other: what the schema says of it, or that the schema does not
// have it, which is an error where the schema is strict. Inside of an OpenAPI
// definition, which is one property of the report, what was asked for has no row.
func (o *Object) Done(s Schema) {
	for _, e := range o.Entries() {
		name := e.Key
		if o.openAPI {
			name = pascal(name)
		}
		p, ok := s.effect(name)
		switch {
		case e.Value.Kind == syntax.Null && o.refusesNull():
			o.Fail(e.Pos, "%s has no value, and CloudFormation takes no null", e.Key)
		case o.Asked(e.Key) && o.openAPI:
		case o.Asked(e.Key):
			o.Note(stack.Emulated, e.Pos, e.Key, "")
		case ok:
			o.Note(p.Level, e.Pos, e.Key, p.Text)
		default:
			o.unknown(e, s)
		}
	}
}

// refusesNull tells whether AWS refuses a property with nothing behind it: CloudFormation
// does in resources of its own. SAM drops some of its, and API Gateway what a definition has.
func (o *Object) refusesNull() bool {
	return !o.openAPI && !strings.HasPrefix(o.resource.Type, "AWS::Serverless::") && !strings.HasPrefix(o.path, "Metadata")
}

// effect gives what the schema says of a property; ok is false where it does not have it.
func (s Schema) effect(name string) (e Effect, ok bool) {
	if e, ok = s.Properties[name]; ok {
		return e, true
	}
	for _, prefix := range slices.Sorted(maps.Keys(s.Prefixes)) {
		if strings.HasPrefix(name, prefix) {
			return s.Prefixes[prefix], true
		}
	}
	return Effect{}, false
}

// unknown reports a property that the schema does not have. SAM and CloudFormation refuse
// what they do not know: one that is a property but for a letter or two is misspelt. Any
// other may be newer than this host, or a macro's that is not run.
func (o *Object) unknown(e syntax.Entry, s Schema) {
	text := "is not a property of " + s.Of + o.Suggestion(e.Key, s)
	misspelt := syntax.Misspelt(e.Key, slices.Concat(o.asked, s.Names())) && !o.scope.Open()
	switch {
	case s.Strict, misspelt && !s.Free:
		o.Fail(e.Pos, "%s %s", e.Key, text)
	default:
		o.Note(stack.Ignored, e.Pos, e.Key, text)
	}
}

// Suggestion gives the end of a message on a misspelt property, with the nearest of
// those that were asked for and of the schema's; "" where none comes near.
func (o *Object) Suggestion(key string, s Schema) string {
	return syntax.Suggestion(key, slices.Concat(o.asked, s.Names()))
}
