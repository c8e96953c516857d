package template

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A function has the versions and aliases of the template, each with the version
// that it stands for, and the environments that they keep initialized.
func TestQualifiers(t *testing.T) {
	const one, two = "  V1: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}\n", "  V2: {Type: AWS::Lambda::Version, Properties: {FunctionName: !GetAtt F.Arn, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}}}\n"
	alias := func(properties string) string {
		return "  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live, " + properties + "}}\n"
	}
	for _, test := range []struct {
		name, src   string
		qualifiers  map[string]string
		provisioned map[string]int
		notes       []string
	}{
		{"none", plain, nil, nil, nil},
		{
			"SAM's", function + "      AutoPublishAlias: live\n      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}\n",
			map[string]string{"1": "1", "live": "1"}, map[string]int{"1": 3},
			[]string{"8:25 approximated F.AutoPublishAlias: every version has the newest code"},
		},
		{
			"versions", plain + one + two, map[string]string{"1": "1", "2": "2"}, map[string]int{"2": 2},
			[]string{"8:3 approximated V1.: every version has the newest code", "9:3 approximated V2.: every version has the newest code"},
		},
		{
			"an alias before its version", plain + alias("FunctionVersion: !GetAtt V2.Version, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}") + one + two,
			map[string]string{"1": "1", "2": "2", "live": "2"}, map[string]int{"2": 3},
			[]string{
				"8:3 approximated A.: every version has the newest code",
				"9:3 approximated V1.: every version has the newest code", "10:3 approximated V2.: every version has the newest code",
			},
		},
		{
			"weights", plain + alias("FunctionVersion: $LATEST, RoutingConfig: {AdditionalVersionWeights: []}"),
			map[string]string{"live": "$LATEST"}, nil,
			[]string{
				"8:3 approximated A.: every version has the newest code",
				"8:106 approximated A.RoutingConfig: all invocations go to FunctionVersion",
			},
		},
		{
			"a version of an earlier template", plain + alias("FunctionVersion: 7"), map[string]string{"live": "7"}, nil,
			[]string{
				"8:3 approximated A.: every version has the newest code",
				"8:97 approximated A.FunctionVersion: the template does not have the version 7 of the function",
			},
		},
		{
			"of another stack's function", plain + "  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: other}}\n", nil, nil,
			[]string{"8:3 ignored V.FunctionName: leads to no function of this template"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, test.src)
			if diff := cmp.Diff(test.qualifiers, s.Functions[0].Qualifiers); diff != "" {
				t.Errorf("qualifiers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.provisioned, s.Functions[0].ProvisionedConcurrency); diff != "" {
				t.Errorf("provisioned concurrency (-want +got):\n%s", diff)
			}
			var notes []string
			for _, n := range noted(s) {
				if !strings.Contains(n, "has no stage") {
					notes = append(notes, n)
				}
			}
			if diff := cmp.Diff(test.notes, notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// Routes lead to the qualifier that the template names, and SAM's events to the
// alias that it publishes. One that does not exist is a route all the same.
func TestQualifiedRoutes(t *testing.T) {
	const event = "      Events: {E: {Type: HttpApi, Properties: {Path: /x, Method: GET}}}\n"
	const version = "  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}\n"
	integration := func(arn string) string {
		return version + method("ResourceId: !GetAtt R.RootResourceId, Integration: {Type: AWS_PROXY, Uri: "+arn+"}")
	}
	for _, test := range []struct {
		name, src, want string
		misconfigured   bool
	}{
		{"an event", function + event, "F", false},
		{"an event with an alias", function + "      AutoPublishAlias: live\n" + event, "F:live", false},
		{"the function", plain + integration("!GetAtt F.Arn"), "F", false},
		{"a version", plain + integration("!Ref V"), "F:1", false},
		{"no such alias", plain + integration("!Sub '${F.Arn}:nobody'"), "F:nobody", true},
		{"$LATEST", plain + integration("!Sub '${F.Arn}:$LATEST'"), "F:$LATEST", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, test.src)
			r := route(t, s)
			if r.Function != test.want || r.Misconfigured != test.misconfigured {
				t.Errorf("got %q, misconfigured %t, want %q, %t", r.Function, r.Misconfigured, test.want, test.misconfigured)
			}
			const note = "refused F.: has no version or alias nobody, so API Gateway answers every request of GET / with 500"
			if got := strings.Contains(strings.Join(noted(s), "\n"), note); got != test.misconfigured {
				t.Errorf("noted: got %t, want %t in %q", got, test.misconfigured, noted(s))
			}
		})
	}
}

// An authorizer whose qualifier does not exist is told of once, however many
// routes need it.
func TestQualifiedAuthorizer(t *testing.T) {
	const api = `  A:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      Auth: {DefaultAuthorizer: L, Authorizers: {L: {FunctionArn: !Sub '${F.Arn}:%s'}}}
`
	const event = "      Events: {E: {Type: Api, Properties: {RestApiId: !Ref A, Path: /x, Method: GET}}, G: {Type: Api, Properties: {RestApiId: !Ref A, Path: /y, Method: GET}}}\n"
	const note = "14:53 refused F.: has no version or alias dead, so routes that need the authorizer L answer every request with 500"
	for qualifier, want := range map[string]int{"dead": 1, "live": 0, "$LATEST": 0} {
		s := mustParse(t, function+"      AutoPublishAlias: live\n"+event+strings.Replace(api, "%s", qualifier, 1))
		if got := strings.Count(strings.Join(noted(s), "\n"), note); got != want {
			t.Errorf("%s: got %d notes, want %d: %q", qualifier, got, want, noted(s))
		}
	}
}

// The function of a nested stack is found by its alias, whose ARN the stack gives
// as an output.
func TestNestedQualifier(t *testing.T) {
	const parent = `Transform: AWS::Serverless-2016-10-31
Resources:
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: sub/child.yaml}}
  R: {Type: AWS::ApiGateway::RestApi, Properties: {Name: r}}
  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref R, StageName: s}}
  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref R, ResourceId: !GetAtt R.RootResourceId, HttpMethod: GET,
      Integration: {Type: AWS_PROXY, Uri: !Sub "${N.Outputs.%s}"}}}
`
	child := function + "      AutoPublishAlias: live\nOutputs: {Live: {Value: !Ref F.Alias}, Dead: {Value: !Sub '${F.Arn}:dead'}}\n"
	for output, want := range map[string]bool{"Live": false, "Dead": true} {
		s, err := parseTree(strings.Replace(parent, "%s", output, 1), map[string]string{"sub/child.yaml": child})
		if err != nil {
			t.Fatal(err)
		}
		if r := route(t, s); r.Misconfigured != want || !strings.EqualFold(r.Function, "F:"+output) {
			t.Errorf("%s: got %q, misconfigured %t, want %t", output, r.Function, r.Misconfigured, want)
		}
	}
}

// An EventInvokeConfig is checked in a nested stack as in the one around it.
func TestNestedInvokeConfig(t *testing.T) {
	const config = "  C: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref F, Qualifier: %s}}\n"
	const note = "8:91 refused F.: has no version or alias nope, so AWS does not deploy the EventInvokeConfig C, and here it holds for no invocation"
	for qualifier, want := range map[string]int{"nope": 1, "$LATEST": 0} {
		src := function + strings.Replace(config, "%s", qualifier, 1)
		s, err := parseTree(nesting, map[string]string{"sub/child.yaml": src})
		if err != nil {
			t.Fatal(err)
		}
		for where, s := range map[string]*Stack{"flat": mustParse(t, src), "nested": s} {
			if got := strings.Count(strings.Join(noted(s), "\n"), note); got != want {
				t.Errorf("%s, %s: got %d notes, want %d: %q", qualifier, where, got, want, noted(s))
			}
		}
	}
}

func TestTenancy(t *testing.T) {
	for _, src := range []string{function, cloudFormation + "      Code: .\n"} {
		if mustParse(t, src).Functions[0].IsolatesTenants {
			t.Errorf("%s: got tenants that are isolated, want none", src)
		}
		if !mustParse(t, src+"      TenancyConfig: {TenantIsolationMode: PER_TENANT}\n").Functions[0].IsolatesTenants {
			t.Errorf("%s: got no tenants", src)
		}
	}
}

func TestVersionErrors(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{function + "      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}\n", "8:37: ProvisionedConcurrencyConfig needs AutoPublishAlias"},
		{
			function + "      AutoPublishAlias: live\n      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 0}\n",
			`9:71: ProvisionedConcurrentExecutions has to be a whole number from 1 to 1048576, but here is "0"`,
		},
		{function + "      TenancyConfig: {TenantIsolationMode: PER_TENNANT}\n", `8:44: TenantIsolationMode has to be PER_TENANT, but here is "PER_TENNANT"; did you mean "PER_TENANT"?`},
	} {
		_, err := parse(test.src, Options{})
		if diff := cmp.Diff([]string{"template.yaml:" + test.want}, messages(err)); diff != "" {
			t.Errorf("errors (-want +got):\n%s", diff)
		}
	}
}
