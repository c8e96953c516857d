package gateway

import (
	"strings"

	"maru/local/internal/gateway/internal/rawjson"
	"maru/local/internal/template"
)

// cause is why the doors answer a request themselves.
type cause int

const (
	passed cause = iota
	noRoute
	badRequest
	unauthorized
	unsigned
	forbidden
	deniedExplicitly
	deniedImplicitly
	authorizerFailed
	parametersMissing // recorded: test_api_gateway_request_validator
	bodyInvalid       // recorded there too
	modelBroken
	bodyTooSlow
	bodyTooLarge
	targetTooLong
	fieldsTooLarge
	eventTooLarge // for Lambda, which takes 6 MB where an API takes 10
	functionError
	functionTimeout
	functionThrottled
	functionUnavailable
	functionUnsupported // by this host, whatever is done
	malformedResult
	undecodableBody
	integrationTimeout
	integrationMisconfigured // recorded: test_lambda_aws_proxy_integration_non_post_method
	tunnelRefused
	tunnelBroken
	tunnelTimeout
	tunnelUnsupported
)

// answer is what one kind of API says to a cause. The bodies are AWS's byte
// for byte, with their uneven spaces.
type answer struct {
	status int
	body   string
	// errorType goes into x-amzn-ErrorType; HTTP APIs have none.
	errorType string
}

// refusal is what a cause comes to.
type refusal struct {
	why     string    // for the log, where x.reason does not say it more closely
	answers [3]answer // for the client, by the kind of API
}

