package template

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// served gives a stack's routes, a line each: "GET /x → F 1.0", with "mock" and
// its status in the place of a function, and with what callers have to pass.
func served(s *Stack) []string {
	var lines []string
	for _, a := range s.APIs {
		for _, r := range a.Routes {
			line := fmt.Sprintf("%s %s → %s", r.Method, r.Path, behindRoute(r)) + asked(r.Auth)
			lines = append(lines, line)
		}
	}
	return lines
}

// behindRoute describes what answers a route's requests.
func behindRoute(r *Route) string {
	switch {
	case r.Unsupported != "":
		return "501"
	case r.MissingFunction != "":
		return "500"
	case r.Mock != nil:
		return fmt.Sprintf("mock %d", r.Mock.StatusCode)
	}
	return r.Function + " " + r.PayloadFormat
}

// asked describes what a route asks of its callers by the first of its kinds.
func asked(auth *Auth) string {
	if auth == nil {
		return ""
	}
	line := " " + string(auth.Kinds()[0])
	switch {
	case auth.Policy:
		line += " ResourcePolicy"
	case auth.Authorizer != nil && auth.Authorizer.Name != "":
		line += " " + auth.Authorizer.Name
	}
	if auth.APIKey {
		line += " +key"
	}
	return line
}

// defined is function with an API of a type whose DefinitionBody is given, in
// one line; the body begins in line 12 and column 23.
func defined(kind, more, body string) string {
	return function + fmt.Sprintf("  A:\n    Type: AWS::Serverless::%s\n    Properties:\n      StageName: v1\n      DefinitionBody: %s\n%s", kind, body, more)
}

// behind is an integration with the function F.
const behind = "x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt F.Arn}"

