package template

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sound is a template of a function with a route of each kind of API, and of another
// function that lines can make faulty; Good and its routes are to be what they are
// whatever is wrong with the rest.
const sound = `Transform: AWS::Serverless-2016-10-31
Resources:
  Good:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      Events:
        Rest: {Type: Api, Properties: {Path: /good, Method: get}}
        Http: {Type: HttpApi, Properties: {Path: /good, Method: get}}
`

// refusing gives the functions that cannot run and the routes that refuse requests.
func refusing(s *Stack) []string {
	var all []string
	for _, f := range s.Functions {
		if f.Unsupported != "" {
			all = append(all, f.LogicalID)
		}
	}
	for _, a := range s.APIs {
		for _, r := range a.Routes {
			if r.Unsupported != "" {
				all = append(all, a.LogicalID+" "+r.Key())
			}
		}
	}
	return all
}

// What is wrong with a resource, or with a part of one, costs that part: it is an error
// with its place, and refuses requests. Nothing that somebody must not reach is open.
func TestFaults(t *testing.T) {
	bad := func(lines string) string {
		return "  Bad:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: provided.al2023\n      Handler: bootstrap\n" + lines
	}
	event := func(properties string) string {
		return bad("      Events: {E: {Type: Api, Properties: {" + properties + "}}}\n")
	}
	api := func(lines string) string {
		return "  A:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: v1\n" + lines +
			bad("      Events:\n        E: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref A}}\n"+
				"        F: {Type: Api, Properties: {Path: /b, Method: get, RestApiId: !Ref A, Auth: {Authorizer: Two}}}\n")
	}
	const (
		authorizers = "      Auth: {Authorizers: {One: {FunctionArn: !GetAtt Good.Arn%s}, Two: {FunctionArn: !GetAtt Good.Arn}}, DefaultAuthorizer: One}\n"
		rest        = "  R: {Type: AWS::ApiGateway::RestApi, Properties: {Name: r%s}}\n"
		path        = "  P: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref R, ParentId: !GetAtt R.RootResourceId, PathPart: p}}\n"
		method      = "  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref R, ResourceId: !Ref P, HttpMethod: GET%s, " +
			"Integration: {Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !GetAtt Good.Arn}}}\n"
		root = "  N: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref R, ResourceId: !GetAtt R.RootResourceId, HttpMethod: GET, " +
			"Integration: {Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !GetAtt Good.Arn}}}\n"
	)
	with := func(format, text string) string { return strings.Replace(format, "%s", text, 1) }
	for _, test := range []struct {
		name, lines string
		refuse      []string
		want        []string // errors, without the places
	}{
		{"a property of a function", bad("      Timeout: 901\n"), []string{"Bad"}, []string{`Timeout has to be a whole number from 1 to 900, but here is "901"`}},
		{"a reference", bad("      MemorySize: !Ref Memory\n"), []string{"Bad"}, []string{`"Memory" is neither a parameter nor a resource of the template`}},
		{"an event", event("Path: x, Method: get"), []string{"ServerlessRestApi GET /x"}, []string{`the path "x" has to begin with a slash`}},
		{"an event without a path", event("Method: get"), nil, []string{"an event of type Api needs a Path and a Method"}},
		{"an event's authorizer", event("Path: /x, Method: get, Auth: {Authorizer: Nobody}"), []string{"ServerlessRestApi GET /x"},
			[]string{`the API has no authorizer "Nobody"`}},
		{"an event that another has", event("Path: /good, Method: get"), []string{"ServerlessRestApi GET /good"}, []string{"ServerlessRestApi has the route GET /good already, defined at template.yaml:9:9"}},
		{"an event with a parameter of another name", event("Path: '/good/{id}', Method: any") +
			"  G: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, Handler: b, Events: {E: {Type: Api, Properties: {Path: '/good/{name}', Method: delete}}}}}\n",
			[]string{"ServerlessRestApi DELETE /good/{name}"},
			[]string{`the path "/good/{name}" has a parameter where the route at template.yaml:16:16 has {id}; a REST API takes one name in a place`}},
		{"an event that another has with a parameter of another name", event("Path: '/good/{id}', Method: get") +
			"  G: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, Handler: b, Events: {E: {Type: Api, Properties: {Path: '/good/{name}', Method: get}}}}}\n",
			[]string{"ServerlessRestApi GET /good/{id}"}, []string{"ServerlessRestApi has the route GET /good/{id} already, defined at template.yaml:16:16"}},
		{"a parameter that takes the rest, and more", event("Path: '/x/{p+}/y', Method: get"), []string{"ServerlessRestApi GET /x/{p+}"},
			[]string{`the path "/x/{p+}/y" has a greedy parameter before its end: {p+}`}},
		{"slashes", event("Path: /x//y, Method: get"), []string{"ServerlessRestApi GET /x/y"}, []string{`the path "/x//y" has an empty segment`}},
		{"a method", event("Path: /x, Method: gte"), []string{"ServerlessRestApi ANY /x"},
			[]string{`Method has to be ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, but here is "gte"; did you mean "GET"?`}},
		{"the type of an event", bad("      Events: {E: {Type: Apy}}\n"), nil, []string{`"Apy" is not a type of event; did you mean "Api"?`}},
		{"a function's URL", bad("      FunctionUrlConfig: {InvokeMode: BUFFERED}\n"), []string{"BadUrl ANY $default"},
			[]string{"a function URL needs an AuthType, NONE or AWS_IAM"}},
		{"a URL", "  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Good.Arn, AuthType: NON}}\n", []string{"U ANY $default"},
			[]string{`AuthType has to be NONE or AWS_IAM, but here is "NON"; did you mean "NONE"?`}},
		{"an API", api("      Variables: {a b: c}\n" + with(authorizers, "")), []string{"A GET /a", "A GET /b"},
			[]string{"Variables.a b has a name that does not match ^[a-zA-Z0-9_]{1,64}$"}},
		{"an API's authorizer", api(with(authorizers, ", Identity: {ReauthorizeEvery: -1}")), []string{"A GET /a"},
			[]string{`ReauthorizeEvery has to be a whole number from 0 to 3600, but here is "-1"`}},
		{"the default authorizer", api("      Auth: {Authorizers: {Two: {FunctionArn: !GetAtt Good.Arn}}, DefaultAuthorizer: One}\n"), []string{"A GET /a", "A GET /b"},
			[]string{`the API has no authorizer "One"`}},
		{"an API's gateway response", api("      GatewayResponses: {UNAUTHORIZED: {StatusCode: 99}}\n" + with(authorizers, "")), nil,
			[]string{`StatusCode has to be a whole number from 100 to 599, but here is "99"`}},
		{"an operation of a definition", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {paths: {/a: {" +
			"get: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt Good.Arn, timeoutInMillis: 1}}, " +
			"put: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt Good.Arn}}}}}}}\n", []string{"A GET /a"},
			[]string{`timeoutInMillis has to be a whole number from 50 to 900000, but here is "1"`}},
		{"the security of an operation", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {paths: {/a: {" +
			"get: {security: [{Nobody: []}], x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt Good.Arn}}, " +
			"put: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt Good.Arn}}}}}}}\n", []string{"A GET /a"},
			[]string{`the definition has no security scheme "Nobody"`}},
		{"the security of a definition", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {security: [{Nobody: []}], paths: {/a: {" +
			"get: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt Good.Arn}}}}}}}\n", []string{"A GET /a"},
			[]string{`the definition has no security scheme "Nobody"`}},
		{"the scheme of a definition", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {" +
			"securityDefinitions: {S: {type: apiKey, x-amazon-apigateway-authorizer: {type: tokin}}}, paths: {" +
			"/a: {get: {security: [{S: []}], x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt Good.Arn}}}}}}}\n", []string{"A GET /a"},
			[]string{`REST API authorizers have to be of the type TOKEN or REQUEST or COGNITO_USER_POOLS, but here is "tokin"`}},
		{"a method of CloudFormation", with(rest, "") + path + with(method, ", AuthorizationType: CUSTM") + root, []string{"R GET /p"},
			[]string{`AuthorizationType "CUSTM" is not known; did you mean "CUSTOM"?`}},
		{"a method's authorizer", with(rest, "") + path + with(method, ", AuthorizationType: CUSTOM, AuthorizerId: !Ref Z") + root +
			"  Z: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref R, Name: z, Type: TOKN, AuthorizerUri: !GetAtt Good.Arn}}\n",
			[]string{"R GET /p"}, []string{`REST API authorizers have to be of the type TOKEN or REQUEST or COGNITO_USER_POOLS, but here is "TOKN"`}},
		{"a validator", with(rest, "") + path + with(method, ", RequestValidatorId: !Ref V") + root +
			"  V: {Type: AWS::ApiGateway::RequestValidator, Properties: {RestApiId: !Ref R, ValidateRequestBody: maybe}}\n",
			[]string{"R GET /p"}, []string{`ValidateRequestBody has to be true or false, but here is "maybe"`}},
		{"a stage", with(rest, "") + path + with(method, "") + root + "  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref R, StageName: 'a b'}}\n",
			[]string{"R GET /p", "R GET /"}, []string{`StageName has to be made of letters, digits, hyphens and underscores, but here is "a b"`}},
		{"a layer", "  L: {Type: AWS::Serverless::LayerVersion, Properties: {LayerName: l}}\n" + bad("      Layers: [!Ref L]\n"), []string{"Bad"},
			[]string{"the layer L has no ContentUri"}},
		{"a condition", strings.Replace(bad("      Events: {E: {Type: Api, Properties: {Path: /x, Method: get}}}\n"), "    Type", "    Condition: Never\n    Type", 1),
			[]string{"Bad"}, []string{`there is no condition "Never"`}},
		{"a type", "  Bad: {Type: AWS::Serverless::Functoin}\n", nil, []string{`SAM has no type AWS::Serverless::Functoin; did you mean "AWS::Serverless::Function"?`}},
		{"a resource without a type", "  Bad: {Properties: {}}\n", nil, []string{"the resource Bad has no Type; it has Properties"}},
		{"a section", "Outptus: {}\n", nil, []string{`"Outptus" is not a section of a template; did you mean "Outputs"?`}},
		{"a parameter that nobody refers to", "Parameters: {P: {Type: Text}}\n", nil, []string{`"Text" is not a type of parameter`}},
		{"a parameter", bad("      MemorySize: !Ref P\n") + "Parameters: {P: {Type: Number, Default: 99, MinValue: 128}}\n", []string{"Bad"},
			[]string{`the parameter P: "99" is below the MinValue of 128`}},
		{"the paths of a definition", "  A: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {swagger: '2.0', pathz: {}}}}\n", nil,
			[]string{`the definition has no paths, but "pathz"; did you mean "paths"?`}},
		{"a runtime", strings.Replace(bad(""), "provided.al2023", "pyton3.13", 1), []string{"Bad"}, []string{`Lambda has no runtime pyton3.13; did you mean "python3.13"?`}},
		{"a property's name", bad("      Timout: 3\n"), []string{"Bad"}, []string{`Timout is not a property of AWS::Serverless::Function; did you mean "Timeout"?`}},
		{"the name of an API's Auth", api("      Auht: {DefaultAuthorizer: AWS_IAM}\n" + with(authorizers, "")), []string{"A GET /a", "A GET /b"},
			[]string{`Auht is not a property of AWS::Serverless::Api; did you mean "Auth"?`}},
		{"what has to be in an API's Auth", api("      DefaultAuthorizer: Two\n" + with(authorizers, "")), []string{"A GET /a", "A GET /b"},
			[]string{"DefaultAuthorizer is not a property of AWS::Serverless::Api"}},
		{"what has to be in the Auth of Globals", "Globals: {Api: {DefaultAuthorizer: AWS_IAM}}\n", []string{"ServerlessRestApi GET /good"},
			[]string{"DefaultAuthorizer is not a property of AWS::Serverless::Api"}},
		{"the name of the API of an event", event("Path: /x, Method: get, ApiId: !Ref A"), []string{"ServerlessRestApi GET /x"},
			[]string{"ApiId is not a property of an event of type Api", `"A" is neither a parameter nor a resource of the template`}},
		{"the name of what a method asks for", with(rest, "") + path + with(method, ", AuthorizationTyp: AWS_IAM") + root, []string{"R GET /p"},
			[]string{`AuthorizationTyp is not a property of AWS::ApiGateway::Method; did you mean "AuthorizationType"?`}},
		{"what a validator checks", with(rest, "") + path + with(method, ", RequestValidatorId: !Ref V") + root +
			"  V: {Type: AWS::ApiGateway::RequestValidator, Properties: {RestApiId: !Ref R, ValidateRequestBodi: true}}\n", []string{"R GET /p"},
			[]string{`ValidateRequestBodi is not a property of AWS::ApiGateway::RequestValidator; did you mean "ValidateRequestBody"?`}},
		{"an HTTP event without a method", bad("      Events: {E: {Type: HttpApi, Properties: {Path: /x}}}\n"), []string{"ServerlessHttpApi ANY /x"},
			[]string{"an event of type HttpApi with a Path needs a Method too"}},
		{"an event without a method", event("Path: /x"), []string{"ServerlessRestApi ANY /x"}, []string{"an event of type Api needs a Path and a Method"}},
		{"two stages of one name", with(rest, "") + root + "  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref R, StageName: dev}}\n" +
			"  T: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref R, StageName: dev}}\n", []string{"R GET /"}, []string{"the API R has the stage dev already"}},
		{"an authorizer that is none", api("      Auth: {Authorizers: {One: none}, DefaultAuthorizer: One}\n"), []string{"A GET /a", "A GET /b"},
			[]string{"One has to be a mapping, but here is a single value", `the API has no authorizer "One"`, `the API has no authorizer "Two"`}},
		{"a method without a place", with(rest, "") + root + strings.Replace(with(method, ""), "!Ref P", "!Ref Q", 1), []string{"R GET /"},
			[]string{`"Q" is neither a parameter nor a resource of the template`}},
		{"a method that is none", with(rest, "") + path + strings.Replace(with(method, ""), "GET", "GTE", 1) + root, []string{"R ANY /p"},
			[]string{`Method has to be ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, but here is "GTE"; did you mean "GET"?`}},
		{"the security of a path", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {paths: {/a: {security: [{Nobody: []}], " +
			"get: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt Good.Arn}}}, " +
			"/a.json: {put: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt Good.Arn}}}}}}}\n", []string{"A GET /a"},
			[]string{"security has no effect on a path; give it to each of its methods"}},
		{"a path that leads nowhere", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {paths: {/a: {$ref: '#/nope'}, " +
			"'/{proxy+}': {get: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt Good.Arn}}}}}}}\n", []string{"A ANY /a"},
			[]string{"$ref: the document has no #/nope"}},
		{"an operation that is none", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {paths: {/a: {get: foo}, " +
			"'/{proxy+}': {get: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt Good.Arn}}}}}}}\n", []string{"A GET /a"},
			[]string{"get has to be a mapping, but here is a single value"}},
		{"an operation that is empty", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {paths: {/a: {get: }, " +
			"'/{proxy+}': {get: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !GetAtt Good.Arn}}}}}}}\n", []string{"A GET /a"},
			[]string{"/a.get has nothing behind it, and CloudFormation takes no null"}},
		{"an event that an operation has", "  A: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionBody: {openapi: 3.0.1, paths: {/a: {" +
			"get: {x-amazon-apigateway-integration: {type: aws_proxy, payloadFormatVersion: '2.0', uri: !GetAtt Good.Arn}}}}}}}\n" +
			bad("      Events: {E: {Type: HttpApi, Properties: {Path: /a, Method: get, ApiId: !Ref A, Auth: {Authorizer: Nobody}}}}\n"), []string{"A GET /a"},
			[]string{`the API has no authorizer "Nobody"`}},
		{"an operation that an event has", "  A: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionBody: {openapi: 3.0.1, paths: {/a: {get: {security: [{Nobody: []}]}}}}}}\n" +
			bad("      Events: {E: {Type: HttpApi, Properties: {Path: /a, Method: get, ApiId: !Ref A}}}\n"), []string{"A GET /a"},
			[]string{`the definition has no security scheme "Nobody"`}},
		{"an operation that is none, which an event has", "  A: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionBody: {openapi: 3.0.1, paths: {/a: {get: {$ref: '#/nope'}}}}}}\n" +
			bad("      Events: {E: {Type: HttpApi, Properties: {Path: /a, Method: get, ApiId: !Ref A}}}\n"), []string{"A GET /a"},
			[]string{"$ref: the document has no #/nope"}},
		{"overrides of no API", "  H: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: h, ProtocolType: HTTP, Target: !GetAtt Good.Arn}}\n" +
			"  O: {Type: AWS::ApiGatewayV2::ApiGatewayManagedOverrides, Properties: {Route: {AuthorizationType: AWS_IAM}}}\n", []string{"H ANY $default"},
			[]string{"the AWS::ApiGatewayV2::ApiGatewayManagedOverrides O has no ApiId"}},
		{"the name of Globals", "Globls: {HttpApi: {Auth: {EnableIamAuthorizer: true}}}\n", []string{"Good", "ServerlessRestApi GET /good", "ServerlessHttpApi GET /good"},
			[]string{`"Globls" is not a section of a template; did you mean "Globals"?`}},
		{"an integration without a type", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {paths: {/a: {" +
			"get: {security: [{Nobody: []}], x-amazon-apigateway-integration: {type: ' ', uri: !GetAtt Good.Arn}}}}}}}\n", []string{"A GET /a"},
			[]string{`the definition has no security scheme "Nobody"`}},
		{"the type of a resource of CloudFormation", "  Bad: {Type: AWS::ApiGateway::Metod}\n", nil,
			[]string{`CloudFormation has no type AWS::ApiGateway::Metod; did you mean "AWS::ApiGateway::Method"?`}},
		{"the service of a type", "  Bad: {Type: AWS::Lamda::Function}\n", nil, []string{`CloudFormation has no type AWS::Lamda::Function; did you mean "AWS::Lambda::Function"?`}},
		{"a reference of what is not read", "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Nobody, Tags: [{Key: a, Value: !GetAtt Noone.Arn}, {Key: b, Value: !Sub '${Good}${Nothing}${!x}'}]}}\n", nil,
			[]string{`"Nobody" is neither a parameter nor a resource of the template`, `"Noone" is not a resource of the template`,
				`"Nothing" is neither a parameter nor a resource of the template`}},
		{"a reference of a policy", bad("      Policies: [{SQSPollerPolicy: {QueueName: !Ref Nobody}}]\n"), nil, []string{`"Nobody" is neither a parameter nor a resource of the template`}},
		{"a reference in the branch that is not taken", "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !If [Never, !Ref Nobody, q]}}\nConditions: {Never: !Equals [a, b]}\n", nil,
			[]string{`"Nobody" is neither a parameter nor a resource of the template`}},
		{"a condition's name", "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !If [Never, p, q]}}\n", nil, []string{`there is no condition "Never"`}},
		{"a condition that nothing has", "Conditions: {Never: !Equals [!Ref Nobody, b]}\n", nil,
			[]string{`"Nobody" is not a parameter of the template; conditions and loops cannot refer to anything else`}},
		{"what a resource depends on", "  Q: {Type: AWS::SQS::Queue, DependsOn: [Good, GoodRole, Nobody]}\n", nil, []string{`"Nobody" is not a resource of the template`}},
		{"outputs", "Outputs: {A: {Value: !Ref Nobody}, B: {Condition: Never, Value: b}, C: {Description: c}, D: {Value: !GetAtt GoodRole.Arn}}\n", nil,
			[]string{`"Nobody" is neither a parameter nor a resource of the template`, `there is no condition "Never"`, "the output C has no Value; it has Description"}},
		{"null", with(rest, "") + path + with(method, ", AuthorizationType: ") + root, []string{"R GET /p"},
			[]string{"AuthorizationType has no value, and CloudFormation takes no null"}},
		{"the name of an event", bad("      Events: {my-e: {Type: Api, Properties: {Path: /x, Method: get}}}\n"), []string{"ServerlessRestApi GET /x"},
			[]string{`an event has to be named by letters and digits, as SAM makes logical IDs of it, but here is "my-e"`}},
		{"Globals", "Globals: {HttpApi: {Name: x}}\n", []string{"ServerlessHttpApi GET /good"}, []string{"Name cannot stand in Globals.HttpApi; give it to each resource"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := Parse("/app/template.yaml", []byte(sound+test.lines), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.refuse, refusing(s)); diff != "" {
				t.Errorf("what refuses (-want +got):\n%s", diff)
			}
			var got []string
			for _, m := range messages(s.Err()) {
				_, text, _ := strings.Cut(m, ": ")
				got = append(got, text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if !slices.ContainsFunc(s.Notes, func(n Note) bool { return n.Level == Invalid }) {
				t.Error("got no note of it")
			}
		})
	}
}

// What keeps a template from being read is an error of Parse, with all others.
func TestFatal(t *testing.T) {
	for _, test := range []struct{ name, lines, want string }{
		{"syntax", "  Bad: {\n", "reading YAML"},
		{"a cycle of names", "  B: {Type: AWS::Serverless::Function, Properties: {FunctionName: !Ref C}}\n  C: {Type: AWS::Serverless::Function, Properties: {FunctionName: !Ref B}}\n", "depends on itself"},
		{"a cycle of conditions", "  B: {Type: AWS::SQS::Queue, Condition: X}\nConditions: {X: !Not [!Condition X]}\n", `the condition "X" depends on itself`},
		{"a file", "  B: {Type: AWS::Serverless::Application, Properties: {Location: nowhere.yaml}}\n", "reading the template of the nested stack B"},
		{"a definition", "  B: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionUri: nowhere.yaml}}\n", "reading the file to include"},
	} {
		t.Run(test.name, func(t *testing.T) {
			read := func(string) ([]byte, error) { return nil, errors.New("no such file") }
			s, err := Parse("/app/template.yaml", []byte(sound+test.lines), Options{ReadFile: read})
			if s != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got the stack %v and the error %v, want %q", s, err, test.want)
			}
		})
	}
}

// A value that was given for a parameter can be given anew: nothing starts with a wrong
// one.
func TestFatalOverride(t *testing.T) {
	const src = sound + "Parameters: {P: {Type: Number, Default: 1}}\n"
	if s, err := Parse("/app/template.yaml", []byte(src), Options{Parameters: map[string]string{"P": "x"}}); s != nil || err == nil {
		t.Errorf("got the stack %v and the error %v, want an error", s, err)
	}
}
