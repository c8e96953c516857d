package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"maru/local/internal/template"
)

// authorizerPatience is how long an authorizer's function may take:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const authorizerPatience = 10 * time.Second

// maxMethodARN is the longest method ARN that a REST API hands to an
// authorizer; a longer one is a request target that is too long:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
const maxMethodARN = 1600

// errNoIdentity is a caller of whom the function is not even asked.
var errNoIdentity = errors.New("an identity source is missing, or the token is none by the validation expression")

// authorizer is a Lambda authorizer made ready to be asked. Routes share it,
// and with it what it remembers.
//
//	identity sources ──missing──▶ 401
//	      │ present, token valid
//	      ▼
//	    cache ──miss──▶ function ──▶ verdict ──▶ cache
//	      └─────hit──────────────────▶ │
//	                                   ▼
//	                 the verdict on this request's ARN
type authorizer struct {
	name       string
	is         *template.LambdaAuthorizer
	kind       template.Kind
	v1         bool // events of payload format 1.0
	sources    []variable
	headers    []string       // canonical names of the header fields among sources
	validation *regexp.Regexp // nil for none
	verdicts   cache
	// broken is why it cannot be asked, and refuses every caller; nil if it can.
	broken error
}

// newAuthorizer never fails: an authorizer that the doors cannot read refuses
// its routes and leaves the others alone.
func newAuthorizer(name string, is *template.LambdaAuthorizer, kind template.Kind) *authorizer {
	a := &authorizer{name: name, is: is, kind: kind, v1: kind == template.REST || is.PayloadFormat == "1.0"}
	a.verdicts.life = is.TTL
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
			a.headers = append(a.headers, name)
		}
	}
	if is.Validation != "" {
		// AWS's expressions are Java's; of these RE2 has all but look-around
		// and back-references.
		a.validation, a.broken = regexp.Compile(`\A(?:` + is.Validation + `)\z`)
	}
	return a
}

// admit asks whether a request may pass, and leaves in x what the function is
// told about it.
func (a *authorizer) admit(x *exchange) cause {
	if a.broken != nil {
		x.blame(a, a.broken)
		return authorizerFailed
	}
	arn := x.routeARN()
	if a.kind == template.REST && len(arn) > maxMethodARN {
		return targetTooLong
	}
	identity, ok := a.identity(x)
	if !ok {
		x.reason = errNoIdentity
		return unauthorized
	}
	v, err := a.ask(x, identity, arn)
	if err != nil {
		return causeOfAuthorizer(x, a, err)
	}
	if refused := v.on(arn); refused != passed {
		return refused
	}
	x.grant = v
	return passed
}

// identity gives what the identity sources hold; ok is false where one holds
// nothing, or where a token is none by the validation expression. Then the
// function is not asked.
func (a *authorizer) identity(x *exchange) (values []string, ok bool) {
	for _, source := range a.sources {
		value := source(x)
		if value == "" {
			return nil, false
		}
		values = append(values, value)
	}
	return values, a.validation == nil || !a.is.Token || a.validation.MatchString(values[0])
}

// ask gives the verdict on an identity, from memory where there is one.
func (a *authorizer) ask(x *exchange, identity []string, arn string) (*verdict, error) {
	if v := a.verdicts.get(identity, x.start); v != nil {
		return v, nil
	}
	x.writeAuthorizerEvent(a, identity, arn)
	defer x.discardEvent()
	began := x.g.ids.Now()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.r.Context()), authorizerPatience)
	defer cancel()
	payload, err := x.g.config.Invoker.Invoke(ctx, Invocation{Function: a.is.Function, TraceID: x.trace.Full, Event: x.event.Buf})
	if err != nil {
		return nil, err
	}
	x.latency = x.g.ids.Now().Sub(began)
	v, err := a.read(payload)
	if err == nil {
		a.verdicts.put(identity, v, x.start)
	}
	return v, err
}

// causeOfAuthorizer tells a function that refuses by failing with the one
// message that API Gateway knows from a function that failed.
func causeOfAuthorizer(x *exchange, a *authorizer, err error) cause {
	var failed *InvokeError
	if errors.As(err, &failed) && refusesByError(a.kind, failed.Message) {
		return unauthorized
	}
	x.blame(a, err)
	return authorizerFailed
}

// variable is a value that a request has: a header, a parameter, or one of the
// names that API Gateway calls context variables. Empty is the same as missing.
type variable func(*exchange) string

// parseSource reads an identity source in the spelling of either kind of API:
// "method.request.header.Name" or "$request.header.Name".
func parseSource(text string) (variable, error) {
	if name, ok := sourceHeader(text); ok {
		return func(x *exchange) string { return x.header(name) }, nil
	}
	place := sourcePlace(text)
	if name, ok := strings.CutPrefix(place, "request.querystring."); ok {
		return func(x *exchange) string { return x.parameter(name) }, nil
	}
	if name, ok := strings.CutPrefix(place, "stageVariables."); ok {
		return func(x *exchange) string { return x.endpoint.api.StageVariables[name] }, nil
	}
	if name, ok := strings.CutPrefix(place, "context."); ok && contextVariables[name] != nil {
		return contextVariables[name], nil
	}
	return nil, fmt.Errorf("%q is no header, query string, stage variable or context variable", text)
}

// sourcePlace takes off what only tells the spellings of the two kinds apart.
func sourcePlace(text string) string {
	return strings.TrimPrefix(strings.TrimPrefix(text, "$"), "method.")
}

// sourceHeader gives the canonical name of the header field that an identity
// source is; ok is false where it is something else.
func sourceHeader(text string) (name string, ok bool) {
	name, ok = strings.CutPrefix(sourcePlace(text), "request.header.")
	return http.CanonicalHeaderKey(name), ok
}
