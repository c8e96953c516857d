package answer

import (
	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/template"
)

// Cause is why a request is answered without its function's response.
type Cause int

// The causes. The zero value is none.
const (
	_ Cause = iota
	NoRoute
	BadRequest
	PathUndecodable // see disputed.HTTPDecodes
	Unauthorized
	Unsigned
	SignatureIncomplete
	InvalidAPIKey
	DeniedExplicitly
	DeniedImplicitly
	DeniedByPolicy
	AuthorizerFailed
	ParametersMissing // recorded: test_api_gateway_request_validator
	BodyInvalid       // recorded there too
	ModelBroken
	BodyTooSlow
	BodyTooLarge
	TargetTooLong
	FieldsTooLarge
	EventTooLarge // for Lambda, which takes 6 MB where an API takes 10
	FunctionError
	FunctionTimeout
	FunctionThrottled
	FunctionUnavailable
	FunctionUnsupported // by this host, whatever is done
	FunctionMissing     // from the template
	RouteUnsupported    // by this host, as FunctionUnsupported
	MalformedResult
	UndecodableBody
	IntegrationTimeout
	IntegrationMisconfigured // recorded: test_lambda_aws_proxy_integration_non_post_method
	TunnelRefused
	TunnelBroken
	TunnelTimeout
	TunnelUnsupported
)

// answer is what one kind of API says to a Cause. The bodies are AWS's byte
// for byte, with their uneven spaces.
type answer struct {
	status int
	body   string
	// errorType goes into x-amzn-ErrorType; HTTP APIs have none.
	errorType string
}

// byKind has an answer for each kind of API.
type byKind [len(kinds)]answer

// refusal is what a Cause comes to.
type refusal struct {
	why     string // for the log, where Refusal.Reason does not say it more closely
	answers byKind // for the client, by the kind of API
	// responseType is the name that the error has in a REST API's GatewayResponses.
	// Where AWS has no name of its own for it, it is its class's default. Empty for
	// what cannot be customized: API Gateway refuses such requests before it knows
	// their API, and says the same of REQUEST_TOO_LARGE.
	responseType string
}