func TestDefinition(t *testing.T) {
	const event = "  G:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: provided\n      Handler: x\n" +
		"      Events: {E: {Type: %s, Properties: {%s: A, Path: /x, Method: %s%s}}}\n"
	for _, test := range []struct {
		name, src   string
		want, notes []string
	}{
		{"method", defined("Api", "", "{paths: {/x: {get: {"+behind+"}}}}"), []string{"GET /x → F 1.0"}, nil},
		{"any method", defined("Api", "", "{paths: {/x: {x-amazon-apigateway-any-method: {"+behind+"}}}}"), []string{"ANY /x → F 1.0"}, nil},
		{"keys that are no methods", defined("Api", "", "{paths: {x-own: 1, /x: {parameters: [], trace: {}, summary: s}}}"), nil, nil},
		{"HTTP API without a format", defined("HttpApi", "", "{paths: {/x: {get: {"+behind+"}}}}"), []string{"GET /x → F 1.0"}, nil},
		{"$default", defined("HttpApi", "", "{paths: {$default: {x-amazon-apigateway-any-method: {"+behind+"}}}}"), []string{"ANY $default → F 1.0"}, nil},
		{"references", defined("Api", "", "{paths: {/x: {$ref: '#/a~1b/0x%20'}}, a/b: {'0x ': {put: {x-amazon-apigateway-integration: {$ref: '#/i'}}}}, i: {$ref: '#/j'}, j: {type: AWS_PROXY, uri: !GetAtt F.Arn}}"),
			[]string{"PUT /x → F 1.0"}, nil},
		{"intrinsic functions around parts", defined("Api", "Conditions: {No: !Equals [a, b]}\n",
			"{paths: !If [No, {}, {/x: {get: {"+behind+"}}}]}"), []string{"GET /x → F 1.0"}, nil},
		{"mock without a response", defined("Api", "", "{paths: {/x: {get: {x-amazon-apigateway-integration: {type: mock}}}}}"),
			[]string{"GET /x → mock 500"}, nil},
		{"other integrations", defined("Api", "", "{paths: {/x: {get: {x-amazon-apigateway-integration: {type: http}}}, /y: {get: {}}}}"), []string{"GET /x → 501", "GET /y → 501"}, []string{
			"12:76 refused A.DefinitionBody.paths./x.get.x-amazon-apigateway-integration: an integration of type HTTP is not emulated: the route answers every request with 501",
			"12:97 refused A.DefinitionBody.paths./y.get: the operation has no x-amazon-apigateway-integration: the route answers every request with 501",
		}},
		{"function of another stack", defined("Api", "", "{paths: {/x: {get: {x-amazon-apigateway-integration: {type: aws_proxy, uri: arn:aws:lambda:us-east-1:1:function:other}}}}}"),
			[]string{"GET /x → 500"}, []string{"12:99 refused A.DefinitionBody.paths./x.get.x-amazon-apigateway-integration.uri: leads to no function of this template: the route answers every request with 500"}},
		{"extensions", defined("Api", "", "{x-amazon-apigateway-policy: {}, x-amazon-apigateway-polizy: {}, paths: {}}"), nil, []string{
			`12:56 ignored A.DefinitionBody.x-amazon-apigateway-polizy: is not an extension of a definition here; did you mean "x-amazon-apigateway-policy"?`,
		}},
		{"definition in S3", strings.Replace(defined("Api", "", "s3://bucket/key"), "DefinitionBody", "DefinitionUri", 1), nil,
			[]string{"12:22 refused A.DefinitionUri: a definition in S3 is not fetched; give a path: the API has only the routes of events"}},

		{"event that the definition has", defined("Api", fmt.Sprintf(event, "Api", "RestApiId", "get", ""), "{paths: {/x: {get: {"+behind+"}}}}"),
			[]string{"GET /x → F 1.0"}, nil},
		{"event that a REST API's definition lacks", defined("Api", fmt.Sprintf(event, "Api", "RestApiId", "put", ""), "{paths: {}}"), nil,
			[]string{"18:16 ignored G.Events.E.Properties: SAM adds no event to the definition of A, which does not have this route"}},
		{"event that is merged", defined("Api", "      MergeDefinitions: true\n"+fmt.Sprintf(event, "Api", "RestApiId", "put", ""), "{paths: {/x: {put: {}}}}"),
			[]string{"PUT /x → G 1.0"}, nil},
		{"event of an HTTP API", defined("HttpApi", fmt.Sprintf(event, "HttpApi", "ApiId", "put", ""), "{paths: {/x: {get: {"+behind+"}}}}"),
			[]string{"GET /x → F 1.0", "PUT /x → G 2.0"}, nil},
		{"event of an API that is not SAM's", strings.Replace(defined("Api", fmt.Sprintf(event, "Api", "RestApiId", "put", ""), "{}"),
			"    Type: AWS::Serverless::Api\n    Properties:\n      StageName: v1\n      DefinitionBody:", "    Type: AWS::ApiGateway::RestApi\n    Properties:\n      Body:", 1),
			nil, []string{"8:3 approximated A.: has no stage; prod is taken",
				"17:16 ignored G.Events.E.Properties: SAM adds no event to A, which is not an API of SAM's"}},
		{"Auth of an event in an HTTP API", defined("HttpApi", "      Auth: {EnableIamAuthorizer: true}\n"+
			fmt.Sprintf(event, "HttpApi", "ApiId", "get", ", Auth: {Authorizer: AWS_IAM}"), "{paths: {/x: {get: {"+behind+"}}}}"),
			[]string{"GET /x → F 1.0 IAM"},
			[]string{"19:100 refused G.Events.E.Properties.Auth.Authorizer: IAM authorization" + refused}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, test.src)
			if diff := cmp.Diff(test.want, served(s)); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.notes, noted(s)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// Where a definition asks for authorization, and what its words come to. A
// route that asks for something is never open.
func TestDefinitionSecurity(t *testing.T) {
	const schemes = "securityDefinitions: {" +
		"Key: {type: apiKey, name: x-api-key, in: header}, " +
		"Sig: {type: apiKey, x-amazon-apigateway-authtype: awsSigv4}, " +
		"Own: {type: apiKey, name: Authorization, x-amazon-apigateway-authorizer: {type: token, authorizerUri: !GetAtt F.Arn}}, " +
		"Pool: {x-amazon-apigateway-authorizer: {type: cognito_user_pools}}, " +
		"Shouted: {type: APIKEY, name: X-API-Key}, " +
		"Sig4: {type: apiKey, x-amazon-apigateway-authtype: aws_iam}, " +
		"Users: {type: apiKey, x-amazon-apigateway-authtype: cognito_user_pools}, " +
		"Custom: {type: apiKey, x-amazon-apigateway-authtype: custom}, " +
		"AWS_IAM: {type: apiKey}, " +
		"Plain: {type: basic}}"
	for _, test := range []struct{ name, document, operation, want string }{
		{"nothing", "", "", ""},
		{"API key", "", "security: [Key: []]", " API key +key"},
		{"API key by SAM's name", "", "security: [api_key: []]", " API key +key"},
		{"IAM", "", "security: [Sig: []]", " IAM"},
		{"IAM of the operation", "", "x-amazon-apigateway-auth: {type: AWS_IAM}", " IAM"},
		{"IAM of the operation in lower case", "", "x-amazon-apigateway-auth: {type: aws_iam}", " IAM"},
		{"IAM of the document", "x-amazon-apigateway-auth: {type: AWS_IAM}, ", "", " IAM"},
		{"NONE of the operation", "", "x-amazon-apigateway-auth: {type: NONE}", ""},
		{"IAM by SAM's name, declared without more", "", "security: [AWS_IAM: []]", " IAM"},
		{"API key in other case", "", "security: [Shouted: []]", " API key +key"},
		{"IAM's authtype by SAM's name", "", "security: [Sig4: []]", " IAM"},
		{"Cognito without an authorizer", "", "security: [Users: []]", " Cognito Users"},
		{"Lambda without an authorizer", "", "security: [Custom: []]", " Lambda Custom"},
		{"condition around an alternative", "", "security: [!If [No, {Plain: []}, {Own: []}]]", " Lambda Own"},
		{"nothing for an alternative", "", "security: [!Ref AWS::NoValue, {Own: []}]", " Lambda Own"},
		{"a mapping for a list", "", "security: {Own: [], Key: []}", " Lambda Own +key"},
		{"a name for a mapping", "", "security: [Own]", " Lambda Own"},
		{"a name for a list", "security: Own, ", "", " Lambda Own"},
		{"Lambda", "", "security: [Own: []]", " Lambda Own"},
		{"Lambda and key", "", "security: [Own: [], Key: []]", " Lambda Own +key"},
		{"Cognito", "", "security: [Pool: [scope]]", " Cognito Pool"},
		{"of the document", "security: [Own: []], ", "", " Lambda Own"},
		{"not the document's", "security: [Own: []], ", "security: []", ""},
		{"NONE", "security: [Own: []], ", "security: [NONE: []]", ""},
		{"what API Gateway does not check", "", "security: [Plain: []]", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, defined("Api", "Conditions: {No: !Equals [a, b]}\n", "{"+test.document+schemes+", paths: {/x: {get: {"+behind+", "+test.operation+"}}}}"))
			if diff := cmp.Diff([]string{"GET /x → F 1.0" + test.want}, served(s)); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
		})
	}
}

