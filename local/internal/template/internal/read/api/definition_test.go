package api

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
)

// behind is an operation's integration with the function F.
const called = "x-amazon-apigateway-integration: {type: AWS_PROXY, uri: 'arn:aws:lambda:us-east-1:123456789012:function:hello'}"

// keys gives the routes of an API by their keys, with the functions behind them.
func keys(a *stack.API) []string {
	var all []string
	for _, route := range a.Routes {
		all = append(all, strings.TrimSpace(route.Key()+" "+behind(route)))
	}
	return all
}

// behind gives the function of a route, or the status with which it refuses.
func behind(route *stack.Route) string {
	switch {
	case route.Unsupported != "":
		return "501"
	case route.MissingFunction != "":
		return "500"
	}
	return route.Function
}

// What a definition gives an API, and what an event adds to it.
func TestDefinition(t *testing.T) {
	for _, test := range []struct {
		name, resourceType, definition, more string
		event                                string
		want                                 []string
		said                                 []string
	}{
		{"routes", "AWS::Serverless::Api", "{paths: {/a: {get: {" + called + "}, x-amazon-apigateway-any-method: {" + called + "}}, x-tool: {get: {}}}}", "", "",
			[]string{"GET /a F", "ANY /a F"}, nil},
		{"the route for the rest", "AWS::Serverless::HttpApi", "{paths: {/$default: {x-amazon-apigateway-any-method: {" + called + "}}}}", "", "",
			[]string{"ANY $default F"}, nil},
		{"a path like that of the route for the rest", "AWS::Serverless::HttpApi", "{paths: {/$default: {get: {" + called + "}}}}", "", "",
			[]string{"GET /$default F"}, nil},
		{"what is no method", "AWS::Serverless::Api", "{paths: {/a: {summary: s, parameters: [], any: {" + called + "}, trace: {" + called + "}}}}", "", "", nil, nil},
		{"a reference", "AWS::Serverless::Api", "{paths: {/a: {$ref: '#/x'}}, x: {put: {" + called + "}}}", "", "", []string{"PUT /a F"}, nil},
		{"security of a path", "AWS::Serverless::Api", "{paths: {/a: {security: []}}}", "", "", nil,
			[]string{"t.yaml:9:37: security has no effect on a path; give it to each of its methods"}},
		{"no integration", "AWS::Serverless::Api", "{paths: {/a: {get: {}}}}", "", "", []string{"GET /a 501"},
			[]string{"9:37 refused DefinitionBody.paths./a.get: the operation has no x-amazon-apigateway-integration" + notServed}},
		{"no integration, and none to come", "AWS::Serverless::Api", "{paths: {/a: {get: {}}}}", "      MergeDefinitions: true\n", "", []string{"GET /a 501"},
			[]string{"9:37 refused DefinitionBody.paths./a.get: the operation has no x-amazon-apigateway-integration" + notServed}},
		{"an event's integration", "AWS::Serverless::Api", "{paths: {/a: {get: {}}}}", "      MergeDefinitions: true\n", "{Path: /a, Method: get, RestApiId: R}",
			[]string{"GET /a G"}, nil},
		{"an event in the place of a route", "AWS::Serverless::Api", "{paths: {/a: {get: {" + called + "}}}}", "      MergeDefinitions: true\n",
			"{Path: /a, Method: get, RestApiId: R}", []string{"GET /a G"}, nil},
		{"an event that is not merged", "AWS::Serverless::Api", "{paths: {/a: {get: {" + called + "}}}}", "", "{Path: /b, Method: get, RestApiId: R}",
			[]string{"GET /a F"}, []string{"10:12 ignored EventProperties: SAM adds no event to the definition of R, which does not have this route"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			lines := "      StageName: v1\n      DefinitionBody: " + test.definition + "\n" + test.more
			if test.event != "" {
				lines += "    Other: " + test.event + "\n"
			}
			o, report := propertytest.Read(t, test.resourceType, lines)
			r := NewReader(o.Scope(), report, nil)
			a := r.SAM(o)
			r.Definition(o.Resource())
			if other := o.Resource().Node.Get("Other"); other != nil {
				event := o.Inside("EventProperties", other)
				r.RESTEvent(event, "G", event.Pos())
			}
			r.End()
			if diff := cmp.Diff(test.want, keys(a)); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// An API that CloudFormation gives no stage has API Gateway's.
func TestDefinitionWithoutStage(t *testing.T) {
	for resourceType, want := range map[string]string{resolve.TypeCloudFormationREST: "prod", resolve.TypeCloudFormationHTTP: "$default"} {
		o, report := propertytest.Read(t, resourceType, "      ProtocolType: HTTP\n")
		r := NewReader(o.Scope(), report, nil)
		read := r.CloudFormationREST
		if resourceType == resolve.TypeCloudFormationHTTP {
			read = r.CloudFormationHTTP
		}
		a := read(o)
		r.Definition(o.Resource())
		said := propertytest.Said(report)
		if got := said[len(said)-1]; a.Stage != want || got != "5:3 approximated : has no stage; "+want+" is taken" {
			t.Errorf("%s: got the stage %q and the note %q, want %q", resourceType, a.Stage, got, want)
		}
	}
}

// A quick create makes a route with the API; a WebSocket API is none yet.
func TestCloudFormationHTTP(t *testing.T) {
	const target = "      ProtocolType: HTTP\n      Target: !GetAtt F.Arn\n"
	for _, test := range []struct {
		name, lines string
		want        []string
		said        []string
	}{
		{"every route", target, []string{"ANY $default F"}, nil},
		{"one route", target + "      RouteKey: PUT /pets\n", []string{"PUT /pets F"}, nil},
		{"a route without a target", "      ProtocolType: HTTP\n      RouteKey: PUT /pets\n", nil, nil},
		{"of another template", "      ProtocolType: HTTP\n      Target: x\n", []string{"ANY $default 500"}, []string{"9:15 refused Target: " + notThere}},
		{"of no function", "      ProtocolType: HTTP\n      Target: https://example.com\n", []string{"ANY $default 501"},
			[]string{"5:3 refused Target: an integration of type HTTP_PROXY with https://example.com is not emulated" + notServed}},
		{"a path that is none", target + "      RouteKey: PUT pets\n", []string{"PUT /pets 501"}, []string{`t.yaml:5:3: the path "pets" has to begin with a slash`}},
		{"WebSocket", "      ProtocolType: WEBSOCKET\n", nil, []string{"5:3 refused : WebSocket APIs are not served"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, resolve.TypeCloudFormationHTTP, test.lines)
			r := NewReader(o.Scope(), report, nil)
			var got []string
			if a := r.CloudFormationHTTP(o); a != nil {
				r.End()
				got = keys(a)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// What the properties of a SAM Api say takes the place of what its definition says of the
// same, and so does what resources say beside an API of CloudFormation's.
func TestPropertiesOverDefinition(t *testing.T) {
	const definition = "{x-amazon-apigateway-binary-media-types: [image/gif], " +
		"x-amazon-apigateway-gateway-responses: {UNAUTHORIZED: {statusCode: 402}, DEFAULT_4XX: {statusCode: 444}}}"
	o, report := propertytest.Read(t, resolve.TypeAPI, "      StageName: v1\n      BinaryMediaTypes: [image/png]\n"+
		"      GatewayResponses: {UNAUTHORIZED: {StatusCode: 418}}\n      DefinitionBody: "+definition+"\n")
	r := NewReader(o.Scope(), report, nil)
	a := r.SAM(o)
	r.Definition(o.Resource())
	want := map[string]stack.GatewayResponse{"UNAUTHORIZED": {StatusCode: 418}, "DEFAULT_4XX": {StatusCode: 444}}
	if diff := cmp.Diff(want, a.GatewayResponses); diff != "" {
		t.Errorf("gateway responses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"image/png"}, a.BinaryMediaTypes); diff != "" {
		t.Errorf("binary types (-want +got):\n%s", diff)
	}
	o, report = propertytest.Read(t, resolve.TypeCloudFormationREST, "      Body: "+definition+"\n")
	r = NewReader(o.Scope(), report, nil)
	a = r.CloudFormationREST(o)
	r.apis["R"].customize("UNAUTHORIZED", stack.GatewayResponse{StatusCode: 418})
	r.Definition(o.Resource())
	if diff := cmp.Diff(want, a.GatewayResponses); diff != "" {
		t.Errorf("gateway responses of CloudFormation (-want +got):\n%s", diff)
	}
}