// refusals has a text and an answer of each kind of API for each cause, after
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
// for REST APIs and
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
// for HTTP APIs. The URL's are a function URL's, as far as that can refuse at all;
// of its bodies, only those of Unsigned and FunctionError are recorded.
var refusals = map[Cause]refusal{
	NoRoute: {"no route", byKind{
		template.REST: {403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException"},
		template.HTTP: {404, `{"message":"Not Found"}`, ""},
		template.URL:  {403, `{"Message":null}`, "AccessDeniedException"}, // a Host with another ID
	}, "MISSING_AUTHENTICATION_TOKEN"},
	BadRequest: {"the message is malformed", byKind{
		template.REST: {400, `{"message":"Bad Request"}`, "BadRequestException"},
		template.HTTP: {400, `{"message":"Bad Request"}`, ""},
		template.URL:  urlRefusal(400, "Bad Request"),
	}, ""},
	PathUndecodable: {"the path cannot be decoded twice, as HTTP APIs do", byKind{
		template.REST: {400, `{"message":"Bad Request"}`, "BadRequestException"},
		template.HTTP: {400, `{"message":"Bad Request"}`, ""},
	}, ""},
	Unauthorized: {"unauthorized", byKind{
		template.REST: {401, `{"message":"Unauthorized"}`, "UnauthorizedException"},
		template.HTTP: {401, `{"message":"Unauthorized"}`, ""},
	}, "UNAUTHORIZED"},
	Unsigned: {"the request is not signed", byKind{
		template.REST: {403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException"},
		template.HTTP: {403, `{"message":"Forbidden"}`, ""},
		template.URL:  urlForbidden,
	}, "MISSING_AUTHENTICATION_TOKEN"},
	// See answerTo for the text. Users customize it as this type:
	// https://github.com/amazon-archives/aws-cognito-angular-quickstart/issues/50.
	SignatureIncomplete: {"Authorization is no signature", byKind{
		template.REST: {403, `{"message":""}`, "IncompleteSignatureException"},
		template.HTTP: {403, `{"message":"Forbidden"}`, ""},
	}, "MISSING_AUTHENTICATION_TOKEN"},
	InvalidAPIKey: {"no API key, or none that is valid", byKind{
		template.REST: {403, `{"message":"Forbidden"}`, "ForbiddenException"},
		template.HTTP: {403, `{"message":"Forbidden"}`, ""},
	}, "INVALID_API_KEY"},
	// The texts that callers of live APIs report; AWS's documents have older ones.
	DeniedExplicitly: {"the authorizer denies it", byKind{
		template.REST: restDenial("with an explicit deny in an identity-based policy"),
		template.HTTP: {403, `{"message":"Forbidden"}`, ""},
	}, "ACCESS_DENIED"},
	DeniedImplicitly: {"the authorizer does not allow it", byKind{
		template.REST: restDenial("because no identity-based policy allows the execute-api:Invoke action"),
		template.HTTP: {403, `{"message":"Forbidden"}`, ""},
	}, "ACCESS_DENIED"},
	DeniedByPolicy: {"the API's resource policy does not allow it", byKind{
		template.REST: restDenial("because no resource-based policy allows the execute-api:Invoke action"),
		template.HTTP: {403, `{"message":"Forbidden"}`, ""},
	}, "ACCESS_DENIED"},
	AuthorizerFailed: {"the authorizer failed", byKind{
		template.REST: {500, `{"message":null}`, "AuthorizerConfigurationException"},
		template.HTTP: httpFailure(500),
	}, "AUTHORIZER_CONFIGURATION_ERROR"},
	// HTTP APIs do not validate; see answerTo for the names of the parameters.
	ParametersMissing: {"required parameters are missing", byKind{
		template.REST: {400, `{"message": "Missing required request parameters: []"}`, "BadRequestException"},
		template.HTTP: {400, `{"message":"Bad Request"}`, ""},
	}, "BAD_REQUEST_PARAMETERS"},
	BodyInvalid: {"the body does not match its model", byKind{
		template.REST: {400, `{"message": "Invalid request body"}`, "BadRequestException"},
		template.HTTP: {400, `{"message":"Bad Request"}`, ""},
	}, "BAD_REQUEST_BODY"},
	ModelBroken: {"the body's model cannot be used", byKind{template.REST: restFailure(500), template.HTTP: httpFailure(500)}, "API_CONFIGURATION_ERROR"},
	BodyTooSlow: {"the body stopped coming", byKind{
		template.REST: {408, `{"message":"Request Timeout"}`, "RequestTimeoutException"},
		template.HTTP: {408, `{"message":"Request Timeout"}`, ""},
		template.URL:  urlRefusal(408, "Request Timeout"),
	}, ""},
	BodyTooLarge: {"the body is too large", byKind{
		template.REST: {413, `{"message":"Request Too Long"}`, "RequestEntityTooLargeException"},
		template.HTTP: {413, `{"message":"Request Entity Too Large"}`, ""},
		template.URL:  urlRefusal(413, "Request Entity Too Large"),
	}, ""},
	TargetTooLong: {"the request target is too long", byKind{
		template.REST: {414, `{"message":"Request URI too long"}`, "BadRequestException"},
		template.HTTP: {414, `{"message":"Request-URI Too Long"}`, ""},
		template.URL:  urlRefusal(414, "Request-URI Too Long"),
	}, ""},
	FieldsTooLarge: {"the header fields are too large", byKind{
		template.REST: {431, `{"message":"Request Header Fields Too Large"}`, "BadRequestException"},
		template.HTTP: {431, `{"message":"Request Header Fields Too Large"}`, ""},
		template.URL:  urlRefusal(431, "Request Header Fields Too Large"),
	}, ""},
	EventTooLarge:       {"the event is larger than Lambda takes", byKind{template.REST: restFailure(502), template.HTTP: httpFailure(500), template.URL: urlRefusal(413, "Request Entity Too Large")}, ""},
	FunctionError:       {"the function failed", byKind{template.REST: restFailure(502), template.HTTP: httpFailure(500), template.URL: urlFailure(502)}, default5XX},
	FunctionTimeout:     {"the function timed out", byKind{template.REST: restFailure(502), template.HTTP: httpUnavailable, template.URL: urlFailure(502)}, default5XX},
	FunctionThrottled:   {"the function has no concurrency left", byKind{template.REST: restFailure(502), template.HTTP: httpUnavailable, template.URL: urlRefusal(429, "Rate Exceeded.")}, default5XX},
	FunctionUnavailable: {"the function cannot run", byKind{template.REST: restFailure(502), template.HTTP: httpFailure(502), template.URL: urlFailure(502)}, default5XX},
	FunctionUnsupported: {"the function is of a kind that is not run", byKind{template.REST: restFailure(501), template.HTTP: httpFailure(501), template.URL: urlFailure(501)}, default5XX},
	FunctionMissing:     {"the template does not have the function", byKind{template.REST: restFailure(disputed.MissingFunction), template.HTTP: httpFailure(500), template.URL: urlFailure(502)}, "API_CONFIGURATION_ERROR"},
	RouteUnsupported:    {"the route is of a kind that is not served", byKind{template.REST: restFailure(501), template.HTTP: httpFailure(501), template.URL: urlFailure(501)}, default5XX},
	MalformedResult:     {"the function's result is no response", byKind{template.REST: restFailure(502), template.HTTP: httpFailure(500), template.URL: urlFailure(502)}, default5XX},
	UndecodableBody:     {"the body of the function's result is not base64", byKind{template.REST: restFailure(500), template.HTTP: httpFailure(500), template.URL: urlFailure(502)}, default5XX},
	IntegrationTimeout: {"the function took longer than the integration's timeout", byKind{
		template.REST: {504, `{"message": "Endpoint request timed out"}`, "InternalServerErrorException"},
		template.HTTP: httpUnavailable,
	}, "INTEGRATION_TIMEOUT"},
	IntegrationMisconfigured: {"API Gateway cannot call the integration; see maru check", byKind{template.REST: restFailure(500), template.HTTP: httpFailure(500)}, "API_CONFIGURATION_ERROR"},
	// A tunnel belongs to no API; its function is called as an HTTP API's.
	TunnelRefused:     {"the tunnel is not allowed", byKind{template.HTTP: {403, `{"message":"Forbidden"}`, ""}}, ""},
	TunnelBroken:      {"the authority cannot be reached", byKind{template.HTTP: {502, `{"message":"Bad Gateway"}`, ""}}, ""},
	TunnelTimeout:     {"the authority does not answer", byKind{template.HTTP: {504, `{"message":"Gateway Timeout"}`, ""}}, ""},
	TunnelUnsupported: {"the connection cannot become a tunnel", byKind{template.HTTP: {501, `{"message":"Not Implemented"}`, ""}}, ""},
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
