// Package disputed holds what AWS leaves open, or where sources about it disagree:
// one declaration for each question, so that a new recording changes one line.
package disputed

import (
	"strings"

	"maru/local/internal/gateway/internal/media"
	"maru/local/internal/gateway/internal/rawjson"
	"maru/local/internal/gateway/internal/result"
	"maru/local/internal/gateway/internal/target"
	"maru/local/internal/template"
)

// HTTPPath is an HTTP API's path in its event, and with it the path parameters:
// decoded, cut at a question mark that came out of an escape, and decoded again.
// AWS's documents do not say. Captures of a live API of 2026 show both passes in
// rawPath (2.0) where REST APIs and function URLs keep the client's text; older
// reports say raw. What is no escape stands for itself here: see [HTTPDecodes].
func HTTPPath(escaped string) string {
	return target.Unescape(afterFirstPass(escaped))
}

// HTTPDecodes tells whether an HTTP API decodes a path; it refuses every other with
// 400, as the captures show of an escape that is none in the second pass. They do not
// show what is said, which here is {"message":"Bad Request"}, nor an escape that is
// none in the first pass: it would be none in the second one, or become one there
// that nobody wrote, so that it is refused as well.
func HTTPDecodes(escaped string) bool {
	return target.Decodes(escaped) && target.Decodes(afterFirstPass(escaped))
}

func afterFirstPass(escaped string) string {
	once, _, _ := strings.Cut(target.Unescape(escaped), "?")
	return once
}

// HTTPRoutePath is the path that the routes of an HTTP API are held against, and
// that an authorizer's policy speaks of: the one that the function sees, with an
// escaped slash between two segments. AWS's documents do not say, and the captures
// are of a $default route; any other choice leads past a route, and its authorizer,
// to a function that sees the path of that route. The literal segments of route keys
// are decoded once, or a route like "/caf%C3%A9" would have no request: both
// spellings of a key are one route, the first of the template, under its own key.
func HTTPRoutePath(escaped string) string {
	return target.MergeSlashes(HTTPPath(escaped))
}

// RESTParameter is a REST API's path parameter in its event: as the client sent
// it. For {proxy+} that is recorded (invocation-payload-with-path-encoded-email);
// for {id} it is not, and some users report decoded values.
func RESTParameter(escaped string) string {
	return escaped
}

// RESTPolicyPath is the path of a REST API that an authorizer's policy speaks of: without
// the slash at its end, with which the same route is met. AWS's documents do not say. With
// the slash a policy that denies "/admin" would let "/admin/" in.
func RESTPolicyPath(path string) string {
	if trimmed := strings.TrimSuffix(path, "/"); trimmed != "" {
		return trimmed
	}
	return "/"
}

// OverridesMethod holds the kinds of API that take the method of a request from
// its X-HTTP-Method-Override, and keep that field from the function. AWS's
// important notes on REST APIs say so in one sentence, and not from which
// methods to which: here, between all that API Gateway carries. No recording
// shows it, and HTTP APIs are not said to do it.
var OverridesMethod = [...]bool{template.REST: true, template.HTTP: false, template.URL: false}

// GreedyMayBeEmpty holds the kinds of API whose {proxy+} matches the empty end
// of a path, like "/handler/" for "/handler/{proxy+}". Events that users of
// HTTP APIs published have "proxy": "" there. Nothing like it is known of REST
// APIs, whose documents speak of one segment or more.
var GreedyMayBeEmpty = [...]bool{template.REST: false, template.HTTP: true, template.URL: false}

// IsText tells whether an HTTP API puts a body of this type into its event as
// it is. Tests against AWS show forms and bodies without a type in base64, and
// any text/ type as text; that *+json and *+xml count as text is hearsay. Bytes
// of such a body that are not UTF-8 become U+FFFD, in both kinds of API, which
// is hearsay for REST APIs as well.
func IsText(contentType string) bool {
	t := strings.ToLower(media.Type(contentType))
	switch t {
	case "application/json", "application/javascript", "application/xml":
		return true
	}
	return strings.HasPrefix(t, "text/") || strings.HasSuffix(t, "+json") || strings.HasSuffix(t, "+xml")
}

// SpellV1 is how an HTTP API spells a header name in events of format 1.0.
// Published events show a few names always in lower case, a few always
// capitalised, and the others as the client wrote them.
func SpellV1(canonical, client string) string {
	switch canonical {
	case "Accept", "Accept-Encoding", "Cache-Control":
		return strings.ToLower(canonical)
	case "Content-Length", "Content-Type":
		return canonical
	}
	return client
}

// NeedsPrincipal holds the kinds of API whose authorizers have to give a
// principalId with a policy. The documents of REST APIs demand it, though some
// report that a policy alone will do; those of HTTP APIs show it and demand
// nothing.
var NeedsPrincipal = [...]bool{template.REST: true, template.HTTP: false, template.URL: false}

