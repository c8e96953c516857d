package gateway

import "maru/local/internal/template"

// authorize decides whether the caller may pass. It fails closed: there is no
// authorizer here yet, so a route that wants one refuses every caller, in the
// words API Gateway has for a caller who brought no credentials.
func (x *exchange) authorize() cause {
	auth := x.endpoint.auth
	if auth == nil || x.g.config.DisableAuthorizer {
		return passed
	}
	switch auth.Kind {
	case template.AuthIAM:
		return unsigned
	case template.AuthAPIKey:
		return forbidden
	}
	return unauthorized
}
