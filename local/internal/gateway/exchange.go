package gateway

import (
	"context"
	"net/http"
	"time"

	"maru/local/internal/gateway/internal/ids"
	"maru/local/internal/gateway/internal/rawjson"
	"maru/local/internal/template"
)

// exchange is one request on its way to a function and back. Exchanges are
// used again for the sake of their buffers.
type exchange struct {
	g *Gateway
	w http.ResponseWriter
	r *http.Request

	door     *door
	target   target
	methods  methods
	endpoint *endpoint // nil until the request is routed
	values   []string  // of the path parameters

	start      time.Time
	requestID  string
	extendedID string // a REST API's second ID; an HTTP API has one
	trace      ids.Trace

	body    []byte
	status  int   // what was answered
	refused cause // why the doors answered themselves
	reason  error // the same more closely, for the log; nil where refused says it all
	broken  error // why a response was not sent to its end

	missing []string // required parameters that the request does not have
	invalid error    // why the body does not match its model

	grant   *verdict      // of the authorizer that let the request pass, if any
	latency time.Duration // what asking it took; zero where it was remembered

	event  rawjson.Writer
	fields []field
	pairs  []pair
	store  [8]string // room for values without an allocation
}

// keptBuffer is the size from which a buffer is not worth keeping.
const keptBuffer = 1 << 20

// begin opens an exchange.
func (g *Gateway) begin(w http.ResponseWriter, r *http.Request) *exchange {
	x := g.exchanges.Get().(*exchange)
	x.g, x.w, x.r = g, w, r
	x.start = g.ids.Now()
	x.door = g.door(r.Host)
	x.target = parseTarget(r.RequestURI)
	x.target.sent = x.door.strip(x.target.sent)
	x.target.path = mergeLeadingSlashes(x.target.sent)
	x.methods = methodsOf(r)
	x.values = x.store[:0]
	return x
}

// end logs an exchange and puts it away.
func (g *Gateway) end(x *exchange) {
	x.log()
	if cap(x.body)+cap(x.event.Buf) > keptBuffer {
		return
	}
	clear(x.fields)
	clear(x.pairs)
	*x = exchange{
		body: x.body[:0], event: rawjson.Writer{Buf: x.event.Buf[:0]},
		fields: x.fields[:0], pairs: x.pairs[:0],
	}
	g.exchanges.Put(x)
}

// course is what stands between a request and its function, in the order in
// which API Gateway asks it.
var course = [...]func(*exchange) cause{
	(*exchange).checkFraming,
	(*exchange).find,
	(*exchange).checkSize,
	(*exchange).authorize,
	(*exchange).readBody,
	(*exchange).validate,
	(*exchange).checkIntegration,
}

// serve answers every method but CONNECT.
func (x *exchange) serve() {
	for _, step := range course {
		if refused := step(x); refused != passed {
			x.refuse(refused)
			return
		}
	}
	if x.endpoint.mock != nil {
		x.mock()
		return
	}
	x.writeEvent()
	if x.endpoint.stream {
		x.stream()
		return
	}
	payload, refused := x.invoke()
	if refused != passed {
		x.refuse(refused)
		return
	}
	x.respond(payload)
}

// find routes the request and names it in the way of the API's kind.
func (x *exchange) find() cause {
	if e := x.g.methods[x.r.Method]; e != nil {
		x.endpoint = e
	} else {
		x.endpoint, x.values = x.door.match(x.methods, x.target.path, x.values)
		x.meetPreflight()
	}
	x.identify()
	if x.endpoint == nil {
		return noRoute
	}
	x.pairs = parseQuery(x.pairs, x.target.query)
	return passed
}

// checkIntegration refuses what API Gateway cannot call.
func (x *exchange) checkIntegration() cause {
	if x.endpoint.misconfigured {
		return integrationMisconfigured
	}
	return passed
}

// identify gives the request its IDs, new for each one.
func (x *exchange) identify() {
	x.extendedID = x.g.ids.Extended()
	x.requestID = x.extendedID
	if x.kind() != template.HTTP {
		x.requestID = x.g.ids.UUID()
	}
	x.trace = x.g.ids.Trace(x.r.Header.Get(headerTraceID), x.start)
}

// kind is that of the API the request met, or of the door.
func (x *exchange) kind() template.Kind {
	if x.endpoint != nil {
		return x.endpoint.kind
	}
	return x.door.kind
}

// patience is how long the function is waited for. A client that goes away does
// not stop it, as in AWS, where the function does not learn of it; so the
// request's context gives its values but not its end.
func (x *exchange) patience() (context.Context, context.CancelFunc) {
	ctx := context.WithoutCancel(x.r.Context())
	if x.endpoint.timeout == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, x.endpoint.timeout)
}

// invocation is the endpoint's function with the event. A function URL's request
// is the invocation: both have one ID (recorded: test_request_id_invoke_url).
func (x *exchange) invocation() Invocation {
	i := Invocation{Function: x.endpoint.function, TraceID: x.trace.Full, Event: x.event.Buf}
	if x.kind() == template.URL {
		i.ID = x.requestID
	}
	return i
}

// invoke runs the function.
func (x *exchange) invoke() ([]byte, cause) {
	ctx, cancel := x.patience()
	defer cancel()
	payload, err := x.g.config.Invoker.Invoke(ctx, x.invocation())
	if err != nil {
		return nil, x.failureOf(ctx, err)
	}
	return payload, passed
}

// failureOf tells an Invoker's error from the end of the patience with it.
func (x *exchange) failureOf(ctx context.Context, err error) cause {
	if ctx.Err() != nil {
		return integrationTimeout
	}
	x.reason = err
	return causeOf(err)
}

// set makes sure that a header field of the response has this one value, under
// exactly this name.
func (x *exchange) set(name, value string) {
	x.w.Header()[name] = []string{value}
}
