package gateway

import (
	"cmp"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/gateway/internal/rawjson"
	"maru/local/internal/template"
)

// responseTypes are the names that a REST API's errors have in its
// GatewayResponses. A type that AWS has no other name for is its class's
// default. Errors that are not listed cannot be customized: API Gateway refuses
// such requests before it knows their API, and says the same of REQUEST_TOO_LARGE:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
var responseTypes = map[cause]string{
	noRoute:                  "MISSING_AUTHENTICATION_TOKEN",
	unsigned:                 "MISSING_AUTHENTICATION_TOKEN",
	unauthorized:             "UNAUTHORIZED",
	forbidden:                "INVALID_API_KEY",
	deniedExplicitly:         "ACCESS_DENIED",
	deniedImplicitly:         "ACCESS_DENIED",
	authorizerFailed:         "AUTHORIZER_CONFIGURATION_ERROR",
	parametersMissing:        "BAD_REQUEST_PARAMETERS",
	bodyInvalid:              "BAD_REQUEST_BODY",
	modelBroken:              "API_CONFIGURATION_ERROR",
	integrationTimeout:       "INTEGRATION_TIMEOUT",
	integrationMisconfigured: "API_CONFIGURATION_ERROR",
	functionError:            default5XX,
	functionTimeout:          default5XX,
	functionThrottled:        default5XX,
	functionUnavailable:      default5XX,
	functionUnsupported:      default5XX,
	malformedResult:          default5XX,
	undecodableBody:          default5XX,
}

// The gateway responses that stand for all of a class without one of their own.
const (
	default4XX = "DEFAULT_4XX"
	default5XX = "DEFAULT_5XX"
)

// customize gives the status and the body of an answer in the way that the
// REST API's GatewayResponses say, and sets their headers. A function's own
// response never comes here.
func (x *exchange) customize(c cause, a answer) (status int, body []byte) {
	name := responseTypes[c]
	api := x.api()
	if api == nil || api.Kind != template.REST || name == "" {
		return a.status, []byte(a.body)
	}
	class := default4XX
	if a.status >= 500 {
		class = default5XX
	}
	custom, own := api.GatewayResponses[name]
	if !own {
		custom = api.GatewayResponses[class]
	}
	body = []byte(a.body)
	if contentType, text := chooseTemplate(custom.Templates, x.r.Header.Get("Accept")); contentType != "" {
		x.set("Content-Type", contentType)
		body = []byte(x.render(text, name, a))
	}
	for header, value := range custom.Headers {
		x.put(header, value)
	}
	// The status of a default holds for all of its class.
	return cmp.Or(custom.StatusCode, api.GatewayResponses[class].StatusCode, a.status), body
}

// chooseTemplate takes the template that the client's Accept asks for, else the
// one for JSON, else the first by name.
func chooseTemplate(templates map[string]string, accept string) (contentType, text string) {
	types := slices.Sorted(maps.Keys(templates))
	if len(types) == 0 {
		return "", ""
	}
	for _, wanted := range []string{mediaType(accept), "application/json"} {
		if text, ok := templates[wanted]; ok {
			return wanted, text
		}
	}
	return types[0], templates[types[0]]
}

// reference is a variable in a template: $context.error.message or
// ${context.requestId}.
var reference = regexp.MustCompile(`\$(?:\{` + dotted + `\}|` + dotted + `)`)

const dotted = `(?:context|stageVariables)(?:\.[A-Za-z0-9_]+)+`

// render fills in a template. The doors run no template language: directives
// and functions stand as they are, and unknown variables become empty, as in
// AWS.
func (x *exchange) render(text, responseType string, a answer) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		scope, name, _ := strings.Cut(strings.Trim(found, "${}"), ".")
		if scope == "stageVariables" {
			return x.api().StageVariables[name]
		}
		return x.contextValue(name, responseType, a)
	})
}

// contextValue gives a $context variable of an error.
func (x *exchange) contextValue(name, responseType string, a answer) string {
	switch name {
	case "error.message":
		return cmp.Or(strings.Trim(message(a), `"`), "null")
	case "error.messageString":
		return message(a)
	case "error.responseType":
		return responseType
	case "error.validationErrorString":
		return jsonInside(violations(x.invalid))
	}
	if value := contextVariables[name]; value != nil {
		return value(x)
	}
	return ""
}

// jsonInside writes a text as it stands between the quotes of a JSON string.
func jsonInside(text string) string {
	var w rawjson.Writer
	w.Inside(text)
	return string(w.Buf)
}

// message is what an answer says, as JSON: a quoted string or null.
func message(a answer) string {
	var body struct{ Message json.RawMessage }
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		return "null"
	}
	return string(body.Message)
}