// refusals has a text and an answer of each kind of API for each cause, after
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
// for REST APIs and
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
// for HTTP APIs. The URL's are a function URL's, as far as that can refuse at all;
// of its bodies, only those of unsigned and functionError are recorded.
var refusals = map[cause]refusal{
	noRoute: {"no route", [3]answer{
		template.REST: {403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException"},
		template.HTTP: {404, `{"message":"Not Found"}`, ""},
	}},
	badRequest: {"the message is malformed", [3]answer{
		template.REST: {400, `{"message":"Bad Request"}`, "BadRequestException"},
		template.HTTP: {400, `{"message":"Bad Request"}`, ""},
		template.URL:  urlRefusal(400, "Bad Request"),
	}},
	unauthorized: {"unauthorized", [3]answer{
		template.REST: {401, `{"message":"Unauthorized"}`, "UnauthorizedException"},
		template.HTTP: {401, `{"message":"Unauthorized"}`, ""},
	}},
	unsigned: {"IAM authorization is not emulated", [3]answer{
		template.REST: {403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException"},
		template.HTTP: {403, `{"message":"Forbidden"}`, ""},
		template.URL:  urlForbidden,
	}},
	forbidden: {"forbidden", [3]answer{
		template.REST: {403, `{"message":"Forbidden"}`, "ForbiddenException"},
		template.HTTP: {403, `{"message":"Forbidden"}`, ""},
	}},
	// The texts that callers of live APIs report; AWS's documents have older ones.
	deniedExplicitly: {"the authorizer denies it", [3]answer{
		template.REST: restDenial("with an explicit deny in an identity-based policy"),
		template.HTTP: {403, `{"message":"Forbidden"}`, ""},
	}},
	deniedImplicitly: {"the authorizer does not allow it", [3]answer{
		template.REST: restDenial("because no identity-based policy allows the execute-api:Invoke action"),
		template.HTTP: {403, `{"message":"Forbidden"}`, ""},
	}},
	authorizerFailed: {"the authorizer failed", [3]answer{
		template.REST: {500, `{"message":null}`, "AuthorizerConfigurationException"},
		template.HTTP: httpFailure(500),
	}},
	// HTTP APIs do not validate; see answer for the names of the parameters.
	parametersMissing: {"required parameters are missing", [3]answer{
		template.REST: {400, `{"message": "Missing required request parameters: []"}`, "BadRequestException"},
		template.HTTP: {400, `{"message":"Bad Request"}`, ""},
	}},
	bodyInvalid: {"the body does not match its model", [3]answer{
		template.REST: {400, `{"message": "Invalid request body"}`, "BadRequestException"},
		template.HTTP: {400, `{"message":"Bad Request"}`, ""},
	}},
	modelBroken: {"the body's model cannot be used", [3]answer{template.REST: restFailure(500), template.HTTP: httpFailure(500)}},
	bodyTooSlow: {"the body stopped coming", [3]answer{
		template.REST: {408, `{"message":"Request Timeout"}`, "RequestTimeoutException"},
		template.HTTP: {408, `{"message":"Request Timeout"}`, ""},
		template.URL:  urlRefusal(408, "Request Timeout"),
	}},
	bodyTooLarge: {"the body is too large", [3]answer{
		template.REST: {413, `{"message":"Request Too Long"}`, "RequestEntityTooLargeException"},
		template.HTTP: {413, `{"message":"Request Entity Too Large"}`, ""},
		template.URL:  urlRefusal(413, "Request Entity Too Large"),
	}},
	targetTooLong: {"the request target is too long", [3]answer{
		template.REST: {414, `{"message":"Request URI too long"}`, "BadRequestException"},
		template.HTTP: {414, `{"message":"Request-URI Too Long"}`, ""},
		template.URL:  urlRefusal(414, "Request-URI Too Long"),
	}},
	fieldsTooLarge: {"the header fields are too large", [3]answer{
		template.REST: {431, `{"message":"Request Header Fields Too Large"}`, "BadRequestException"},
		template.HTTP: {431, `{"message":"Request Header Fields Too Large"}`, ""},
		template.URL:  urlRefusal(431, "Request Header Fields Too Large"),
	}},
	eventTooLarge:       {"the event is larger than Lambda takes", [3]answer{template.REST: restFailure(502), template.HTTP: httpFailure(500), template.URL: urlRefusal(413, "Request Entity Too Large")}},
	functionError:       {"the function failed", [3]answer{template.REST: restFailure(502), template.HTTP: httpFailure(500), template.URL: urlFailure(502)}},
	functionTimeout:     {"the function timed out", [3]answer{template.REST: restFailure(502), template.HTTP: httpUnavailable, template.URL: urlFailure(502)}},
	functionThrottled:   {"the function has no concurrency left", [3]answer{template.REST: restFailure(502), template.HTTP: httpUnavailable, template.URL: urlRefusal(429, "Rate Exceeded.")}},
	functionUnavailable: {"the function cannot run", [3]answer{template.REST: restFailure(502), template.HTTP: httpFailure(502), template.URL: urlFailure(502)}},
	functionUnsupported: {"the function is of a kind that is not run", [3]answer{template.REST: restFailure(501), template.HTTP: httpFailure(501), template.URL: urlFailure(501)}},
	malformedResult:     {"the function's result is no response", [3]answer{template.REST: restFailure(502), template.HTTP: httpFailure(500), template.URL: urlFailure(502)}},
	undecodableBody:     {"the body of the function's result is not base64", [3]answer{template.REST: restFailure(500), template.HTTP: httpFailure(500), template.URL: urlFailure(502)}},
	integrationTimeout: {"the function took longer than the integration's timeout", [3]answer{
		template.REST: {504, `{"message": "Endpoint request timed out"}`, "InternalServerErrorException"},
		template.HTTP: httpUnavailable,
	}},
	integrationMisconfigured: {"the integration does not call the function with POST", [3]answer{template.REST: restFailure(500), template.HTTP: httpFailure(500)}},
	// A tunnel belongs to no API; its function is called as an HTTP API's.
	tunnelRefused:     {"the tunnel is not allowed", [3]answer{template.HTTP: {403, `{"message":"Forbidden"}`, ""}}},
	tunnelBroken:      {"the authority cannot be reached", [3]answer{template.HTTP: {502, `{"message":"Bad Gateway"}`, ""}}},
	tunnelTimeout:     {"the authority does not answer", [3]answer{template.HTTP: {504, `{"message":"Gateway Timeout"}`, ""}}},
	tunnelUnsupported: {"the connection cannot become a tunnel", [3]answer{template.HTTP: {501, `{"message":"Not Implemented"}`, ""}}},
}

func restFailure(status int) answer {
	return answer{status, `{"message": "Internal server error"}`, "InternalServerErrorException"}
}

// restDenial has a capital M, as no other answer has.
func restDenial(why string) answer {
	return answer{403, `{"Message":"User is not authorized to access this resource ` + why + `"}`, "AccessDeniedException"}
}

func httpFailure(status int) answer {
	return answer{status, `{"message":"Internal Server Error"}`, ""}
}

// urlForbidden is recorded in test_lambda_permission_url_invocation.
var urlForbidden = answer{403, `{"Message":"Forbidden. For troubleshooting Function URL authorization issues, ` +
	`see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}`, "AccessDeniedException"}

func urlRefusal(status int, text string) answer {
	return answer{status, `{"Message":"` + text + `"}`, ""}
}

// urlFailure is plain text: test_lambda_url_invocation_exception of LocalStack,
// which AWS passes, wants this body and no JSON.
func urlFailure(status int) answer {
	return answer{status, "Internal Server Error", ""}
}

var httpUnavailable = answer{503, `{"message":"Service Unavailable"}`, ""}

// refuse answers in the words of the API that the request met. Where it is not
// clear what the client sends next, the connection ends with the answer.
func (x *exchange) refuse(c cause) {
	x.refused = c
	a := x.answer(c)
	if c == badRequest || c == bodyTooSlow {
		x.set("Connection", "close")
	}
	if x.requestID == "" {
		x.identify()
	}
	x.nameRequest()
	if a.errorType != "" {
		x.set(headerErrorType, a.errorType)
	}
	x.set("Content-Type", "application/json")
	if !strings.HasPrefix(a.body, "{") {
		x.set("Content-Type", "text/plain")
	}
	status, body := x.customize(c, a)
	if errorsHaveCORS {
		x.allowOrigin()
	}
	x.send(status, body)
}

// answer gives the answer to a cause, with the names of missing parameters in
// the one that has them.
func (x *exchange) answer(c cause) answer {
	a := refusals[c].answers[x.kind()]
	if c == parametersMissing {
		var w rawjson.Writer
		w.Text("Missing required request parameters: [" + strings.Join(x.missing, ", ") + "]")
		a.body = `{"message": ` + string(w.Buf) + `}`
	}
	return a
}

// nameRequest puts the request's IDs into the response.
func (x *exchange) nameRequest() {
	switch x.kind() {
	case template.REST:
		x.set(headerRequestID, x.requestID)
		x.set(headerExtendedID, x.extendedID)
	case template.HTTP:
		x.set(headerHTTPRequestID, x.requestID)
	case template.URL:
		x.set(headerRequestID, x.requestID)
	}
}
