package gateway

import "maru/local/internal/template"

// kind is what the kinds of API have of their own here.
type kind struct {
	// maxBody is how long a body may be, in bytes; of a function URL, as much as
	// Lambda takes for a payload:
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
	maxBody int64
	// headAsOne is true where maxFields holds for the request line and the header fields
	// together, and not for each: the same page, of HTTP APIs.
	headAsOne bool
	// ownInvocation is true where the request is the invocation: both have one ID
	// (recorded: test_request_id_invoke_url).
	ownInvocation bool
}

var kinds = [...]kind{
	template.REST: {maxBody: 10 << 20},
	template.HTTP: {maxBody: 10 << 20, headAsOne: true},
	template.URL:  {maxBody: 6 << 20, ownInvocation: true},
}
