package event

import (
	"strings"

	"maru/local/internal/gateway/internal/request"
)

// Question is what an authorizer's function is asked about a request.
type Question struct {
	// Token is true for a TOKEN authorizer, which is given the first value of
	// Identity and not the request.
	Token bool
	// V1 is true for payload format 1.0, false for 2.0.
	V1 bool
	// Identity has the values of the identity sources.
	Identity []string
	// ARN is of the method or the route; see request.ARN.
	ARN string
}

// Authorizer writes the event of an authorizer's function for a request, without
// its body. What it returns is valid until the next event. The shapes are those of
// apigw-custom-auth-request.json, apigw-custom-auth-request-type-request.json,
// apigw-v2-custom-authorizer-v1-request.json and
// apigw-v2-custom-authorizer-v2-request.json of aws-lambda-go.
func (w *Writer) Authorizer(r *request.Request, q Question) []byte {
	w.begin(r, Caller{})
	w.json.Open('{')
	switch {
	case q.Token:
		w.json.Member("type", "TOKEN")
		w.json.Member("methodArn", q.ARN)
		w.json.Member("authorizationToken", q.Identity[0])
	case q.V1:
		w.writeQuestionV1(q)
	default:
		w.writeQuestionV2(q)
	}
	w.json.Close('}')
	return w.json.Buf
}

// writeQuestionV1 writes a request without its body. What it does not have is
// an empty object, unlike in a function's event of the same format.
func (w *Writer) writeQuestionV1(q Question) {
	j := &w.json
	if w.kind.version {
		j.Member("version", "1.0")
	}
	j.Member("type", "REQUEST")
	j.Member("methodArn", q.ARN)
	if w.kind.identitySource {
		joined := strings.Join(q.Identity, ",")
		j.Nullable("identitySource", joined)
		j.Nullable("authorizationToken", joined)
	}
	w.collect(true)
	w.writeRequestV1(empty, w.kind.several)
}

func (w *Writer) writeQuestionV2(q Question) {
	j := &w.json
	j.Member("version", "2.0")
	j.Member("type", "REQUEST")
	j.Member("routeArn", q.ARN)
	if len(q.Identity) == 0 {
		j.Null("identitySource")
	} else {
		j.Name("identitySource")
		j.Texts(q.Identity)
	}
	w.collect(false)
	w.writeRequestV2(w.r.RawPath(), w.r.RawPath())
}
