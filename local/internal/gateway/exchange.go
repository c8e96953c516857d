package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/event"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/template"
)

// exchange is a request on its way to a function and back: how far it has come,
// and what it is answered with. Exchanges are used again for the sake of their
// buffers.
type exchange struct {
	g       *Gateway
	w       http.ResponseWriter
	request request.Request
	answer  answer.Writer
	event   event.Writer
	// guard is what the route asks of the request; empty until there is a route.
	guard guard
	// mock is the answer that no function gives; nil for every other route.
	mock     *template.Mock
	bodyRead bool
	caller   event.Caller
	result   Result // of the function; empty until it has run
}

// keptBuffer is the size from which a buffer is not worth keeping.
const keptBuffer = 1 << 20

// begin opens an exchange.
func (g *Gateway) begin(w http.ResponseWriter, r *http.Request) *exchange {
	x := g.exchanges.Get().(*exchange)
	x.g, x.w = g, w
	x.request.Account = g.account
	x.request.Receive(r, g.tables, g.ids.Now)
	x.answer = answer.NewWriter(w, &x.request, g.config.Log, g.writePatience)
	return x
}

// end records an exchange and puts it away.
func (g *Gateway) end(x *exchange) {
	x.record()
	if cap(x.request.Body)+x.event.Size() > keptBuffer {
		return
	}
	x.request.Reset()
	x.event.Reset()
	*x = exchange{request: x.request, event: x.event}
	g.exchanges.Put(x)
}

// steps are what stands between a request and its function, in the order in which
// API Gateway asks. A body is read before the caller is known only where a
// signature covers it.
var steps = [...]func(*exchange) *answer.Refusal{
	(*exchange).checkFraming,
	(*exchange).find,
	(*exchange).checkSize,
	(*exchange).readSignedBody,
	(*exchange).admit,
	(*exchange).readBody,
	(*exchange).validate,
	(*exchange).checkIntegration,
}

// serve answers every method but CONNECT.
func (x *exchange) serve() {
	for _, step := range steps {
		if refused := step(x); refused != nil {
			x.refuse(refused)
			return
		}
	}
	switch {
	case x.mock != nil:
		x.answer.Mock(x.mock)
	case x.request.Route.Stream:
		x.stream()
	default:
		x.respond()
	}
}

// errNoRoute is why a request was refused that met none, whatever its client is told.
var errNoRoute = errors.New("no route")

// find routes the request and names it in the way of the API's kind.
func (x *exchange) find() *answer.Refusal {
	r := &x.request
	if own := x.g.methods[r.HTTP.Method]; own != nil {
		r.Route = own
	} else {
		r.Match()
		x.meetPreflight()
	}
	r.Identify(&x.g.ids)
	r.ReadQuery()
	switch {
	case !r.HasPath():
		return answer.For(answer.PathUndecodable)
	case r.Route == nil:
		return answer.Because(answer.SignatureCause(r, answer.NoRoute), errNoRoute)
	}
	x.guard = x.g.guards[r.Route]
	if x.mock != nil { // a preflight, whatever becomes of the route
		return nil
	}
	x.mock = r.Route.Mock
	return x.checkSupport()
}

// checkSupport refuses the requests of a route that the host cannot serve, whoever sends
// them.
func (x *exchange) checkSupport() *answer.Refusal {
	if why := x.request.Route.Unsupported; why != "" {
		return answer.Because(answer.RouteUnsupported, errors.New(why))
	}
	return nil
}

// admit decides whether the caller may pass.
func (x *exchange) admit() (refused *answer.Refusal) {
	x.caller, refused = x.guard.callers.Admit(x.request.HTTP.Context(), &x.request)
	return refused
}

// validate holds the request against the route's request validator.
func (x *exchange) validate() *answer.Refusal { return x.guard.validator.Check(&x.request) }

// checkIntegration refuses what API Gateway cannot call.
func (x *exchange) checkIntegration() *answer.Refusal {
	switch r := x.request.Route; {
	case x.mock != nil:
		return nil
	case r.Misconfigured:
		return answer.For(answer.IntegrationMisconfigured)
	case r.MissingFunction != "":
		return answer.Because(answer.FunctionMissing, fmt.Errorf("the template has no function %s", r.MissingFunction))
	}
	return nil
}

// refuse answers a request that did not come through.
func (x *exchange) refuse(r *answer.Refusal) {
	if x.request.ID == "" {
		x.request.Identify(&x.g.ids)
	}
	x.answer.Refuse(r)
}

// respond runs the function and answers with what it returned.
func (x *exchange) respond() {
	if refused := x.invoke(); refused != nil {
		x.refuse(refused)
		return
	}
	x.answer.Respond(x.result.Payload)
}

// invoke runs the function.
func (x *exchange) invoke() *answer.Refusal {
	ctx, cancel := x.timeout()
	defer cancel()
	var err error
	x.result, err = x.g.config.Invoker.Invoke(ctx, x.invocation())
	return refusalOf(ctx, err)
}

// stream runs a function whose response is sent as it comes.
func (x *exchange) stream() {
	ctx, cancel := x.timeout()
	defer cancel()
	limit, _ := ctx.Deadline()
	s := x.answer.Stream(limit)
	i := x.invocation()
	i.Begin = s.Begin
	var err error
	x.result, err = x.g.config.Invoker.Invoke(ctx, i)
	s.End(err, refusalOf(ctx, err))
}

// timeout is the integration's. A client that goes away does not stop the function,
// as in AWS, where the function does not learn of it; so the request's context
// gives its values but not its end.
func (x *exchange) timeout() (context.Context, context.CancelFunc) {
	ctx := context.WithoutCancel(x.request.HTTP.Context())
	if x.request.Route.Timeout == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, x.request.Route.Timeout)
}

// invocation is the route's function with the event.
func (x *exchange) invocation() Invocation {
	r := &x.request
	i := Invocation{
		Function: r.Route.Function, TraceID: r.Trace.Full,
		Event: x.event.Function(r, x.caller), Tail: x.g.config.Observe != nil,
	}
	if kinds[r.Kind()].ownInvocation {
		i.ID = r.ID
	}
	return i
}
