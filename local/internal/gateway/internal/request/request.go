// Package request is what came to API Gateway: a request with the route that it
// met, and what every other part asks of it. It says nothing of what becomes of it.
package request

import (
	"net/http"
	"strings"
	"time"

	"maru/local/internal/gateway/internal/ids"
	"maru/local/internal/gateway/internal/route"
	"maru/local/internal/gateway/internal/target"
	"maru/local/internal/template"
)

// Account is whose APIs are called, as events and ARNs have it.
type Account struct{ ID, Region string }

// Request is one request. Package gateway fills it in, by Receive, Match, Identify,
// ReadQuery and a Body that was read, in this order; nobody else changes it.
type Request struct {
	// HTTP is the message as net/http read it. Its body may have been read.
	HTTP *http.Request
	// Account is the APIs' own.
	Account Account
	// Now is the clock, and Start when the request came.
	Now   func() time.Time
	Start time.Time
	// Table has the routes of the host name that it was sent to, and of the stage.
	Table *route.Table
	// Target is where it goes, without the stage.
	Target target.Target
	// Methods is what it does, by the kind of API.
	Methods route.Methods

	// Route is the one that it met; nil for none.
	Route *route.Route
	// Values are those of the Route's path parameters, in their order.
	Values []string
	// Query are the parameters of the query, sorted by name.
	Query []target.Parameter
	// ID and ExtendedID name it; both are empty before Identify. They are the same
	// but for REST APIs and function URLs.
	ID, ExtendedID string
	Trace          ids.Trace

	// Body is empty until it was read.
	Body []byte

	store [8]string // room for Values without an allocation
}

// Receive fills in what a message says of itself.
func (r *Request) Receive(message *http.Request, tables *route.Tables, now func() time.Time) {
	r.HTTP, r.Now, r.Start = message, now, now()
	r.Table, r.Target = tables.At(message.Host).Target(message.RequestURI)
	r.Methods = route.MethodsOf(message)
	r.Values = r.store[:0]
}

// Match finds the route that the request meets.
func (r *Request) Match() {
	r.Route, r.Values = r.Table.Match(r.Methods, r.Target.Path, r.Values)
}

// Identify gives the request IDs, new for each one, in the way of its kind of API.
func (r *Request) Identify(source *ids.Source) {
	r.ExtendedID = source.Extended()
	r.ID = r.ExtendedID
	if kinds[r.Kind()].ownID {
		r.ID = source.UUID()
	}
	r.Trace = source.Trace(r.HTTP.Header.Get(HeaderTraceID), r.Start)
}

// ReadQuery fills in Query, for gateway responses where there is no route, too.
func (r *Request) ReadQuery() { r.Query = target.AppendQuery(r.Query, r.Target.Query) }

// Reset makes ready for another request and keeps the buffers.
func (r *Request) Reset() {
	clear(r.Query)
	*r = Request{Body: r.Body[:0], Query: r.Query[:0]}
}

// Kind is that of the API that the request met, or that answers where it met none.
func (r *Request) Kind() template.Kind {
	if r.Route != nil {
		return r.Route.Kind()
	}
	return r.Table.Kind
}

// API is the one that the request met, or the one that answers where it met none;
// nil without any.
func (r *Request) API() *template.API {
	if r.Route != nil {
		return r.Route.API
	}
	return r.Table.API
}

// Method is the request's as its kind of API takes it. The response is framed by
// what the client sent, HTTP.Method.
func (r *Request) Method() string { return r.Methods[r.Kind()] }

// Header gives the values of a header field, however the client spelled it. A
// field that came more than once counts as a whole, so that no part of it
// escapes notice.
func (r *Request) Header(name string) string {
	return strings.Join(r.HeaderValues(name), ",")
}

// HeaderValues gives the values of a header field, each by itself.
func (r *Request) HeaderValues(name string) []string {
	name = http.CanonicalHeaderKey(name)
	if name == "Host" {
		return []string{r.HTTP.Host}
	}
	return r.HTTP.Header[name]
}

// Parameter gives the values of a query parameter, decoded, as Header does.
func (r *Request) Parameter(name string) string {
	return strings.Join(r.ParameterValues(name), ",")
}

// ParameterValues gives the values of a query parameter, decoded, each by itself.
func (r *Request) ParameterValues(name string) (values []string) {
	for _, p := range r.Query {
		if p.Name == name {
			values = append(values, p.Value)
		}
	}
	return values
}

// PathParameter gives the value of a path parameter, empty for one that the
// route does not have, or where there is none.
func (r *Request) PathParameter(name string) string {
	for i, p := range r.route().Params {
		if strings.TrimSuffix(p, "+") == name {
			return r.Values[i]
		}
	}
	return ""
}
