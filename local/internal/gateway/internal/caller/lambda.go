package caller

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"sync"
	"time"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/event"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/template"
)

// errNoIdentity is a caller of whom the function is not even asked.
var errNoIdentity = errors.New("an identity source is missing, or the token is none by the validation expression")

// lambdaAuthorizer is a Lambda authorizer made ready to be asked. Routes share it,
// and with it what it remembers.
//
//	identity sources ──missing──▶ 401
//	      │ present, token valid
//	      ▼
//	    cache ──miss──▶ function ──▶ output ──▶ cache
//	      └─────hit──────────────────▶ │
//	                                   ▼
//	                 the decision on this request's ARN
type lambdaAuthorizer struct {
	name       string
	is         *template.LambdaAuthorizer
	rules      lambdaRules
	kind       template.Kind
	invoke     Invoke
	log        *slog.Logger
	sources    []request.Variable
	fields     []string       // canonical names of the header fields among sources
	validation *regexp.Regexp // nil for none
	outputs    *cache
	// broken is why it cannot be asked, and refuses every caller; nil if it can.
	broken error
}

// lambdaRules are what Lambda authorizers of one kind of API have of their own.
type lambdaRules struct {
	// v1 is true where events have format 1.0 whatever the authorizer says.
	v1 bool
	// maxARN is the longest method ARN that an authorizer is asked about; a longer
	// one is a request target that is too long; zero for no limit:
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
	maxARN int
	// stringified is true where a context has strings, numbers and booleans, and
	// makes strings of them all; false where it has any JSON.
	stringified bool
	// timeout is how long the function may take. Of an HTTP API's the quotas tell:
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html;
	// a REST API's has as long as an integration.
	timeout time.Duration
}

var lambdaKinds = [...]lambdaRules{
	template.REST: {v1: true, maxARN: 1600, stringified: true, timeout: 29 * time.Second},
	template.HTTP: {timeout: 10 * time.Second},
	template.URL:  {}, // has none
}

// lambda gives the Lambda authorizer of an API's stage, made at its first route.
func (m *Maker) lambda(api *template.API, declared *template.Authorizer) *lambdaAuthorizer {
	asked := stageAuthorizer{declared, api.Stage}
	if a := m.authorizers[asked]; a != nil {
		return a
	}
	a := newLambda(declared, api.Kind)
	a.invoke, a.log = m.invoke, m.log
	key := memoryKey{api.LogicalID, api.Stage, declared.Name}
	m.remembered[key] = m.memory.borrow(key, declared.Lambda)
	a.outputs = m.remembered[key].cache
	if a.broken != nil {
		m.log.Warn("authorizer refuses every request", "authorizer", declared.Name, "api", api.LogicalID,
			"reason", a.broken.Error())
	}
	m.authorizers[asked] = a
	return a
}

// newLambda never fails: an authorizer that cannot be read refuses its routes and
// leaves the others alone.
func newLambda(declared *template.Authorizer, kind template.Kind) *lambdaAuthorizer {
	is := declared.Lambda
	a := &lambdaAuthorizer{name: declared.Name, is: is, kind: kind, rules: lambdaKinds[kind]}
	a.rules.v1 = a.rules.v1 || is.PayloadFormat == template.Format1
	places := is.IdentitySources
	if is.Token && len(places) == 0 {
		places = []string{"method.request.header.Authorization"}
	}
	for _, place := range places {
		source, err := parseSource(place)
		if err != nil {
			a.broken = fmt.Errorf("reading an identity source: %w", err)
			return a
		}
		a.sources = append(a.sources, source)
		if name, ok := sourceHeader(place); ok {
			a.fields = append(a.fields, name)
		}
	}
	if is.ValidationExpression != "" {
		// AWS's expressions are Java's; of these RE2 has all but look-around
		// and back-references.
		a.validation, a.broken = regexp.Compile(`\A(?:` + is.ValidationExpression + `)\z`)
	}
	return a
}

// Fields are the header fields among the identity sources.
func (a *lambdaAuthorizer) Fields() []string { return a.fields }

// Admit asks the function, or what it said before, whether a request may pass.
func (a *lambdaAuthorizer) Admit(ctx context.Context, r *request.Request) (event.Caller, *answer.Refusal) {
	if a.broken != nil {
		return event.Caller{}, a.failed(ctx, r, a.broken)
	}
	arn := r.ARN()
	if a.rules.maxARN > 0 && len(arn) > a.rules.maxARN {
		return event.Caller{}, answer.For(answer.TargetTooLong)
	}
	identity, ok := a.identity(r)
	if !ok {
		return event.Caller{}, answer.Because(answer.Unauthorized, errNoIdentity)
	}
	o, took, err := a.ask(ctx, r, identity, arn)
	if err != nil {
		return event.Caller{}, a.refusalOf(ctx, r, err)
	}
	if refused := o.on(arn); refused != nil {
		return event.Caller{}, refused
	}
	return event.Caller{Authorizer: lambdaCaller{o, took}}, nil
}

// identity gives what the identity sources hold; ok is false where one holds
// nothing, or where a token is none by the validation expression. Then the
// function is not asked.
func (a *lambdaAuthorizer) identity(r *request.Request) (values []string, ok bool) {
	for _, source := range a.sources {
		value := source(r)
		if value == "" {
			return nil, false
		}
		values = append(values, value)
	}
	return values, a.validation == nil || !a.is.Token || a.validation.MatchString(values[0])
}

// questions are Writers of events that nobody uses at the moment.
var questions = sync.Pool{New: func() any { return new(event.Writer) }}

// ask gives the output on an identity, from memory where there is one, and what
// asking took.
func (a *lambdaAuthorizer) ask(ctx context.Context, r *request.Request, identity []string, arn string) (*output, time.Duration, error) {
	if o := a.outputs.get(identity, r.Start); o != nil {
		return o, 0, nil
	}
	w := questions.Get().(*event.Writer)
	defer func() {
		w.Reset()
		questions.Put(w)
	}()
	question := w.Authorizer(r, event.Question{Token: a.is.Token, V1: a.rules.v1, Identity: identity, ARN: arn})
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.rules.timeout)
	defer cancel()
	began := r.Now()
	payload, err := a.invoke(ctx, a.is.Function, r.Trace.Full, question)
	if err != nil {
		return nil, 0, err
	}
	took := r.Now().Sub(began)
	o, err := a.read(payload)
	if err == nil {
		a.outputs.put(identity, o, r.Start)
	}
	return o, took, err
}

// refusalOf tells a function that refuses by failing with the one message that API
// Gateway knows from a function that failed.
func (a *lambdaAuthorizer) refusalOf(ctx context.Context, r *request.Request, err error) *answer.Refusal {
	var failed interface{ ErrorMessage() string }
	if errors.As(err, &failed) && disputed.RefusesByError(a.kind, failed.ErrorMessage()) {
		return answer.For(answer.Unauthorized)
	}
	return a.failed(ctx, r, err)
}

// failed logs why an authorizer could not be used.
func (a *lambdaAuthorizer) failed(ctx context.Context, r *request.Request, err error) *answer.Refusal {
	a.log.LogAttrs(ctx, slog.LevelWarn, "authorizer failed",
		slog.String("authorizer", a.name),
		slog.String("function", a.is.Function),
		slog.String("request_id", r.ID),
		slog.String("reason", err.Error()))
	return answer.Because(answer.AuthorizerFailed, err)
}
