package route

import (
	"time"

	"maru/local/internal/gateway/internal/target"
	"maru/local/internal/template"
)

// kinds has how the routes of one kind of API differ from those of the others.
var kinds = [...]struct {
	// timeout is that of an integration which sets none; zero for none at all:
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html.
	timeout time.Duration
	// v1 is true where events have payload format 1.0 whatever a route says.
	v1 bool
	// segment gives a literal segment of a route's path as those of requests are
	// when they are held against it.
	segment func(escaped string) string
}{
	template.REST: {timeout: 29 * time.Second, v1: true, segment: asSent},
	template.HTTP: {timeout: 30 * time.Second, segment: target.Unescape},
	template.URL:  {segment: asSent},
}

func asSent(escaped string) string { return escaped }

// set is a set of kinds of API.
type set [len(kinds)]bool

// merged are the kinds whose routes stand in trees, and endSlashes those for which
// a slash at the end of a path does not count.
var merged, endSlashes = set{template.REST: true, template.HTTP: true}, set{template.REST: true}
