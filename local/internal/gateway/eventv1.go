package gateway

import "maru/local/internal/template"

// writeEvent makes the function's event.
func (x *exchange) writeEvent() {
	x.collect(x.endpoint.v1)
	if x.endpoint.v1 {
		x.writeV1()
		return
	}
	x.writeV2()
}

// writeV1 writes an event of payload format 1.0. Every key is there in every
// event; what the request does not have is null, never empty (recorded in
// test_lambda_aws_proxy_integration). "version" is an HTTP API's alone.
func (x *exchange) writeV1() {
	w, e := &x.event, x.endpoint
	w.Open('{')
	if e.kind == template.HTTP {
		w.Member("version", "1.0")
	}
	x.writeRequestV1(null, true)
	if len(x.body) == 0 {
		w.Null("body")
		w.Bool("isBase64Encoded", false)
	} else {
		x.writeBody()
	}
	w.Close('}')
}

// absence is how an event says that something is not there.
type absence int

const (
	omitted absence = iota
	null
	empty
)

// writeAbsent writes members that are not there.
func (x *exchange) writeAbsent(how absence, names ...string) {
	w := &x.event
	for _, name := range names {
		switch how {
		case null:
			w.Null(name)
		case empty:
			w.Object(name)
			w.Close('}')
		}
	}
}

// writeRequestV1 writes the request without its body; several tells whether the values of a name that came
// more than once are written all.
func (x *exchange) writeRequestV1(how absence, several bool) {
	w := &x.event
	w.Member("resource", x.endpoint.path)
	w.Member("path", x.pathV1())
	w.Member("httpMethod", x.method())
	x.spell()
	x.writeLastFields()
	if several {
		x.writeAllFields()
	}
	x.writeQueryV1(how, several)
	x.writeContextV1()
	x.writePathParameters(how)
	x.writeStageVariables(how)
}

// pathV1 is the path of the event, which has the stage in an HTTP API's events
// and not in a REST API's.
func (x *exchange) pathV1() string {
	if x.kind() == template.HTTP {
		return x.rawPath()
	}
	return x.target.path
}

func (x *exchange) writeLastFields() {
	w := &x.event
	w.Object("headers")
	for i := range x.fields {
		w.Text(x.fields[i].name)
		w.Colon()
		w.Text(x.fields[i].last())
	}
	w.Close('}')
}

func (x *exchange) writeAllFields() {
	w := &x.event
	w.Object("multiValueHeaders")
	for _, f := range x.fields {
		w.Text(f.name)
		w.Colon()
		if f.values == nil {
			w.Open('[')
			w.Text(f.value)
			w.Close(']')
			continue
		}
		w.Texts(f.values)
	}
	w.Close('}')
}

// writeQueryV1 writes the last value of each parameter, then all of them.
func (x *exchange) writeQueryV1(how absence, several bool) {
	switch {
	case len(x.pairs) > 0:
		x.writeLastPairs()
		if several {
			x.writeAllPairs()
		}
	case several:
		x.writeAbsent(how, "queryStringParameters", "multiValueQueryStringParameters")
	default:
		x.writeAbsent(how, "queryStringParameters")
	}
}

func (x *exchange) writeLastPairs() {
	w := &x.event
	w.Object("queryStringParameters")
	for i, p := range x.pairs {
		if i+1 == len(x.pairs) || x.pairs[i+1].name != p.name {
			w.Text(p.name)
			w.Colon()
			w.Text(p.value)
		}
	}
	w.Close('}')
}

func (x *exchange) writeAllPairs() {
	w := &x.event
	w.Object("multiValueQueryStringParameters")
	for i, p := range x.pairs {
		if i == 0 || x.pairs[i-1].name != p.name {
			if i > 0 {
				w.Close(']')
			}
			w.Text(p.name)
			w.Colon()
			w.Open('[')
		}
		w.Text(p.value)
	}
	w.Close(']')
	w.Close('}')
}

// writeContextV1 writes requestContext. An HTTP API's names the route key in
// place of a resource's ID, has one request ID in both places, and knows no
// deployment.
func (x *exchange) writeContextV1() {
	w, e := &x.event, x.endpoint
	resourceID := e.resourceID
	if e.kind == template.HTTP {
		resourceID = e.key
	}
	w.Object("requestContext")
	w.Member("accountId", x.g.config.AccountID)
	w.Member("apiId", e.api.ID)
	x.writeGrant()
	if e.kind == template.REST {
		w.Member("deploymentId", e.deploymentID)
	}
	w.Member("domainName", x.domain())
	w.Member("domainPrefix", e.api.ID)
	w.Member("extendedRequestId", x.extendedID)
	w.Member("httpMethod", x.method())
	x.writeIdentity()
	w.Member("path", x.contextPath())
	w.Member("protocol", protocol)
	w.Member("requestId", x.requestID)
	x.writeTime("requestTime", "requestTimeEpoch")
	w.Member("resourceId", resourceID)
	w.Member("resourcePath", e.path)
	w.Member("stage", e.api.Stage)
	w.Close('}')
}

// writeIdentity writes who the caller is: an address and a user agent, since
// nothing here signs in by IAM or Cognito.
func (x *exchange) writeIdentity() {
	w, rest := &x.event, x.kind() == template.REST
	w.Object("identity")
	w.Null("accessKey", "accountId", "caller")
	if !rest {
		w.Null("cognitoAmr")
	}
	w.Null("cognitoAuthenticationProvider", "cognitoAuthenticationType",
		"cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId")
	w.Member("sourceIp", x.sourceIP())
	w.Null("user")
	if agent := x.r.UserAgent(); rest {
		w.Nullable("userAgent", agent)
	} else {
		w.Member("userAgent", agent)
	}
	w.Null("userArn")
	w.Close('}')
}
