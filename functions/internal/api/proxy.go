package api

import (
	"context"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"
)

// Proxy returns the Lambda handler that serves payload 2.0 events with h. It is
// api-proxy's adapter, with what that changes about a request set right, so that
// h sees what a net/http server would show it.
func Proxy(h http.Handler) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	adapter := httpadapter.NewV2(restored(h))
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		event.RawPath = escaped(event.RawPath)
		// The adapter makes a URL of it, and fails if it cannot. The Host header says the same.
		event.RequestContext.DomainName = ""
		return adapter.ProxyWithContext(ctx, event)
	}
}

// escaped returns rawPath in a form that is surely a URL's path. HTTP APIs decode
// the path, so that "/100% sure?" may arrive, on which the adapter would fail, or
// take a part of it for the query; a path that is still escaped stays as it is.
func escaped(rawPath string) string {
	if !strings.HasPrefix(rawPath, "/") {
		rawPath = "/" + rawPath // Else the URL parser looks for a scheme.
	}
	if _, err := url.ParseRequestURI(rawPath); err == nil && !strings.ContainsAny(rawPath, "?#") {
		return rawPath
	}
	return (&url.URL{Path: rawPath}).EscapedPath()
}

// restored undoes what the adapter does to the header: it splits all but a few
// fields at commas, although Get then returns the first part only; it keeps Host
// among the fields and has r.Host say the API's domain name.
func restored(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.Header {
			separator := ", "
			if name == "Cookie" {
				separator = "; "
			}
			r.Header[name] = []string{strings.Join(values, separator)}
		}
		r.Host = r.Header.Get("Host")
		r.Header.Del("Host")
		h.ServeHTTP(w, r)
	})
}

// single returns a field that has one value. Of one that came several times API Gateway
// makes one, with commas: equal values are one, and others are the client's to explain.
func single(r *http.Request, name string) string {
	field := strings.Join(r.Header.Values(name), ",")
	first, _, _ := strings.Cut(field, ",")
	first = textproto.TrimString(first)
	for value := range strings.SplitSeq(field, ",") {
		if textproto.TrimString(value) != first {
			return field
		}
	}
	return first
}
