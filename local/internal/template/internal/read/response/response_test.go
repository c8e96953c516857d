package response

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/stack"
)

// CORS of an HTTP API in each of its spellings.
func TestHTTPCORS(t *testing.T) {
	age := 300
	all := &stack.CORS{
		AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"GET"}, AllowHeaders: []string{"x-a"},
		ExposeHeaders: []string{"x-b"}, AllowCredentials: true, MaxAge: &age,
	}
	for _, test := range []struct {
		name, resourceType, lines string
		want                      *stack.CORS
		said                      []string
	}{
		{"none", "AWS::ApiGatewayV2::Api", "      Name: x\n", nil, nil},
		{"SAM's true", "AWS::Serverless::HttpApi", "      Cors: true\n", &stack.CORS{AllowOrigins: []string{"*"}}, nil},
		{"SAM's false", "AWS::Serverless::HttpApi", "      Cors: false\n", nil, nil},
		{"true of CloudFormation", "AWS::ApiGatewayV2::Api", "      Cors: true\n", new(stack.CORS),
			[]string{"t.yaml:8:13: Cors has to be a mapping, but here is a single value"}},
		{"all of it", "AWS::ApiGatewayV2::Api", "      Cors: {AllowOrigins: ['https://a.example'], AllowMethods: [GET], AllowHeaders: [x-a], " +
			"ExposeHeaders: [x-b], AllowCredentials: true, MaxAge: 300}\n", all, nil},
		{"single values", "AWS::ApiGatewayV2::Api", "      Cors: {AllowOrigins: 'https://a.example', AllowMethods: GET, AllowHeaders: x-a, ExposeHeaders: x-b}\n",
			&stack.CORS{AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"GET"}, AllowHeaders: []string{"x-a"}, ExposeHeaders: []string{"x-b"}}, nil},
		{"credentials that are a text", "AWS::ApiGatewayV2::Api", "      Cors: {AllowCredentials: 'true'}\n", &stack.CORS{AllowCredentials: true}, nil},
		{"credentials that are a text to SAM", "AWS::Serverless::HttpApi", "      Cors: {AllowCredentials: 'true'}\n", new(stack.CORS),
			[]string{"8:32 ignored Cors.AllowCredentials: SAM heeds only the boolean true, which has no quotes"}},
		{"misspelt", "AWS::ApiGatewayV2::Api", "      Cors: {AllowOrigin: ['*'], MaxAge: 86401}\n", new(stack.CORS), []string{
			`t.yaml:8:42: MaxAge has to be a whole number from -1 to 86400, but here is "86401"`,
			`t.yaml:8:14: AllowOrigin is not a property of Cors; did you mean "AllowOrigins"?`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, test.resourceType, test.lines)
			if diff := cmp.Diff(test.want, HTTPCORS(o, "Cors")); diff != "" {
				t.Errorf("CORS (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// One configuration lies over another, property by property.
func TestOver(t *testing.T) {
	none, five := 0, 5
	all := stack.CORS{
		AllowOrigins: []string{"o"}, AllowMethods: []string{"m"}, AllowHeaders: []string{"h"}, ExposeHeaders: []string{"e"}, AllowCredentials: true, MaxAge: &five,
	}
	for _, test := range []struct{ first, second, want *stack.CORS }{
		{nil, nil, nil},
		{&all, nil, &all},
		{nil, &all, &all},
		{new(stack.CORS), &all, &all},
		{&all, &stack.CORS{AllowOrigins: []string{"p"}, MaxAge: &none}, &all},
		{&stack.CORS{AllowOrigins: []string{"p"}, MaxAge: &none}, &stack.CORS{AllowOrigins: []string{"o"}, AllowMethods: []string{"m"}, MaxAge: &five},
			&stack.CORS{AllowOrigins: []string{"p"}, AllowMethods: []string{"m"}, MaxAge: &none}},
	} {
		if diff := cmp.Diff(test.want, Over(test.first, test.second)); diff != "" {
			t.Errorf("%+v over %+v (-want +got):\n%s", test.first, test.second, diff)
		}
	}
}

// What SAM makes of Cors for a path that has GET and PUT.
func TestRESTCORS(t *testing.T) {
	const origin, methods, headers, age, credentials = "Access-Control-Allow-Origin", "Access-Control-Allow-Methods",
		"Access-Control-Allow-Headers", "Access-Control-Max-Age", "Access-Control-Allow-Credentials"
	for _, test := range []struct {
		name, cors string
		want       map[string]string
		said       []string
	}{
		{"an origin", `"'https://a.example'"`, map[string]string{origin: "https://a.example", methods: "GET,OPTIONS,PUT"}, nil},
		{"without quotes", "'*'", map[string]string{origin: "*", methods: "GET,OPTIONS,PUT"},
			[]string{`8:13 approximated : API Gateway wants this value in single quotes too: "'*'"`}},
		{"a mapping", `{AllowMethods: "'GET'", AllowHeaders: "'x-a'", MaxAge: "'600'"}`,
			map[string]string{origin: "*", methods: "GET", headers: "x-a", age: "600"}, nil},
		{"credentials", `{AllowOrigin: "'https://a.example'", AllowCredentials: true}`,
			map[string]string{origin: "https://a.example", methods: "GET,OPTIONS,PUT", credentials: "true"}, nil},
		{"credentials of everybody", "{AllowCredentials: true}", map[string]string{origin: "*", methods: "GET,OPTIONS,PUT", credentials: "true"},
			[]string{"t.yaml:8:13: AllowCredentials cannot be true where AllowOrigin is '*'"}},
		{"no methods", `{AllowMethods: "''"}`, map[string]string{origin: "*", methods: ""}, nil},
		{"credentials that are a text", `{AllowOrigin: "'https://a.example'", AllowCredentials: "'true'"}`,
			map[string]string{origin: "https://a.example", methods: "GET,OPTIONS,PUT"},
			[]string{"8:68 ignored Cors.AllowCredentials: SAM heeds only the boolean true, which has no quotes"}},
		{"credentials that are a text of everybody", `{AllowCredentials: 'true'}`, map[string]string{origin: "*", methods: "GET,OPTIONS,PUT"},
			[]string{"8:32 ignored Cors.AllowCredentials: SAM heeds only the boolean true, which has no quotes"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::Serverless::Api", "      Cors: "+test.cors+"\n")
			got := NewRESTCORS(o).Mock([]string{"PUT", "GET"})
			if diff := cmp.Diff(&stack.Mock{StatusCode: 200, Headers: test.want, Body: "{}\n"}, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
	if o, _ := propertytest.Read(t, "AWS::Serverless::Api", "      Name: x\n"); NewRESTCORS(o) != nil {
		t.Error("got CORS of an API without, want none")
	}
}

// The status that a request template makes picks the response.
func TestMock(t *testing.T) {
	failed := &stack.Mock{StatusCode: 500, Body: `{"message": "Internal server error"}`}
	const ok, missing = "{StatusCode: 204}", "{StatusCode: 404, SelectionPattern: '4\\d\\d'}"
	for _, test := range []struct {
		name, status, responses string
		want                    *stack.Mock
	}{
		{"by the pattern", "{statusCode: 404}", ok + ", " + missing, &stack.Mock{StatusCode: 404}},
		{"by no pattern", `{"statusCode": 200}`, missing + ", " + ok, &stack.Mock{StatusCode: 204}},
		{"the first without one", `{"statusCode": 200}`, ok + ", {StatusCode: 205}", &stack.Mock{StatusCode: 204}},
		{"a part of it", "{statusCode: 404}", "{StatusCode: 200, SelectionPattern: '4'}", failed},
		{"no pattern that is one", "{statusCode: 404}", "{StatusCode: 200, SelectionPattern: '('}", failed},
		{"no responses", "{statusCode: 404}", "", failed},
		{"a status that is none", "{statusCode: 404}", "{StatusCode: 99, SelectionPattern: '.*'}", &stack.Mock{StatusCode: 200}},
		{"all of a response", "{statusCode: 200}", "{StatusCode: 201, ResponseParameters: {method.response.header.X-A: \"'a'\", " +
			"method.response.header.X-B: integration.response.header.B}, ResponseTemplates: {text/plain: t, application/json: j}}",
			&stack.Mock{StatusCode: 201, Headers: map[string]string{"X-A": "a"}, Body: "j"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, _ := propertytest.Read(t, "AWS::ApiGateway::Method", "      RequestTemplates: {application/json: '"+test.status+"'}\n"+
				"      IntegrationResponses: ["+test.responses+"]\n")
			if diff := cmp.Diff(test.want, Mock(o)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// What of a response is not sent as it stands is noted.
func TestMockNotes(t *testing.T) {
	o, report := propertytest.Read(t, "AWS::ApiGateway::Method", "      RequestTemplates: {application/json: '{statusCode: 200}'}\n"+
		"      IntegrationResponses: [{StatusCode: 200, ResponseParameters: {method.response.header.A: context.requestId}, "+
		"ResponseTemplates: {text/plain: $context.requestId}}]\n")
	Mock(o)
	want := []string{
		"9:69 approximated IntegrationResponses.ResponseParameters.method.response.header.A: is not sent: only fixed values, in single quotes, are",
		"9:134 approximated IntegrationResponses.ResponseTemplates: the template is sent as it stands; it is not evaluated",
	}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// SAM writes the headers of a gateway response in its own way.
func TestGatewayResponse(t *testing.T) {
	want := stack.GatewayResponse{StatusCode: 418, Headers: map[string]string{"X-A": "a"},
		Mapped: map[string]string{"X-B": "method.request.header.Origin"}, Templates: map[string]string{"text/plain": "no"}}
	const body = "StatusCode: 418, ResponseTemplates: {text/plain: 'no'}, ResponseParameters: "
	for _, test := range []struct {
		resourceType, lines string
		open                func(*property.Object) *property.Object
	}{
		{"AWS::Serverless::Api", "      G: {" + body + "{Headers: {X-A: \"'a'\", X-B: method.request.header.Origin}, Paths: {p: \"'a'\"}, QueryStrings: {q: \"'a'\"}}}\n", func(o *property.Object) *property.Object { return o.Object("G") }},
		{"AWS::ApiGateway::GatewayResponse", "      G: {" + body + "{gatewayresponse.header.X-A: \"'a'\", gatewayresponse.header.X-B: method.request.header.Origin, gatewayresponse.path.p: \"'a'\"}}\n",
			func(o *property.Object) *property.Object { return o.Object("G") }},
		{"AWS::Serverless::Api", "      G: {statusCode: 418, responseTemplates: {text/plain: 'no'}, responseParameters: {gatewayresponse.header.X-A: \"'a'\", gatewayresponse.header.X-B: method.request.header.Origin}}\n",
			func(o *property.Object) *property.Object { return o.Definition("G", o.Raw("G")) }},
	} {
		o, report := propertytest.Read(t, test.resourceType, test.lines)
		if diff := cmp.Diff(want, GatewayResponse(test.open(o))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.lines, diff)
		}
		if got := propertytest.Said(report); got != nil {
			t.Errorf("%s: got %q said, want nothing", test.lines, got)
		}
	}
	o, _ := propertytest.Read(t, "AWS::Serverless::Api", "      All: {DEFAULT_4XX: {StatusCode: 400}, UNAUTHORIZED: {}}\n")
	all := map[string]stack.GatewayResponse{"DEFAULT_4XX": {StatusCode: 400}, "UNAUTHORIZED": {}}
	if diff := cmp.Diff(all, GatewayResponses(o, "All")); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	if got := GatewayResponses(o, "None"); got != nil {
		t.Errorf("got %v, want nil for none", got)
	}
}

// What API Gateway takes for the value of a gateway response's header.
func TestMappedHeaders(t *testing.T) {
	for value, said := range map[string][]string{
		"method.request.header.Origin": nil, "method.request.multivalueheader.A": nil, "method.request.querystring.q": nil,
		"method.request.path.id": nil, "context.requestId": nil, "stageVariables.x": nil,
		"plain":                     {"8:32 approximated G.ResponseParameters.gatewayresponse.header.A: is not sent: only fixed values, in single quotes, and parameters of requests are"},
		"integration.response.body": {"8:32 approximated G.ResponseParameters.gatewayresponse.header.A: is not sent: only fixed values, in single quotes, and parameters of requests are"},
	} {
		o, report := propertytest.Read(t, "AWS::ApiGateway::GatewayResponse", "      G: {ResponseParameters: {gatewayresponse.header.A: "+value+"}}\n")
		got := GatewayResponse(o.Object("G"))
		if (got.Mapped["A"] == value) != (said == nil) || len(got.Headers) > 0 {
			t.Errorf("%s: got %+v", value, got)
		}
		if diff := cmp.Diff(said, propertytest.Said(report)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
	o, report := propertytest.Read(t, "AWS::Serverless::Api", "      G: {ResponseParameters: {Header: {A: \"'a'\"}}}\n")
	GatewayResponse(o.Object("G"))
	want := []string{`t.yaml:8:32: Header is not a property of ResponseParameters; did you mean "Headers"?`}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("misspelt (-want +got):\n%s", diff)
	}
}

func TestSchemaTexts(t *testing.T) { propertytest.Texts(t, gatewayResponseSchema, samParametersSchema) }
