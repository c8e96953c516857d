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
	w.open('{')
	if e.kind == template.HTTP {
		w.member("version", "1.0")
	}
	x.writeRequestV1(null, true)
	if len(x.body) == 0 {
		w.null("body")
		w.bool("isBase64Encoded", false)
	} else {
		x.writeBody()
	}
	w.close('}')
}

// writeRequestV1 writes the request without its body; several tells whether the values of a name that came
// more than once are written all.
func (x *exchange) writeRequestV1(how absence, several bool) {
	w := &x.event
	w.member("resource", x.endpoint.path)
	w.member("path", x.pathV1())
	w.member("httpMethod", x.method())
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
	w.object("headers")
	for i := range x.fields {
		w.text(x.fields[i].name)
		w.colon()
		w.text(x.fields[i].last())
	}
	w.close('}')
}

func (x *exchange) writeAllFields() {
	w := &x.event
	w.object("multiValueHeaders")
	for _, f := range x.fields {
		w.text(f.name)
		w.colon()
		if f.values == nil {
			w.open('[')
			w.text(f.value)
			w.close(']')
			continue
		}
		w.texts(f.values)
	}
	w.close('}')
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
		x.event.absent(how, "queryStringParameters", "multiValueQueryStringParameters")
	default:
		x.event.absent(how, "queryStringParameters")
	}
}

func (x *exchange) writeLastPairs() {
	w := &x.event
	w.object("queryStringParameters")
	for i, p := range x.pairs {
		if i+1 == len(x.pairs) || x.pairs[i+1].name != p.name {
			w.text(p.name)
			w.colon()
			w.text(p.value)
		}
	}
	w.close('}')
}

func (x *exchange) writeAllPairs() {
	w := &x.event
	w.object("multiValueQueryStringParameters")
	for i, p := range x.pairs {
		if i == 0 || x.pairs[i-1].name != p.name {
			if i > 0 {
				w.close(']')
			}
			w.text(p.name)
			w.colon()
			w.open('[')
		}
		w.text(p.value)
	}
	w.close(']')
	w.close('}')
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
	w.object("requestContext")
	w.member("accountId", x.g.config.AccountID)
	w.member("apiId", e.api.ID)
	x.writeGrant()
	if e.kind == template.REST {
		w.member("deploymentId", e.deploymentID)
	}
	w.member("domainName", x.domain())
	w.member("domainPrefix", e.api.ID)
	w.member("extendedRequestId", x.extendedID)
	w.member("httpMethod", x.method())
	x.writeIdentity()
	w.member("path", x.contextPath())
	w.member("protocol", protocol)
	w.member("requestId", x.requestID)
	x.writeTime("requestTime", "requestTimeEpoch")
	w.member("resourceId", resourceID)
	w.member("resourcePath", e.path)
	w.member("stage", e.api.Stage)
	w.close('}')
}

// writeIdentity writes who the caller is: an address and a user agent, since
// nothing here signs in by IAM or Cognito.
func (x *exchange) writeIdentity() {
	w, rest := &x.event, x.kind() == template.REST
	w.object("identity")
	w.null("accessKey", "accountId", "caller")
	if !rest {
		w.null("cognitoAmr")
	}
	w.null("cognitoAuthenticationProvider", "cognitoAuthenticationType",
		"cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId")
	w.member("sourceIp", x.sourceIP())
	w.null("user")
	if agent := x.r.UserAgent(); rest {
		w.nullable("userAgent", agent)
	} else {
		w.member("userAgent", agent)
	}
	w.null("userArn")
	w.close('}')
}
