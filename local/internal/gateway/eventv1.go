package gateway

import "maru/local/internal/template"

// writeEvent makes the function's event.
func (x *exchange) writeEvent() {
	x.collect()
	x.pairs = parseQuery(x.pairs, x.target.query)
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
	w.member("resource", e.path)
	w.member("path", x.pathV1())
	w.member("httpMethod", x.r.Method)
	x.writeFieldsV1()
	x.writeQueryV1()
	x.writeContextV1()
	x.writePathParameters(true)
	x.writeStageVariables(true)
	if len(x.body) == 0 {
		w.null("body")
		w.bool("isBase64Encoded", false)
	} else {
		x.writeBody()
	}
	w.close('}')
}

// pathV1 is the path of the event, which has the stage in an HTTP API's events
// and not in a REST API's.
func (x *exchange) pathV1() string {
	if x.kind() == template.HTTP {
		return x.rawPath()
	}
	return x.target.path
}

func (x *exchange) writeFieldsV1() {
	w := &x.event
	x.spell()
	w.object("headers")
	for i := range x.fields {
		w.text(x.fields[i].name)
		w.colon()
		w.text(x.fields[i].last())
	}
	w.close('}')
	w.object("multiValueHeaders")
	for _, f := range x.fields {
		w.text(f.name)
		w.colon()
		w.open('[')
		for _, value := range f.values {
			w.text(value)
		}
		if f.values == nil {
			w.text(f.value)
		}
		w.close(']')
	}
	w.close('}')
}

// writeQueryV1 writes the last value of each parameter, then all of them.
func (x *exchange) writeQueryV1() {
	w := &x.event
	if len(x.pairs) == 0 {
		w.null("queryStringParameters", "multiValueQueryStringParameters")
		return
	}
	w.object("queryStringParameters")
	for i, p := range x.pairs {
		if i+1 == len(x.pairs) || x.pairs[i+1].name != p.name {
			w.text(p.name)
			w.colon()
			w.text(p.value)
		}
	}
	w.close('}')
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
	resourceID, path := e.resourceID, "/"+e.api.Stage+x.target.sent
	if e.kind == template.HTTP {
		resourceID, path = e.key, x.rawPath()
	}
	w.object("requestContext")
	w.member("accountId", x.g.config.AccountID)
	w.member("apiId", e.api.ID)
	if e.kind == template.REST {
		w.member("deploymentId", e.deploymentID)
	}
	w.member("domainName", x.domain())
	w.member("domainPrefix", e.api.ID)
	w.member("extendedRequestId", x.extendedID)
	w.member("httpMethod", x.r.Method)
	x.writeIdentity()
	w.member("path", path)
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
