package gateway

import (
	"cmp"
	"fmt"
	"log/slog"

	"maru/local/internal/template"
)

// authorize decides whether the caller may pass. It fails closed: a route that
// wants what the doors cannot check refuses every caller, in the words API
// Gateway has for a caller who brought no credentials.
func (x *exchange) authorize() cause {
	auth := x.endpoint.auth
	if x.g.config.DisableAuthorizer {
		return passed
	}
	for _, kind := range auth.Kinds() {
		if !auth.Checks(kind) {
			x.reason = fmt.Errorf("%s authorization is not emulated", kind)
			return cmp.Or(unchecked[kind], unauthorized)
		}
		if refused := x.endpoint.authorizer.admit(x); refused != passed {
			return refused
		}
	}
	return passed
}

// unchecked has what is answered to callers that the doors cannot check, where
// that is not unauthorized.
var unchecked = map[template.AuthKind]cause{
	template.AuthPolicy: forbidden,
	template.AuthIAM:    unsigned,
	template.AuthAPIKey: forbidden,
}

// blame writes why an authorizer could not be used, and keeps it for the access line.
func (x *exchange) blame(a *authorizer, err error) {
	x.reason = err
	x.g.config.Log.LogAttrs(x.r.Context(), slog.LevelWarn, "authorizer failed",
		slog.String("authorizer", a.name),
		slog.String("function", a.is.Function),
		slog.String("request_id", x.requestID),
		slog.String("reason", err.Error()))
}

// routeARN names what the caller wants to do, for policies to speak of: the
// method and the path as routes match it, not the route. That the path is
// the one that was matched keeps a policy and a route from seeing two paths.
func (x *exchange) routeARN() string {
	path := x.target.path
	if x.kind() == template.HTTP {
		path = httpRoutePath(path)
	}
	c, api := &x.g.config, x.endpoint.api
	return fmt.Sprintf("arn:aws:execute-api:%s:%s:%s/%s/%s%s", c.Region, c.AccountID, api.ID, api.Stage, x.method(), path)
}
