package gateway

import (
	"log/slog"
	"net/http"
	"strings"
)

// log writes the access line. It never holds a query, a header or a body.
func (x *exchange) log() {
	ctx, log := x.r.Context(), x.g.config.Log
	if x.refused == malformedResult || x.refused == undecodableBody {
		log.LogAttrs(ctx, slog.LevelWarn, "response refused",
			slog.String("function", x.endpoint.function),
			slog.String("request_id", x.requestID),
			slog.String("reason", x.reason.Error()))
	}
	if !log.Enabled(ctx, slog.LevelInfo) {
		return
	}
	var key, function string
	if x.endpoint != nil {
		key, function = x.endpoint.key, x.endpoint.function
	}
	if x.broken != nil {
		log.LogAttrs(ctx, slog.LevelInfo, "response broken off",
			slog.String("function", function),
			slog.String("request_id", x.requestID),
			slog.String("reason", x.broken.Error()))
	}
	attrs := append(make([]slog.Attr, 0, 8),
		slog.String("method", x.r.Method),
		slog.String("path", x.target.sent),
		slog.String("route_key", key),
		slog.String("function", function),
		slog.Int("status", x.status),
		slog.Duration("duration", x.g.ids.Now().Sub(x.start)),
		slog.String("request_id", x.requestID))
	if x.refused != passed {
		attrs = append(attrs, slog.String("reason", x.why()))
	}
	log.LogAttrs(ctx, slog.LevelInfo, "request", attrs...)
}

// why says to the author of the template why the doors answered themselves, which
// their clients are not told.
func (x *exchange) why() string {
	text := refusals[x.refused].why
	switch {
	case x.reason != nil:
		text = x.reason.Error()
	case x.refused == noRoute:
		text = x.unrouted()
	}
	if id, named := logicalID(x.r.Host); named && x.door == x.g.merged && x.r.Method != http.MethodConnect {
		text += "; no API or function URL is called " + id
	}
	return text
}

// unrouted says what there is at a path that has no route for the method.
func (x *exchange) unrouted() string {
	text := refusals[noRoute].why + " for " + x.method() + " " + x.target.sent
	var others []string
	for _, m := range carriedMethods {
		if e, _ := x.door.match(methods{m, m, m}, x.target.path, nil); e != nil {
			others = append(others, m)
		}
	}
	if len(others) > 0 {
		text += "; there is " + strings.Join(others, ", ")
	}
	return text
}
