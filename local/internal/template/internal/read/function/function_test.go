package function

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/stack"
)

// minimal are the properties that every function has.
const minimal = "      Runtime: provided.al2023\n      Handler: bootstrap\n"

// Events go to whoever reads their type, with what the function's events invoke.
func TestEvents(t *testing.T) {
	for _, test := range []struct {
		name, lines string
		read        []string
		said        []string
	}{
		{"a type that is read", "      Events: {E: {Type: Timer, Properties: {Rate: 5}}}\n", []string{"E R 10:16 5"}, nil},
		{"of an alias", "      AutoPublishAlias: live\n      Events: {E: {Type: Timer, Properties: {Rate: 5}}}\n", []string{"E R:live 11:16 5"},
			[]string{"10:25 approximated AutoPublishAlias: " + sameCode}},
		{"a type of another service", "      Events: {E: {Type: SQS}}\n", nil,
			[]string{"10:16 ignored Events.E: SQS sends no events here; invoke the function with one of your own"}},
		{"a misspelt type", "      Events: {E: {Type: Timr}}\n", nil, []string{`t.yaml:10:16: "Timr" is not a type of event; did you mean "Timer"?`}},
		{"no type", "      Events: {E: {Tpye: Timer}}\n", nil, []string{`t.yaml:10:16: the event E has no Type, but "Tpye"; did you mean "Type"?`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::Serverless::Function", minimal+test.lines)
			var got []string
			r := &Reader{Dir: "/app", Events: map[string]ReadEvent{
				"Timer": func(properties *property.Object, e Event) {
					got = append(got, e.Name+" "+e.Function+" "+strings.TrimPrefix(e.Pos.String(), "t.yaml:")+" "+properties.Text("Rate", ""))
				},
			}}
			r.SAM(o)
			if diff := cmp.Diff(test.read, got); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// Where the code of CloudFormation's functions is, and what of it is not run.
func TestCloudFormationCode(t *testing.T) {
	const runtime, node = "      Handler: h\n      Runtime: provided\n", "      Handler: h\n      Runtime: nodejs22.x\n"
	const missing = "code in S3 is not fetched, and s3://b/k is not beside the template; give Code a folder"
	for _, test := range []struct {
		name, lines              string
		uri, inline, unsupported string
		said                     []string
	}{
		{"a path", runtime + "      Code: bin\n", "/app/bin", "", "", nil},
		{"an absolute path", runtime + "      Code: /x/../y\n", "/y", "", "", nil},
		{"in S3", runtime + "      Code: {S3Bucket: b, S3Key: k}\n", "", "", missing, []string{
			"10:14 ignored Code.S3Bucket: " + noS3, "10:27 ignored Code.S3Key: " + noS3,
			"5:3 refused : " + missing,
		}},
		{"in the template", node + "      Code: {ZipFile: !Ref P}\n", "", "given", "", nil},
		{"in the template, of a binary", runtime + "      Code: {ZipFile: x}\n", "", "", "inline code is run for Python and Node.js only",
			[]string{"5:3 refused : inline code is run for Python and Node.js only"}},
		{"an image", "      Code: {ImageUri: i}\n      PackageType: Image\n", "", "", "container images are not run",
			[]string{"5:3 refused : container images are not run"}},
		{"staged by the CDK", runtime + "      Code: {S3Bucket: b}\n    Metadata: {'aws:asset:path': asset.1, 'aws:asset:property': Code}\n", "/app/asset.1", "", "", nil},
		{"staged for another property", runtime + "      Code: bin\n    Metadata: {'aws:asset:path': asset.1, 'aws:asset:property': Other}\n", "/app/bin", "", "", nil},
		{"none", runtime, "/app", "", "t.yaml:5:3: the function R has no Code", []string{"t.yaml:5:3: the function R has no Code"}},
		{"a list", runtime + "      Code: [a]\n", "/app", "", "t.yaml:10:13: Code has to be a path, but here is a list", []string{"t.yaml:10:13: Code has to be a path, but here is a list"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::Lambda::Function", test.lines)
			f := (&Reader{Dir: "/app"}).CloudFormation(o)
			if f.CodeURI != test.uri || f.InlineCode != test.inline || f.Unsupported != test.unsupported {
				t.Errorf("got the code at %q, in place %q, unsupported %q, want %q, %q and %q",
					f.CodeURI, f.InlineCode, f.Unsupported, test.uri, test.inline, test.unsupported)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// A method that the host hands over goes to one function of all templates.
func TestClaims(t *testing.T) {
	claims := map[string]stack.Position{}
	read := func(methods string) (*stack.Function, []string) {
		o, report := propertytest.Read(t, "AWS::Serverless::Function", minimal+"    Metadata: {Maru: {Methods: "+methods+"}}\n")
		f, _ := (&Reader{Dir: "/app", Claims: claims}).SAM(o)
		return f, propertytest.Said(report)
	}
	f, said := read("[trace]")
	if diff := cmp.Diff([]string{"TRACE"}, f.Methods); diff != "" || said != nil {
		t.Errorf("methods (-want +got):\n%s, and %q said", diff, said)
	}
	f, said = read("[CONNECT, TRACE, GET]")
	if diff := cmp.Diff([]string{"CONNECT"}, f.Methods); diff != "" {
		t.Errorf("methods (-want +got):\n%s", diff)
	}
	want := []string{
		"t.yaml:10:42: the method TRACE was claimed before, at t.yaml:10:33",
		`t.yaml:10:49: Metadata.Maru.Methods takes TRACE and CONNECT, but here is "GET"; other methods are events of an API`,
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// A function's URL is an API of one route, in either of its places.
func TestURL(t *testing.T) {
	o, _ := propertytest.Read(t, "AWS::Serverless::Function", minimal+"      AutoPublishAlias: live\n      FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM}\n")
	_, u := (&Reader{Dir: "/app"}).SAM(o)
	route := stack.Route{Method: "ANY", Path: "$default", Function: "R:live", PayloadFormat: "2.0", Stream: true,
		Resource: "R", Property: "FunctionUrlConfig", Pos: u.Pos}
	if diff := cmp.Diff(&route, u.Routes[0]); diff != "" || u.LogicalID != "RUrl" || u.Kind != stack.URL {
		t.Errorf("got the URL %+v with the route (-want +got):\n%s", u, diff)
	}
	o, _ = propertytest.Read(t, "AWS::Lambda::Url", "      AuthType: NONE\n      TargetFunctionArn: !GetAtt F.Arn\n      Qualifier: live\n")
	route = stack.Route{Method: "ANY", Path: "$default", Function: "F:live", PayloadFormat: "2.0", Resource: "R", Pos: o.Pos()}
	if u := URL(o); cmp.Diff(&route, u.Routes[0]) != "" || u.LogicalID != "R" {
		t.Errorf("got the URL %+v with the route (-want +got):\n%s", u, cmp.Diff(&route, u.Routes[0]))
	}
	for target, want := range map[string]string{"!Sub '${F.Arn}:live'": "F:live", "!Sub '${F.Arn}:1'\n      Qualifier: live": "F:live"} {
		o, _ := propertytest.Read(t, "AWS::Lambda::Url", "      AuthType: NONE\n      TargetFunctionArn: "+target+"\n")
		if got := URL(o).Routes[0].Function; got != want {
			t.Errorf("%s: got the function %q, want %q", target, got, want)
		}
	}
	o, report := propertytest.Read(t, "AWS::Lambda::Url", "      AuthType: NONE\n      TargetFunctionArn: other\n")
	if r := URL(o).Routes[0]; r.Function != "" || r.MissingFunction != "other" {
		t.Errorf("got %+v for a function that is not there", r)
	}
	if diff := cmp.Diff([]string{"5:3 refused TargetFunctionArn: " + property.NoTarget}, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
