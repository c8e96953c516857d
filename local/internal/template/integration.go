package template

import (
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// spell gives the name of a property as it is written where o stands: in camel
// case in an OpenAPI extension, in Pascal case in CloudFormation. Of several
// names for one thing it is the one that the template uses.
func (o *object) spell(names ...string) string {
	for i, name := range names {
		if !o.openAPI {
			names[i] = pascal(name)
		}
		if o.node.Get(names[i]) != nil {
			return names[i]
		}
	}
	return names[0]
}

// pascal gives a name in Pascal case.
func pascal(name string) string {
	first := min(1, len(name)) // YAML has empty keys
	return strings.ToUpper(name[:first]) + name[first:]
}

// noRoute ends the note on what cannot be behind a route.
const noRoute = ": the API does not have the route"

// integrate reads an integration into the route, one of OpenAPI's
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
// or of CloudFormation's AWS::ApiGateway::Method and
// AWS::ApiGatewayV2::Integration. It is false where this host cannot emulate
// it, which a note says.
func (o *object) integrate(a *api, route *Route) bool {
	defer o.done(integrationSchema)
	route.PayloadFormat = formatREST
	route.Timeout = o.timeout(a.maxTimeout())
	kind := strings.ToUpper(o.text(o.spell("type", "integrationType"), ""))
	if service := o.text(o.spell("integrationSubtype"), ""); service != "" {
		kind += " " + service
	}
	switch {
	case kind == "AWS_PROXY":
		if a.Kind == HTTP {
			// API Gateway takes 1.0 where nothing is given:
			// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html.
			route.PayloadFormat = o.choice(o.spell("payloadFormatVersion"), formatREST, formatREST, formatHTTP)
		}
		route.Misconfigured = a.Kind == REST && o.misconfigured()
		route.Stream = a.Kind == REST && o.streams()
		key := o.spell("uri", "integrationUri")
		if route.Function = o.invoked(key, a.StageVariables); route.Function == "" {
			o.note(Refused, o.pos, key, noTarget+noRoute)
		}
		return route.Function != ""
	case kind == "MOCK" && a.Kind == REST:
		route.Mock = o.mock()
		return true
	}
	o.note(Refused, o.pos, "", "an integration of type "+kind+" is not emulated"+noRoute)
	return false
}

// misconfigured tells whether a REST API's Lambda proxy integration is one that
// API Gateway deploys and cannot call.
func (o *object) misconfigured() bool {
	const answered = ", so API Gateway answers every request with 500"
	key := o.spell("httpMethod", "integrationHttpMethod")
	if !strings.EqualFold(o.text(key, "POST"), "POST") {
		o.note(Refused, o.pos, key, "Lambda is called by POST alone"+answered)
		return true
	}
	key = o.spell("requestParameters")
	for _, e := range o.object(key).entries() {
		name, ok := strings.CutPrefix(e.Key, "integration.request.header.")
		if ok && slices.Contains(unmappable, strings.ToLower(name)) {
			o.note(Refused, e.Pos, key, name+" cannot be mapped"+answered)
			return true
		}
	}
	return false
}

// unmappable are the header fields that stop an integration if a request
// parameter is mapped to them, and a Lambda proxy integration too, which makes
// nothing else of its request parameters: recorded from AWS in
// test_apigateway_header_remapping_aws[AWS_PROXY] of localstack/localstack
// (tests/aws/services/apigateway/test_apigateway_integrations.py), the last
// without a recording. It is recorded of fixed values; a field that is mapped
// from the request is taken to be there.
var unmappable = []string{
	"authorization", "connection", "content-length", "expect", "proxy-authenticate", "te", "transfer-encoding", "x-amzn-trace-id",
}

// streams reads responseTransferMode, which events of SAM have too:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html.
func (o *object) streams() bool {
	const buffered, stream = "BUFFERED", "STREAM"
	return o.choice(o.spell("responseTransferMode"), buffered, buffered, stream) == stream
}

func (a *api) maxTimeout() int {
	if a.Kind == HTTP {
		return maxHTTPTimeout
	}
	return maxRESTTimeout
}

// mockStatus finds the status in the JSON that a MOCK integration's request
// template makes. Templates are not parsed as JSON: API Gateway takes keys
// without quotes, as CDK writes them.
var mockStatus = regexp.MustCompile(`statusCode["']?\s*:\s*["']?(\d{3})`)

// mock reads a MOCK integration: the status of its request template picks one
// of its responses.
func (o *object) mock() *Mock {
	status := ""
	if m := mockStatus.FindStringSubmatch(media(o.textMap(o.spell("requestTemplates"), anyText))); m != nil {
		status = m[1]
	}
	var chosen *object
	for pattern, response := range o.mockResponses() {
		// Patterns match as a whole; a bad one matches nothing.
		re, err := regexp.Compile("^(?:" + pattern + ")$")
		if pattern == "" || pattern == "default" {
			if chosen == nil {
				chosen = response
			}
		} else if err == nil && re.MatchString(status) {
			chosen = response
			break
		}
	}
	if chosen == nil {
		return &Mock{StatusCode: 500, Body: `{"message": "Internal server error"}`}
	}
	return chosen.mockResponse()
}

func anyText(_, _ string) string { return "" }

// mockResponses gives each response with the pattern that picks it: the key of
// OpenAPI's responses, the SelectionPattern of CloudFormation's.
func (o *object) mockResponses() iter.Seq2[string, *object] {
	return func(yield func(string, *object) bool) {
		if o.openAPI {
			for e, response := range o.object("responses").objects() {
				if !yield(e.Key, response) {
					return
				}
			}
			return
		}
		for _, n := range o.list("IntegrationResponses") {
			response := o.inside("IntegrationResponses", n)
			if !yield(response.text("SelectionPattern", ""), response) {
				return
			}
		}
	}
}

// mockResponse reads the response itself.
func (o *object) mockResponse() *Mock {
	m := &Mock{StatusCode: 200}
	if status := o.integer(o.spell("statusCode"), 100, 599); status != nil {
		m.StatusCode = *status
	}
	m.Headers = o.object(o.spell("responseParameters")).headers("method.response.header.")
	key := o.spell("responseTemplates")
	m.Body = media(o.textMap(key, anyText))
	if strings.ContainsAny(m.Body, "$#") {
		o.note(Approximated, o.node.Get(key).Pos, key, "the template is sent as it stands; it is not evaluated")
	}
	return m
}

// media picks the text for JSON, which callers that name no type get, or else
// the first.
func media(byType map[string]string) string {
	if text, ok := byType["application/json"]; ok || len(byType) == 0 {
		return text
	}
	return byType[slices.Min(slices.Collect(maps.Keys(byType)))]
}

// headers reads a mapping of parameters, prefix and name of a header, to fixed
// values, which stand in single quotes. It is nil where there are none.
func (o *object) headers(prefix string) map[string]string {
	if !o.exists() {
		return nil
	}
	headers := map[string]string{}
	for _, e := range o.node.Entries {
		name, ok := strings.CutPrefix(e.Key, prefix)
		v := o.scalar(e.Key)
		if !ok || v == nil {
			continue
		}
		if value, fixed := unquoted(v); fixed {
			headers[name] = value
			continue
		}
		o.note(Approximated, e.Pos, e.Key, "is not sent: only fixed values, in single quotes, are")
	}
	return headers
}

// unquoted gives what stands between single quotes.
func unquoted(v *syntax.Node) (text string, ok bool) {
	if len(v.Value) < 2 || v.Value[0] != '\'' || v.Value[len(v.Value)-1] != '\'' {
		return "", false
	}
	return v.Value[1 : len(v.Value)-1], true
}