// RefusesByError tells whether the errorMessage of an authorizer's function
// makes a 401 of what would be a 500. For REST APIs the documents say so; of
// HTTP APIs they do not speak, and users report the same.
func RefusesByError(_ template.Kind, errorMessage string) bool {
	return errorMessage == "Unauthorized"
}

// PreflightPassesDefault holds the kinds of API whose preflights pass the authorizer
// of a $default route. AWS's document on CORS says that such a route of an HTTP API
// catches them, and to add a route OPTIONS /{proxy+} without an authorizer.
var PreflightPassesDefault = [...]bool{template.REST: true, template.HTTP: false, template.URL: true}

// MissingFunction is the status of a REST API's route to a function that the template
// does not have. Recordings show 500 where API Gateway may not invoke a function, and
// 502 where Lambda refuses an invocation that it may ask for. A function that is not
// there has no policy that lets API Gateway in, and SAM deploys a permission for its own
// functions alone.
const MissingFunction = 500

// AbsentBody is what a model says of a request without a body: what it says of
// an empty object. Tests against AWS show that such a request is refused where
// the model has required properties, and do not show one that passes.
const AbsentBody = "{}"

// IsPresent tells whether a value makes its required parameter one that is there.
// AWS's documents say that it has to be "included and not blank"; the recordings
// have only parameters that are not there at all. Of several values one will do.
func IsPresent(value string) bool {
	return strings.TrimSpace(value) != ""
}

// ErrorsHaveCORS puts an HTTP API's CORS fields into its own errors as well, so
// that a page can read why it was refused. The documents speak of the responses
// of integrations and leave errors open.
const ErrorsHaveCORS = true

// RemapsAuthenticate makes WWW-Authenticate of a function behind a REST API
// X-Amzn-Remapped-WWW-Authenticate. AWS's important notes on API Gateway speak of it
// in general; the recordings of Lambda proxy integrations do not show it.
const RemapsAuthenticate = true

// TakesNumbers lets a function give a header value as a JSON number, which is
// reported to work. Tests against AWS cover strings and booleans.
const TakesNumbers = true

// TakesWords lets a function give isBase64Encoded as "true" or "false" in quotes, with
// or without a capital. The documents have booleans; sam local takes both
// (https://github.com/aws/aws-sam-cli, samcli/local/apigw/local_apigw_service.py), and
// of header fields API Gateway is recorded to turn one type into the other.
const TakesWords = true

// TakesBase64Encoded holds the kinds of API to which base64Encoded says the same as
// isBase64Encoded, and before it. The documents know the second name only, and of
// REST APIs say that no other is taken; a test against AWS that shows this has another
// name. The authors of sam local found by trials that a REST API takes this one, and
// an HTTP API passes over it (in the file above).
var TakesBase64Encoded = [...]bool{template.REST: true, template.HTTP: false, template.URL: false}

// TakesJSONBody holds the kinds of API to which body may be an object, an array, a
// number or a boolean, which goes out as JSON without spaces, like a result that is
// the body as a whole. Users of function URLs report it. For the others the documents
// want a string, and users report an error for an object, as in
// https://github.com/serverless/serverless/issues/2914; that a number fares no better
// is hearsay.
var TakesJSONBody = [...]bool{template.REST: false, template.HTTP: false, template.URL: true}

// HTTPDefaultType is the Content-Type that an HTTP API gives to a body whose
// function named none: seen in published responses, nowhere in the documents.
// An empty body gets none.
const HTTPDefaultType = "text/plain;charset=UTF-8"

// InferBody is the body that an HTTP API or a function URL makes of a result without
// statusCode. Tests against AWS show a JSON string without its quotes. Other JSON
// goes out as the function wrote it, after the example in AWS's documents, but for
// CompactsInferred.
func InferBody(payload []byte, kind template.Kind) ([]byte, error) {
	s := rawjson.NewScanner(payload)
	switch {
	case s.Peek() == '"':
		return s.Text()
	case CompactsInferred[kind]:
		return rawjson.Compact(payload), nil
	}
	return payload, nil
}

// CompactsInferred holds the kinds of API that write such JSON anew without spaces,
// as function URLs are recorded to do.
var CompactsInferred = [...]bool{template.REST: false, template.HTTP: false, template.URL: true}

// StreamType is the Content-Type of a function URL's stream whose function named
// none, as runtimes name it where the function says nothing.
const StreamType = "application/octet-stream"

// EchoesOrigin holds the kinds of API that tell an origin its own name where any may
// come. HTTP APIs say "*". Of function URLs the documents do not tell; the origin
// itself is what browsers want beside AllowCredentials, which function URLs allow
// there.
var EchoesOrigin = [...]bool{template.REST: false, template.HTTP: false, template.URL: true}

// FailsWithoutError tells whether an HTTP API takes a result of format 2.0 for
// a function error although the invocation went well. Tests against AWS got 500
// for a plain {"errorMessage": "…"}; the documents do not mention it.
func FailsWithoutError(r result.Result) bool {
	return r.ErrorMessage && !r.HasStatus
}
