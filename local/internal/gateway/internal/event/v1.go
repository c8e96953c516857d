package event

import "maru/local/internal/gateway/internal/request"

// writeV1 writes an event of payload format 1.0. Every key is there in every
// event; what the request does not have is null, never empty (recorded in
// test_lambda_aws_proxy_integration). "version" is an HTTP API's alone.
func (w *Writer) writeV1() {
	j := &w.json
	j.Open('{')
	if w.kind.version {
		j.Member("version", "1.0")
	}
	w.writeRequestV1(null, true)
	if len(w.r.Body) == 0 {
		j.Null("body")
		j.Bool("isBase64Encoded", false)
	} else {
		w.writeBody()
	}
	j.Close('}')
}

// absence is how an event says that something is not there.
type absence int

const (
	omitted absence = iota
	null
	empty
)

// writeAbsent writes members that are not there.
func (w *Writer) writeAbsent(how absence, names ...string) {
	j := &w.json
	for _, name := range names {
		switch how {
		case null:
			j.Null(name)
		case empty:
			j.Object(name)
			j.Close('}')
		}
	}
}

// writeRequestV1 writes the request without its body; several tells whether the values of a name that came
// more than once are written all.
func (w *Writer) writeRequestV1(how absence, several bool) {
	j := &w.json
	j.Member("resource", w.r.Route.Path)
	j.Member("path", w.kind.path(w.r))
	j.Member("httpMethod", w.r.Method())
	w.spell()
	w.writeLastFields()
	if several {
		w.writeAllFields()
	}
	w.writeQueryV1(how, several)
	w.writeContextV1()
	w.writePathParameters(how)
	w.writeStageVariables(how)
}

func (w *Writer) writeLastFields() {
	j := &w.json
	j.Object("headers")
	for i := range w.fields {
		j.Text(w.fields[i].name)
		j.Colon()
		j.Text(w.fields[i].last())
	}
	j.Close('}')
}

func (w *Writer) writeAllFields() {
	j := &w.json
	j.Object("multiValueHeaders")
	for _, f := range w.fields {
		j.Text(f.name)
		j.Colon()
		if f.values == nil {
			j.Open('[')
			j.Text(f.value)
			j.Close(']')
			continue
		}
		j.Texts(f.values)
	}
	j.Close('}')
}

// writeQueryV1 writes the last value of each parameter, then all of them.
func (w *Writer) writeQueryV1(how absence, several bool) {
	switch {
	case len(w.r.Query) > 0:
		w.writeLastPairs()
		if several {
			w.writeAllPairs()
		}
	case several:
		w.writeAbsent(how, "queryStringParameters", "multiValueQueryStringParameters")
	default:
		w.writeAbsent(how, "queryStringParameters")
	}
}

func (w *Writer) writeLastPairs() {
	j := &w.json
	j.Object("queryStringParameters")
	for i, p := range w.r.Query {
		if i+1 == len(w.r.Query) || w.r.Query[i+1].Name != p.Name {
			j.Text(p.Name)
			j.Colon()
			j.Text(p.Value)
		}
	}
	j.Close('}')
}

func (w *Writer) writeAllPairs() {
	j := &w.json
	j.Object("multiValueQueryStringParameters")
	for i, p := range w.r.Query {
		if i == 0 || w.r.Query[i-1].Name != p.Name {
			if i > 0 {
				j.Close(']')
			}
			j.Text(p.Name)
			j.Colon()
			j.Open('[')
		}
		j.Text(p.Value)
	}
	j.Close(']')
	j.Close('}')
}

// writeContextV1 writes requestContext. An HTTP API's names the route key in
// place of a resource's ID, has one request ID in both places, and knows no
// deployment.
func (w *Writer) writeContextV1() {
	j, r := &w.json, w.r
	j.Object("requestContext")
	j.Member("accountId", r.Account.ID)
	j.Member("apiId", r.Route.API.ID)
	if w.caller.Authorizer != nil {
		w.caller.Authorizer.WriteV1(j)
	}
	if w.kind.deployment {
		j.Member("deploymentId", r.Route.DeploymentID)
	}
	j.Member("domainName", r.Domain())
	j.Member("domainPrefix", r.Route.API.ID)
	j.Member("extendedRequestId", r.ExtendedID)
	j.Member("httpMethod", r.Method())
	w.writeIdentity()
	if w.kind.operation && r.Route.OperationName != "" {
		j.Member("operationName", r.Route.OperationName)
	}
	j.Member("path", r.ContextPath())
	j.Member("protocol", request.Protocol)
	j.Member("requestId", r.ID)
	w.writeTime("requestTime", "requestTimeEpoch")
	j.Member("resourceId", w.kind.resourceID(r))
	j.Member("resourcePath", r.Route.Path)
	j.Member("stage", r.Route.API.Stage)
	j.Close('}')
}

// writeIdentity writes who the caller is. That there are API keys is said only where
// the request has one.
func (w *Writer) writeIdentity() {
	j, i := &w.json, &w.caller.Identity
	j.Object("identity")
	j.Nullable("accessKey", i.AccessKey)
	j.Nullable("accountId", i.AccountID)
	if i.APIKey != "" {
		j.Member("apiKey", i.APIKey)
		j.Member("apiKeyId", i.APIKeyID)
	}
	j.Nullable("caller", i.Caller)
	if w.kind.cognitoAMR {
		j.Null("cognitoAmr")
	}
	j.Null("cognitoAuthenticationProvider", "cognitoAuthenticationType",
		"cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId")
	j.Member("sourceIp", w.r.SourceIP())
	j.Nullable("user", i.User)
	if agent := w.r.HTTP.UserAgent(); w.kind.nullAgent {
		j.Nullable("userAgent", agent)
	} else {
		j.Member("userAgent", agent)
	}
	j.Nullable("userArn", i.UserARN)
	j.Close('}')
}
