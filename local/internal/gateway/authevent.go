package gateway

import (
	"strings"

	"maru/local/internal/template"
)

// writeAuthorizerEvent writes what an authorizer's function is asked. The
// shapes are those of apigw-custom-auth-request.json,
// apigw-custom-auth-request-type-request.json,
// apigw-v2-custom-authorizer-v1-request.json and
// apigw-v2-custom-authorizer-v2-request.json of aws-lambda-go.
func (x *exchange) writeAuthorizerEvent(a *authorizer, identity []string, arn string) {
	w := &x.event
	w.Open('{')
	switch {
	case a.is.Token:
		w.Member("type", "TOKEN")
		w.Member("methodArn", arn)
		w.Member("authorizationToken", identity[0])
	case a.v1:
		x.writeAuthorizerV1(identity, arn)
	default:
		x.writeAuthorizerV2(identity, arn)
	}
	w.Close('}')
}

// discardEvent makes room for the next event of the same request.
func (x *exchange) discardEvent() {
	x.event.Buf = x.event.Buf[:0]
}

// writeAuthorizerV1 writes a request without its body. What it does not have is
// an empty object, unlike in a function's event of the same format.
func (x *exchange) writeAuthorizerV1(identity []string, arn string) {
	w, http := &x.event, x.kind() == template.HTTP
	if http {
		w.Member("version", "1.0")
	}
	w.Member("type", "REQUEST")
	w.Member("methodArn", arn)
	if http {
		joined := strings.Join(identity, ",")
		w.Nullable("identitySource", joined)
		w.Nullable("authorizationToken", joined)
	}
	x.collect(true)
	x.writeRequestV1(empty, !http)
}

func (x *exchange) writeAuthorizerV2(identity []string, arn string) {
	w := &x.event
	w.Member("version", "2.0")
	w.Member("type", "REQUEST")
	w.Member("routeArn", arn)
	if len(identity) == 0 {
		w.Null("identitySource")
	} else {
		w.Name("identitySource")
		w.Texts(identity)
	}
	x.collect(false)
	x.writeRequestV2(x.rawPath(), x.rawPath())
}
