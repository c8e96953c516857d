package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// functionURL is a function URL without its places and its ID.
func functionURL(logicalID, function string, stream bool, auth *Auth, cors *CORS) *API {
	return &API{LogicalID: logicalID, Kind: URL, Stage: "$default", CORS: cors, Routes: []*Route{
		{Method: "ANY", Path: "$default", Function: function, PayloadFormat: "2.0", Stream: stream, Auth: auth},
	}}
}

// TestFunctionURLs has the URLs of functions in each of their places.
func TestFunctionURLs(t *testing.T) {
	age := 60
	cors := &CORS{AllowOrigins: []string{"*"}, AllowMethods: []string{"GET"}, AllowCredentials: true, MaxAge: &age}
	const global = "Globals: {Function: {FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: ['*']}}}}\n"
	missing := functionURL("U", "", false, nil, nil)
	missing.Routes[0].MissingFunction = "arn:aws:sqs:us-east-1:123456789012:G"
	for _, test := range []struct {
		name, src string
		want      []*API
		notes     []string
	}{
		{"FunctionUrlConfig", function + "      FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM}\n",
			[]*API{functionURL("FUrl", "F", true, nil, nil)}, nil},
		{"CORS", function + "      FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: ['*'], AllowMethods: [GET], AllowCredentials: true, MaxAge: 60}}\n",
			[]*API{functionURL("FUrl", "F", false, nil, cors)}, nil},
		{"Globals, laid under the function's own", strings.Replace(function, "Resources:", global+"Resources:", 1) +
			"      FunctionUrlConfig: {InvokeMode: RESPONSE_STREAM}\n",
			[]*API{functionURL("FUrl", "F", true, nil, &CORS{AllowOrigins: []string{"*"}})}, nil},
		{"IAM", function + "      FunctionUrlConfig: {AuthType: AWS_IAM}\n",
			[]*API{functionURL("FUrl", "F", false, &Auth{IAM: true}, nil)},
			[]string{"8:37 refused F.FunctionUrlConfig.AuthType: IAM authorization is not emulated: the URL refuses every request; --disable-authorizer opens it"}},
		{"AWS::Lambda::Url", cloudFormation + "      Code: {ZipFile: a}\n" +
			"  U: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: !GetAtt F.Arn}}\n" +
			"  V: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: !Ref F, Qualifier: live}}\n" +
			"  W: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: !Ref F, Qualifier: $LATEST}}\n",
			[]*API{functionURL("U", "F", false, nil, nil), functionURL("V", "F:live", false, nil, nil), functionURL("W", "F:$LATEST", false, nil, nil)},
			[]string{"9:3 refused F.: has no version or alias live, so AWS does not deploy the function URL V, and here nothing can be asked of it"}},
		{"of nobody", cloudFormation + "      Code: {ZipFile: a}\n  G: {Type: AWS::SQS::Queue}\n" +
			"  U: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: !GetAtt G.Arn}}\n",
			[]*API{missing}, []string{"9:3 refused U.TargetFunctionArn: leads to no function of this template"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, test.src)
			ignore, declared := cmpopts.IgnoreTypes(Position{}), cmpopts.IgnoreFields(Route{}, "Resource", "Property")
			for i, u := range s.APIs {
				if len(u.ID) != 10 || u.Pos.Line == 0 || u.Routes[0].Pos.Line == 0 {
					t.Errorf("got %+v, want an ID and a place", u)
				}
				s.APIs[i].ID = ""
			}
			if diff := cmp.Diff(test.want, s.APIs, ignore, declared, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("URLs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.notes, noted(s), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// A function URL without an authorization type is none: left open or closed, it
// would not be what AWS makes of it.
func TestFunctionURLWithoutAuthType(t *testing.T) {
	for config, want := range map[string]string{
		"{InvokeMode: BUFFERED}":        "template.yaml:8:26: a function URL needs an AuthType, NONE or AWS_IAM",
		"{AuthType: !Ref AWS::NoValue}": "template.yaml:8:26: a function URL needs an AuthType, NONE or AWS_IAM",
		"{AuthType: null}":              "template.yaml:8:26: a function URL needs an AuthType, NONE or AWS_IAM",
		"{AuthType: IAM}":               `template.yaml:8:37: AuthType has to be NONE or AWS_IAM, but here is "IAM"`,
	} {
		_, err := parse(function+"      FunctionUrlConfig: "+config+"\n", Options{})
		if diff := cmp.Diff([]string{want}, messages(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", config, diff)
		}
	}
}

// The URL of a nested stack's function has one ID in events and in addresses, and
// the logical ID that it has in the whole tree.
func TestNestedFunctionURL(t *testing.T) {
	const url = "      FunctionUrlConfig: {AuthType: NONE}\n"
	const parent = function + url + "      Environment: {Variables: {CHILD: !GetAtt N.Outputs.Address}}\n" +
		"  N: {Type: AWS::Serverless::Application, Properties: {Location: sub/child.yaml}}\n"
	child := function + url + "Outputs: {Address: {Value: !GetAtt FUrl.FunctionUrl}}\n"
	s, err := parseTree(parent, map[string]string{"sub/child.yaml": child})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"FUrl", "NFUrl"} {
		if got := s.APIs[i].LogicalID; got != want {
			t.Errorf("URL %d: got %s, want %s", i, got, want)
		}
	}
	want := "https://" + s.APIs[1].ID + ".lambda-url.us-east-1.on.aws/"
	if got := s.Functions[0].Environment["CHILD"]; got != want || s.APIs[0].ID == s.APIs[1].ID {
		t.Errorf("got %s, want %s, and another for the function around it: %s", got, want, s.APIs[0].ID)
	}
}

// TestAddressOfAFunctionURL has what functions are told of function URLs.
func TestAddressOfAFunctionURL(t *testing.T) {
	const src = function + "      FunctionUrlConfig: {AuthType: NONE}\n" +
		"      Environment: {Variables: {SELF: !GetAtt FUrl.FunctionUrl, OTHER: !GetAtt U.FunctionUrl}}\n" +
		"  U: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: !Ref F}}\n"
	local := func(logicalID string) string { return "http://" + logicalID + ".localhost:3000/" }
	for _, test := range []struct {
		url         func(string) string
		self, other string
	}{
		{local, "http://FUrl.localhost:3000/", "http://U.localhost:3000/"},
		{nil, "https://%s.lambda-url.us-east-1.on.aws/", "https://%s.lambda-url.us-east-1.on.aws/"},
	} {
		s, err := parse(src, Options{URL: test.url})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"SELF":  strings.Replace(test.self, "%s", s.APIs[0].ID, 1),
			"OTHER": strings.Replace(test.other, "%s", s.APIs[1].ID, 1),
		}
		if diff := cmp.Diff(want, s.Functions[0].Environment); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestResponseTransferMode has the places in which a REST API's route says that
// its response is streamed.
func TestResponseTransferMode(t *testing.T) {
	const (
		uri  = "!Sub 'arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/${F.Arn}/response-streaming-invocations'"
		api  = "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {paths: {/a: {get: {x-amazon-apigateway-integration: {%s}}}}}}}\n"
		rest = "  R: {Type: AWS::ApiGateway::RestApi}\n" +
			"  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref R, ResourceId: !GetAtt R.RootResourceId, HttpMethod: GET, AuthorizationType: NONE, Integration: {%s}}}\n"
		event = "      Events: {E: {Type: Api, Properties: {Path: /a, Method: get%s}}}\n"
		web   = "  Web: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionBody: {paths: {/a: {get: {x-amazon-apigateway-integration: {%s}}}}}}}\n"
	)
	with := func(format, text string) string { return function + strings.Replace(format, "%s", text, 1) }
	for _, test := range []struct {
		name, src string
		stream    bool
		timeout   int // seconds
	}{
		{"event", with(event, ", ResponseTransferMode: RESPONSE_STREAM, TimeoutInMillis: 900000"), true, 900},
		{"event that says nothing", with(event, ""), false, 0},
		{"OpenAPI", with(api, "type: aws_proxy, httpMethod: POST, responseTransferMode: STREAM, timeoutInMillis: 60000, uri: "+uri), true, 60},
		{"OpenAPI, buffered", with(api, "type: aws_proxy, httpMethod: POST, responseTransferMode: BUFFERED, uri: "+uri), false, 0},
		{"CloudFormation", with(rest, "Type: AWS_PROXY, IntegrationHttpMethod: POST, ResponseTransferMode: STREAM, Uri: "+uri), true, 0},
		{"an HTTP API", with(web, "type: aws_proxy, responseTransferMode: STREAM, payloadFormatVersion: '2.0', uri: "+uri), false, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, test.src)
			if len(s.APIs) != 1 || len(s.APIs[0].Routes) != 1 {
				t.Fatalf("got %+v, want one route; notes: %v", s.APIs, noted(s))
			}
			if r := s.APIs[0].Routes[0]; r.Stream != test.stream || int(r.Timeout.Seconds()) != test.timeout {
				t.Errorf("got stream %t and timeout %s, want %t and %d s", r.Stream, r.Timeout, test.stream, test.timeout)
			}
			for _, note := range noted(s) {
				if strings.Contains(strings.ToLower(note), "transfermode") != (test.name == "an HTTP API") {
					t.Errorf("got note %s", note)
				}
			}
		})
	}
	_, err := parse(with(api, "type: aws_proxy, responseTransferMode: STREAMS, uri: "+uri), Options{})
	if diff := cmp.Diff([]string{`template.yaml:8:174: responseTransferMode has to be BUFFERED or STREAM, but here is "STREAMS"; did you mean "STREAM"?`}, messages(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// SAM knows one word for an event's ResponseTransferMode, which is not OpenAPI's.
func TestEventResponseTransferMode(t *testing.T) {
	const event = "      Events: {E: {Type: Api, Properties: {Path: /a, Method: get, ResponseTransferMode: %s}}}\n"
	for mode, want := range map[string]bool{"RESPONSE_STREAM": true, "BUFFERED": false, "STREAM": false, "STREAMS": false} {
		s := mustParse(t, function+fmt.Sprintf(event, mode))
		if got := s.APIs[0].Routes[0].Stream; got != want {
			t.Errorf("%s: got stream %t, want %t", mode, got, want)
		}
		said := strings.Contains(strings.Join(noted(s), "\n"), "SAM streams the response of an event only for RESPONSE_STREAM")
		if heeded := want || mode == "BUFFERED"; said == heeded {
			t.Errorf("%s: got the notes %q", mode, noted(s))
		}
	}
}
