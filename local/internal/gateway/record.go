package gateway

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"maru/local/internal/gateway/internal/route"
)

// Record is what became of one request. It never holds a query, a header or a
// body.
type Record struct {
	// Start is when the request came, and Duration how long it took to answer it.
	Start    time.Time
	Duration time.Duration
	// Method is the client's. Path is as sent, without the stage; a CONNECT has its
	// authority there.
	Method, Path string
	// RequestID is what the client was told.
	RequestID string
	// API is the logical ID of the API that the request met, RouteKey the key of its
	// route and Function the function behind it; each is empty for none.
	API, RouteKey, Function string
	// Stage is the API's that the request met.
	Stage string
	// Status is what was answered, and BytesSent the length of the body as far as it
	// was sent.
	Status    int
	BytesSent int64
	// Reason says why no response of the function's was sent; empty where one was.
	Reason string
	// Broken is why a response was not sent to its end; nil where it was.
	Broken error
	// Invocation is what the function came to, without its payload; empty where
	// none ran.
	Invocation Result
}

// record tells the log, and who observes, what became of the request.
func (x *exchange) record() {
	c := &x.g.config
	x.warn()
	if ctx := x.request.HTTP.Context(); c.Observe == nil && !logs(ctx, c.Log) {
		return
	}
	r := x.newRecord()
	x.log(&r)
	if c.Observe != nil {
		c.Observe(r)
	}
}

func (x *exchange) newRecord() Record {
	r := &x.request
	record := Record{
		Start: r.Start, Duration: r.Now().Sub(r.Start),
		Method: r.HTTP.Method, Path: r.Target.Sent, RequestID: r.ID,
		Status: x.answer.Status, BytesSent: x.answer.Sent, Broken: x.answer.Broken, Invocation: x.result,
	}
	record.Invocation.Payload = nil
	if r.Route != nil {
		record.API, record.Stage = r.Route.API.LogicalID, r.Route.API.Stage
		record.RouteKey, record.Function = r.Route.Key, r.Route.Function
	}
	if x.answer.Refused != nil {
		record.Reason = x.reason()
	}
	return record
}

// reason says to the author of the template why the request was refused, which
// clients are not told.
func (x *exchange) reason() string {
	r, refused := &x.request, x.answer.Refused
	text := refused.Why()
	if errors.Is(refused.Reason, errNoRoute) {
		text += " for " + r.Method() + " " + r.Target.Sent
		if others := r.Table.Methods(r.Target.Path); len(others) > 0 {
			text += "; there is " + strings.Join(others, ", ")
		}
		if api := x.g.tables.Staged(r.Target.Path); api != nil && r.Table == x.g.tables.Merged {
			text += "; the stage " + api.Stage + " is at the host " + api.LogicalID + ".localhost"
		}
	}
	if id, named := route.LogicalID(r.HTTP.Host); named && r.Table == x.g.tables.Merged && r.HTTP.Method != http.MethodConnect {
		text += "; no API or function URL is called " + id
	}
	return text
}
