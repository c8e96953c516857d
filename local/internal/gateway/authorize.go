package gateway

import (
	"fmt"
	"log/slog"

	"maru/local/internal/template"
)

// authorize decides whether the caller may pass. It fails closed: a route that
// wants what the doors cannot check refuses every caller, in the words API
// Gateway has for a caller who brought no credentials.
func (x *exchange) authorize() cause {
	auth := x.endpoint.auth
	if auth == nil || x.g.config.DisableAuthorizer {
		return passed
	}
	switch auth.Kind {
	case template.AuthIAM:
		return unsigned
	case template.AuthAPIKey, template.AuthPolicy:
		return x.unchecked(auth.Kind, forbidden)
	case template.AuthLambda:
		if x.endpoint.authorizer != nil {
			return x.consult(x.endpoint.authorizer, auth.APIKeyRequired)
		}
	}
	return x.unchecked(auth.Kind, unauthorized)
}

// unchecked tells the log that the doors refuse for want of what checks a caller.
func (x *exchange) unchecked(kind template.AuthKind, c cause) cause {
	x.reason = fmt.Errorf("%s authorization is not emulated", kind)
	return c
}

// consult asks a Lambda authorizer, and after it for the API key that the doors
// cannot check (authorizer before key, as in API Gateway).
func (x *exchange) consult(a *authorizer, keyRequired bool) cause {
	if refused := a.admit(x); refused != passed {
		return refused
	}
	if keyRequired {
		return x.unchecked(template.AuthAPIKey, forbidden)
	}
	return passed
}

// blame writes why an authorizer could not be used, and keeps it for the access line.
func (x *exchange) blame(a *authorizer, err error) {
	x.reason = err
	x.g.config.Log.LogAttrs(x.r.Context(), slog.LevelWarn, "authorizer failed",
		slog.String("authorizer", a.is.Name),
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
