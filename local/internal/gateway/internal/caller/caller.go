package caller

import (
	"context"
	"log/slog"
	"slices"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/event"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/template"
)

// Admitter is a way in: it knows callers by their requests.
type Admitter interface {
	// Admit decides about a request that met its route and was identified. The
	// Caller is what it found out.
	Admit(ctx context.Context, r *request.Request) (event.Caller, *answer.Refusal)
}

// bodyReader is an Admitter that looks at the body, which a signature covers.
type bodyReader interface {
	NeedsBody() bool
}

// fieldReader is an Admitter that knows callers by header fields.
type fieldReader interface {
	// Fields are the fields' canonical names.
	Fields() []string
}

// Chain is what the callers of one route have to pass, in the order in which API
// Gateway asks. The zero value lets everybody in.
type Chain []Admitter

// Admit asks each Admitter until one refuses.
func (c Chain) Admit(ctx context.Context, r *request.Request) (event.Caller, *answer.Refusal) {
	var caller event.Caller
	for _, a := range c {
		found, refused := a.Admit(ctx, r)
		if refused != nil {
			return event.Caller{}, refused
		}
		caller = caller.With(found)
	}
	return caller, nil
}

// NeedsBody reports whether one of them looks at the body, which has to be read
// before Admit then.
func (c Chain) NeedsBody() bool {
	return slices.ContainsFunc(c, func(a Admitter) bool {
		b, ok := a.(bodyReader)
		return ok && b.NeedsBody()
	})
}

// Fields are the canonical names of the header fields by which callers are known.
func (c Chain) Fields() []string {
	var fields []string
	for _, a := range c {
		if f, ok := a.(fieldReader); ok {
			fields = append(fields, f.Fields()...)
		}
	}
	return fields
}

// Invoke runs a function: its logical ID, with a version or an alias behind a
// colon, the tracing header that it gets, and the event. An error that has the
// method ErrorMessage() string tells by it what the function said as it failed.
type Invoke func(ctx context.Context, function, traceID string, event []byte) (payload []byte, err error)

// Maker makes the Chains of a stack's routes, which share the authorizers that
// their APIs declare, and what these remember.
type Maker struct {
	invoke      Invoke
	memory      *Memory
	log         *slog.Logger
	authorizers map[stageAuthorizer]*lambdaAuthorizer
	remembered  map[memoryKey]*lent
}

// stageAuthorizer is an authorizer in one stage of its API. The policies that it
// remembers speak of the stage.
type stageAuthorizer struct {
	declared *template.Authorizer
	stage    string
}

// NewMaker gives a Maker of Chains that run functions by invoke, remember in memory,
// and log what was wrong with authorizers.
func NewMaker(invoke Invoke, memory *Memory, log *slog.Logger) *Maker {
	return &Maker{invoke, memory, log, map[stageAuthorizer]*lambdaAuthorizer{}, map[memoryKey]*lent{}}
}

// Keep has the memory keep what authorizers of these Chains remember, and forget what
// others do. Until then it is as it was.
func (m *Maker) Keep() { m.memory.keep(m.remembered) }

// Chain makes what a route of an API asks for; nil where that is nothing. It never
// fails: what cannot be checked, or read, refuses the route's requests and leaves
// others alone.
func (m *Maker) Chain(api *template.API, auth *template.Auth) Chain {
	var c Chain
	for _, kind := range auth.Kinds() {
		c = append(c, m.admitter(api, auth, kind))
	}
	return c
}

func (m *Maker) admitter(api *template.API, auth *template.Auth, kind template.AuthKind) Admitter {
	if auth.Checks(kind) && kind == template.AuthLambda {
		return m.lambda(api, auth.Authorizer)
	}
	return unchecked{kind, auth.Why(kind)}
}
