// Package caller finds out who sent a request, and whether they may pass:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
// and
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html.
//
//	route's Auth ──Chain──▶ Admitter, Admitter … ──▶ Caller, for the event
//	                             └──────────────────▶ Refusal
//
// Each way in is an [Admitter] in a file of its own. Today that is lambda.go, with
// its cache and output; the others fail closed in unchecked.go. A JWT authorizer
// will be jwt.go, a Cognito one cognito.go, signatures (SigV4) iam.go, which says
// that it needs the body, API keys apikey.go and resource policies policy.go. What
// of these this host checks is said in package template; see template.Auth.Checks. The
// keys of an issuer will be kept in Memory, by its URL, and fetching them will be
// given to NewMaker beside Invoke.
package caller