// What SAM is told about CORS replaces what the definition says.
func TestDefinitionCORS(t *testing.T) {
	const body = "{x-amazon-apigateway-cors: {allowOrigins: [https://a.example]}, paths: {}}"
	for _, test := range []struct{ name, more, want string }{
		{"of the definition", "", "https://a.example"},
		{"of SAM", "      CorsConfiguration: {AllowOrigins: [https://b.example]}\n", "https://b.example"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := mustParse(t, defined("HttpApi", test.more, body)).APIs[0].CORS.AllowOrigins; len(got) != 1 || got[0] != test.want {
				t.Errorf("origins: got %q, want %s", got, test.want)
			}
		})
	}
}

func TestDefinitionErrors(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"missing reference", "{paths: {/x: {$ref: '#/y'}}}", "12:43: $ref: the document has no #/y"},
		{"reference to a file", "{paths: {/x: {$ref: 'y.yaml'}}}",
			`12:43: $ref has to lead to a place in the same document, #/…, but here is "y.yaml"`},
		{"circle of references", "{paths: {/x: {$ref: '#/a'}}, a: {$ref: '#/a'}}", "12:55: $ref leads on to more than 20 others"},
		{"path", "{paths: {x: {get: {" + behind + "}}}}", `12:36: the path "x" has to begin with a slash`},
		{"unknown scheme", "{paths: {/x: {get: {" + behind + ", security: [Own: []]}}}}", `12:126: the definition has no security scheme "Own"`},
		{"authorizer", "{securityDefinitions: {O: {x-amazon-apigateway-authorizer: {type: x}}}}",
			`12:89: REST API authorizers have to be of the type TOKEN or REQUEST or COGNITO_USER_POOLS, but here is "x"`},
		{"security that is a mapping", "{paths: {/x: {get: {security: {Own: []}, " + behind + "}}}}", `12:54: the definition has no security scheme "Own"`},
		{"security that is a list of names", "{paths: {/x: {get: {security: [Own], " + behind + "}}}}",
			`12:54: the definition has no security scheme "Own"`},
		{"security of the document", "{security: Own, paths: {}}", `12:34: the definition has no security scheme "Own"`},
		{"security that is a list of lists", "{security: [[Own]], paths: {}}", "12:35: security has to be a list of mappings, but one is a list"},
		{"security of a path", "{paths: {/x: {security: [AWS_IAM: []], get: {" + behind + "}}}}",
			"12:37: security has no effect on a path; give it to each of its methods"},
		{"type of authorization", "{paths: {/x: {get: {x-amazon-apigateway-auth: {type: CUSTOM}, " + behind + "}}}}",
			`12:69: x-amazon-apigateway-auth has to have the type AWS_IAM or NONE, but here is "CUSTOM"`},
		{"no type of authorization", "{paths: {/x: {get: {x-amazon-apigateway-auth: {}, " + behind + "}}}}",
			`12:69: x-amazon-apigateway-auth has to have the type AWS_IAM or NONE, but here is ""`},
		{"security beside a reference", "{paths: {/x: {get: {$ref: '#/o', summary: s, security: [AWS_IAM: []]}}}, o: {" + behind + "}}",
			"12:68: security cannot stand beside $ref"},
		{"no mapping", "{paths: [x]}", "12:31: paths has to be a mapping, but here is a list"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(defined("Api", "", test.body), Options{})
			if diff := cmp.Diff([]string{"template.yaml:" + test.want}, messages(err)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// A definition comes through AWS::Include or DefinitionUri; both are read
// through Options.ReadFile, relative to the template.
func TestDefinitionFile(t *testing.T) {
	const inline = "      DefinitionBody: X\n"
	for _, test := range []struct{ name, line string }{
		{"DefinitionUri", "      DefinitionUri: api/open.yaml\n"},
		{"AWS::Include", "      DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: api/open.yaml}}}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked string
			src := strings.Replace(defined("Api", "", "X"), inline, test.line, 1)
			s, err := parse(src, Options{ReadFile: func(path string) ([]byte, error) {
				asked = path
				return []byte("openapi: 3.0.1\npaths:\n  /x:\n    get: {x-amazon-apigateway-integration: {type: aws_proxy, uri: {Fn::GetAtt: [F, Arn]}}}\n"), nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			if want := "/app/api/open.yaml"; asked != want {
				t.Errorf("read %q, want %q", asked, want)
			}
			if diff := cmp.Diff([]string{"GET /x → F 1.0"}, served(s)); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
			if got, want := s.APIs[0].Routes[0].Pos.String(), "/app/api/open.yaml:4:5"; got != want {
				t.Errorf("position: got %s, want %s", got, want)
			}
		})
	}
}

// API Gateway deploys an integration that calls Lambda by another method than
// POST, or that maps a parameter to a header field it keeps to itself (A.4), and
// fails on each request. Mapping to any other is without effect.
func TestMisconfiguredIntegration(t *testing.T) {
	mapped := func(name string) string { return "requestParameters: {integration.request." + name + ": \"'x'\"}" }
	for _, test := range []struct {
		kind, properties string
		want             bool
	}{
		{"Api", "httpMethod: POST", false},
		{"Api", "httpMethod: post", false},
		{"Api", "httpMethod: GET", true},
		{"HttpApi", "httpMethod: GET", false},
		{"Api", mapped("header.Content-Length"), true},
		{"Api", mapped("header.Transfer-Encoding"), true},
		{"Api", mapped("header.Authorization"), true},
		{"Api", mapped("header.connection"), true},
		{"Api", mapped("header.Expect"), true},
		{"Api", mapped("header.Proxy-Authenticate"), true},
		{"Api", mapped("header.TE"), true},
		{"Api", mapped("header.X-Amzn-Trace-Id"), true},
		{"Api", "requestParameters: {integration.request.header.Authorization: method.request.header.Authorization}", true},
		{"Api", mapped("header.Content-Type"), false},
		{"Api", mapped("header.X-Own"), false},
		{"Api", mapped("querystring.te"), false},
		{"HttpApi", "requestParameters: {'overwrite:header.te': x}", false},
	} {
		s := mustParse(t, defined(test.kind, "", "{paths: {/x: {get: {"+strings.TrimSuffix(behind, "}")+", "+test.properties+"}}}}}"))
		if got := s.APIs[0].Routes[0].Misconfigured; got != test.want {
			t.Errorf("%s, %s: got %v, want %v", test.kind, test.properties, got, test.want)
		}
		refused := slices.ContainsFunc(s.Notes, func(n Note) bool { return n.Level == Refused })
		if refused != test.want {
			t.Errorf("%s, %s: got notes %v, want a refusal: %v", test.kind, test.properties, noted(s), test.want)
		}
	}
}

// CloudFormation's own methods have mappings, too, and rows of the report.
func TestMisconfiguredMethod(t *testing.T) {
	s := mustParse(t, plain+method("ResourceId: !GetAtt R.RootResourceId, "+
		"Integration: {Type: AWS_PROXY, Uri: !GetAtt F.Arn, RequestParameters: {integration.request.header.Te: method.request.header.Te}}"))
	want := []string{
		"6:3 approximated H.: has no stage; $default is taken",
		"8:196 refused M.Integration.RequestParameters: Te cannot be mapped, so API Gateway answers every request with 500",
	}
	if diff := cmp.Diff(want, noted(s)); diff != "" || !s.APIs[0].Routes[0].Misconfigured {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
