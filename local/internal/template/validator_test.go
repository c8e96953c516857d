package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checked gives what a stack's routes check of their requests, a line each:
// "GET /x header=[A] path=[] query=[] body=[application/json: pet]".
func checked(s *Stack) []string {
	var lines []string
	for _, a := range s.APIs {
		for _, r := range a.Routes {
			v := r.Validator
			if v == nil {
				continue
			}
			var models []string
			for _, mediaType := range slices.Sorted(maps.Keys(v.Models)) {
				models = append(models, mediaType+": "+v.Models[mediaType])
			}
			lines = append(lines, fmt.Sprintf("%s %s header=%v path=%v query=%v body=%v", r.Method, r.Path, v.Headers, v.Path, v.Query, models))
		}
	}
	return lines
}

// validated is a function with an event of a SAM Api that has the models user
// and open; the event's own properties begin in line 9 and column 83.
func validated(properties string) string {
	return function + "      Events:\n        E: {Type: Api, Properties: {RestApiId: !Ref A, Path: '/x/{id}', Method: post, " + properties + "}}\n" +
		"  A:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: s\n      Models: {User: {type: object}, Open: {type: object}}\n"
}

func TestEventValidator(t *testing.T) {
	const parameters = ", RequestParameters: [method.request.header.Optional, {method.request.querystring.q: {Required: true}}, " +
		"{method.request.header.B: {Required: true, Caching: false}}, {method.request.header.A: {Required: true}}, {method.request.path.id: {Required: true}}]"
	for _, test := range []struct {
		name, properties string
		want             []string
	}{
		{"nothing asks for a check", "RequestModel: {Model: User, Required: true}" + parameters, nil},
		{"body", "RequestModel: {Model: User, ValidateBody: true}" + parameters, []string{"POST /x/{id} header=[] path=[] query=[] body=[application/json: user]"}},
		{"parameters", "RequestModel: {Model: User, ValidateParameters: true}" + parameters, []string{"POST /x/{id} header=[A B] path=[id] query=[q] body=[]"}},
		{"both", "RequestModel: {Model: User, ValidateBody: true, ValidateParameters: true}" + parameters,
			[]string{"POST /x/{id} header=[A B] path=[id] query=[q] body=[application/json: user]"}},
		{"neither", "RequestModel: {Model: User, ValidateBody: false, ValidateParameters: false}" + parameters, nil},
		{"a switch without a model, which SAM does not heed", "RequestModel: {ValidateParameters: true}" + parameters, nil},
		{"parameters without a model, which SAM does not check", strings.TrimPrefix(parameters, ", "), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, checked(mustParse(t, validated(test.properties)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDefinitionValidator(t *testing.T) {
	const validators = "x-amazon-apigateway-request-validators: {all: {validateRequestBody: true, validateRequestParameters: true}, " +
		"body: {validateRequestBody: true}, params: {validateRequestParameters: true}, none: {}}, "
	const all, definitions = validators + "x-amazon-apigateway-request-validator: all, ", ", definitions: {Pet: {type: object}}, parameters: {Q: {in: query, name: q, required: true}}"
	for _, test := range []struct {
		name, body string
		want       []string
	}{
		{"no validator", "{" + validators + "paths: {/x: {get: {" + behind + ", parameters: [{in: query, name: q, required: true}]}}}}", nil},
		{"the document's", "{" + all + "paths: {/x: {get: {" + behind + ", parameters: [{in: query, name: q, required: true}, {in: query, name: r}]}}}}",
			[]string{"GET /x header=[] path=[] query=[q] body=[]"}},
		{"the operation's own", "{" + all + "paths: {/x: {get: {" + behind + ", x-amazon-apigateway-request-validator: none, parameters: [{in: query, name: q, required: true}]}}}}", nil},
		{"the operation's only", "{" + validators + "paths: {/x: {get: {" + behind + ", x-amazon-apigateway-request-validator: params, parameters: [{in: header, name: H, required: true}]}}}}",
			[]string{"GET /x header=[H] path=[] query=[] body=[]"}},
		{"parameters of the path, one replaced", "{" + all + "paths: {'/x/{id}': {parameters: [{in: path, name: id, required: true}, {in: header, name: H, required: true}], " +
			"get: {" + behind + ", parameters: [{in: header, name: H, required: false}]}}}}", []string{"GET /x/{id} header=[] path=[id] query=[] body=[]"}},
		{"parameters that API Gateway does not know", "{" + all + "paths: {/x: {get: {" + behind + ", parameters: [{in: cookie, name: c, required: true}, {in: formData, name: f, required: true}]}}}}", nil},
		{"a parameter elsewhere", "{" + all + "paths: {/x: {get: {" + behind + ", parameters: [{$ref: '#/parameters/Q'}]}}}" + definitions + "}",
			[]string{"GET /x header=[] path=[] query=[q] body=[]"}},
		{"body by name", "{swagger: '2.0', " + all + "paths: {/x: {put: {" + behind + ", parameters: [{in: body, name: b, required: true, schema: {$ref: '#/definitions/Pet'}}]}}}" + definitions + "}",
			[]string{"PUT /x header=[] path=[] query=[] body=[application/json: Pet]"}},
		{"body in place", "{swagger: '2.0', " + all + "consumes: [application/json, text/json], paths: {/x: {put: {" + behind + ", parameters: [{in: body, name: b, schema: {type: object}}]}}}}",
			[]string{"PUT /x header=[] path=[] query=[] body=[application/json: PUT /x text/json: PUT /x]"}},
		{"the operation's types", "{swagger: '2.0', " + all + "consumes: [text/json], paths: {/x: {put: {consumes: [a/b], " + behind + ", parameters: [{in: body, name: b, schema: {type: object}}]}}}}",
			[]string{"PUT /x header=[] path=[] query=[] body=[a/b: PUT /x]"}},
		{"OpenAPI 3", "{openapi: 3.0.1, " + all + "components: {requestBodies: {B: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}, a/b: {schema: {type: object}}, c/d: {}}}}}, " +
			"paths: {/x: {put: {" + behind + ", requestBody: {$ref: '#/components/requestBodies/B'}}}}}",
			[]string{"PUT /x header=[] path=[] query=[] body=[a/b: PUT /x a/b application/json: Pet]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, checked(mustParse(t, defined("Api", "", test.body)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := checked(mustParse(t, defined("HttpApi", "", strings.Replace(test.body, "swagger: '2.0'", "openapi: 3.0.1", 1)))); got != nil {
				t.Errorf("HTTP API: got %q, want nothing", got)
			}
		})
	}
}

// TestMergedValidator has an event of SAM that gives an operation its
// integration, and one that replaces it.
func TestMergedValidator(t *testing.T) {
	const body = "{x-amazon-apigateway-request-validators: {p: {validateRequestParameters: true}}, " +
		"paths: {/x: {get: {%sx-amazon-apigateway-request-validator: p, parameters: [{in: query, name: q, required: true}]}}}}"
	const event = "      MergeDefinitions: true\n  G:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: provided\n      Handler: x\n" +
		"      Events: {E: {Type: Api, Properties: {RestApiId: !Ref A, Path: /x, Method: get}}}\n"
	want := []string{"GET /x header=[] path=[] query=[q] body=[]"}
	for _, integration := range []string{"", behind + ", "} {
		if diff := cmp.Diff(want, checked(mustParse(t, defined("Api", event, fmt.Sprintf(body, integration))))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", integration, diff)
		}
	}
}

// plainREST is plain without its HTTP API.
var plainREST = strings.Replace(plain, "  H: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: h, ProtocolType: HTTP}}", "  # no HTTP API", 1)

func TestCloudFormationValidator(t *testing.T) {
	const root = "ResourceId: !GetAtt R.RootResourceId, " + toFunction
	const declares = root + ", RequestParameters: {method.request.querystring.q: true, method.request.header.H: false}, RequestModels: {application/json: !Ref D}"
	const model = "  D: {Type: AWS::ApiGateway::Model, Properties: {RestApiId: !Ref R, ContentType: application/json, Name: Pet, Schema: {type: object}}}\n"
	validator := func(properties string) string {
		return "  V: {Type: AWS::ApiGateway::RequestValidator, Properties: {RestApiId: !Ref R, " + properties + "}}\n"
	}
	for _, test := range []struct {
		name, lines string
		want, notes []string
	}{
		{"no validator", model + method(declares), nil, nil},
		{"both", model + validator("ValidateRequestBody: true, ValidateRequestParameters: true") + method(declares+", RequestValidatorId: !Ref V"),
			[]string{"GET / header=[] path=[] query=[q] body=[application/json: Pet]"}, nil},
		{"in any order, by attribute", method(declares+", RequestValidatorId: !GetAtt V.RequestValidatorId") + validator("Name: v, ValidateRequestBody: true") + model,
			[]string{"GET / header=[] path=[] query=[] body=[application/json: Pet]"}, nil},
		{"neither", model + validator("Name: v") + method(declares+", RequestValidatorId: !Ref V"), nil, nil},
		{"built-in model", validator("ValidateRequestBody: true") + method(root+", RequestModels: {$default: Error}, RequestValidatorId: !Ref V"),
			[]string{"GET / header=[] path=[] query=[] body=[$default: Error]"}, nil},
		{"model of another stack", validator("ValidateRequestBody: true") + method(root+", RequestModels: {a/b: Other}, RequestValidatorId: !Ref V"),
			[]string{"GET / header=[] path=[] query=[] body=[a/b: Other]"},
			[]string{"9:192 refused M.RequestModels.a/b: leads to no model of this template: routes that check bodies against it answer every request with 500"}},
		{"validator of another stack", model + method(declares+", RequestValidatorId: abc"), []string{"GET / header=[] path=[] query=[q] body=[application/json: Pet]"},
			[]string{"9:329 approximated M.RequestValidatorId: leads to no request validator of this template; bodies and parameters are both checked"}},
		{"no validator after all", model + method(declares+", RequestValidatorId: ''"), nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, plainREST+test.lines)
			if diff := cmp.Diff(test.want, checked(s)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.notes, noted(s)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestValidatorErrors has what SAM or API Gateway refuses to deploy.
func TestValidatorErrors(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"unknown model", validated("RequestModel: {Model: Usr}"), `A has no model "Usr"; did you mean "user"?`},
		{"misspelt switch", validated("RequestModel: {Model: User, ValidateBodi: true}"), `ValidateBodi is not a property of RequestModel; did you mean "ValidateBody"?`},
		{"place of a parameter", validated("RequestParameters: [method.request.query.q]"), `but here is "method.request.query.q"`},
		{"name of a parameter", validated("RequestParameters: [{method.request.header.: {}}]"), `but here is "method.request.header."`},
		{"model without a type", strings.Replace(validated("Summary: s"), "{type: object}", "{}", 1), "the model User has no type, which SAM asks for"},
		{"unknown validator", defined("Api", "", "{x-amazon-apigateway-request-validators: {all: {}}, x-amazon-apigateway-request-validator: al, paths: {}}"),
			`the definition has no request validator "al"; did you mean "all"?`},
		{"parameter of a method", plainREST + method("ResourceId: !GetAtt R.RootResourceId, RequestParameters: {header.H: true}, "+toFunction), `but here is "header.H"`},
	} {
		if _, err := parse(test.src, Options{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

// HTTP APIs validate nothing on AWS either ("Choose between REST APIs and HTTP APIs"
// of the API Gateway Developer Guide): what asks for it is as there.
func TestHTTPAPIsDoNotValidate(t *testing.T) {
	const asks = "x-amazon-apigateway-request-validators: {all: {validateRequestBody: true}}, x-amazon-apigateway-request-validator: all, "
	const operation = "paths: {/x: {get: {x-amazon-apigateway-request-validator: all, " + behind + "}}}}"
	route := "  R: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref A, RouteKey: GET /y, RequestModels: {a: b}, RequestParameters: {route.request.header.H: {Required: true}}}}\n"
	s := mustParse(t, defined("HttpApi", route, "{"+asks+operation))
	for _, n := range s.Report {
		about := strings.Contains(strings.ToLower(n.Property), "validat") || strings.HasPrefix(n.Property, "Request")
		if about && n.Level != Emulated {
			t.Errorf("%s is %s: %s, want it to be as on AWS", n.Property, n.Level, n.Text)
		}
	}
	if s.APIs[0].Routes[0].Validator != nil {
		t.Error("got a validator for an HTTP API")
	}
}
