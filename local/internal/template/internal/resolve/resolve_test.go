package resolve

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/syntax"
)

// stack is the template around the values under test.
const stack = `
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
  Secret: {Type: String, NoEcho: true}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /app/key}
Mappings:
  Sizes: {dev: {memory: 128, names: [x, y]}, prod: {memory: 1024}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Both: !And [!Condition IsProd, !Condition IsDev]
  Either: !Or [!Condition IsProd, !Condition IsDev]
  A: !Condition B
  B: !Not [!Condition A]
  NoSecret: !Equals [!Ref Secret, ""]
  Wrong: !If [IsProd, a, b]
Resources:
  Hello: {Type: AWS::Serverless::Function, Properties: {FunctionName: !Sub "hello-${Stage}"}}
  Plain: {Type: AWS::Serverless::Function}
  Loop: {Type: AWS::Serverless::Function, Properties: {FunctionName: !Sub "x-${Loop}"}}
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: !Ref Stage}}
  Web: {Type: AWS::Serverless::HttpApi}
  Table: {Type: AWS::DynamoDB::Table}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  Bucket: {Type: AWS::S3::Bucket}
  Topic: {Type: AWS::SNS::Topic}
  Gone: {Type: AWS::SQS::Queue, Condition: IsProd}
  Nested: {Type: AWS::CloudFormation::Stack}
  Raw: {Type: AWS::Lambda::Function}
  Public: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Hello, FunctionVersion: !GetAtt First.Version, Name: live}}
  ByArn: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !GetAtt Plain.Arn, Name: 7}}
  First: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Hello}}
  Aside: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Plain}}
  Skipped: {Type: AWS::Lambda::Version, Condition: IsProd, Properties: {FunctionName: !Ref Hello}}
  Second: {Type: AWS::Lambda::Version, Properties: {FunctionName: !GetAtt Hello.Arn}}
  Address: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Raw.Arn}}
`

var settings = Settings{Region: "ap-northeast-2", AccountID: "123456789012", StackName: "maru"}

func scope(t *testing.T, src string, s Settings) (*Scope, *syntax.Node) {
	t.Helper()
	document, err := syntax.Parse("t.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	sc, err := New(document, s)
	if err != nil {
		t.Fatal(err)
	}
	return sc, document.Root
}

// evaluate resolves the value and, in a list, each element; it gives them and
// what was approximated.
func evaluate(t *testing.T, value string) (got string, notes []string, err error) {
	t.Helper()
	return evaluateIn(t, stack, value)
}

// evaluateIn is evaluate in another template; what is approximated in its sections
// comes last.
func evaluateIn(t *testing.T, template, value string) (got string, notes []string, err error) {
	t.Helper()
	sc, root := scope(t, template+"Metadata: {Value: "+value+"}\n", settings)
	note := func(_ syntax.Position, text string) { notes = append(notes, text) }
	n, err := sc.Resolve(root.Get("Metadata").Get("Value"), note)
	for _, a := range sc.Approximations() {
		notes = append(notes, a.Text)
	}
	if err != nil {
		return "", notes, err
	}
	switch {
	case n == nil:
		return "nothing", notes, nil
	case n.Kind == syntax.Sequence:
		var items []string
		for _, item := range n.Items {
			items = append(items, item.Value)
		}
		return fmt.Sprintf("%q", items), notes, nil
	}
	return n.Value, notes, nil
}

func TestResolve(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{`plain`, "plain"},
		{`!Ref Stage`, "dev"},
		{`!Ref Zones`, `["a" "b" "c"]`},
		{`!Ref AWS::Region`, "ap-northeast-2"},
		{`!Ref AWS::AccountId`, "123456789012"},
		{`!Ref AWS::StackName`, "maru"},
		{`!Ref AWS::StackId`, "arn:aws:cloudformation:ap-northeast-2:123456789012:stack/maru/00000000-0000-4000-8000-000000000000"},
		{`!Ref AWS::Partition`, "aws"},
		{`!Ref AWS::URLSuffix`, "amazonaws.com"},
		{`!Ref AWS::NotificationARNs`, "[]"},
		{`!Ref AWS::NoValue`, "nothing"},
		{`{Ref: Stage}`, "dev"},

		{`!Sub "${Stage}-${AWS::Region}"`, "dev-ap-northeast-2"},
		{`!Sub ["${A}/${Stage}/${!Literal}", {A: !Ref AWS::StackName}]`, "maru/dev/${Literal}"},
		{`!Sub ["${ A }/${ Stage}", {A: a}]`, "a/dev"},
		{`!Sub ["${Stage}", {Stage: own}]`, "own"},
		{`!Sub "${Hello.Arn} $ {x} ${"`, "arn:aws:lambda:ap-northeast-2:123456789012:function:hello-dev $ {x} ${"},
		{`!Join ["/", [a, !Ref Stage, !Ref AWS::NoValue, b]]`, "a/dev/b"},
		{`!Join ["+", !Ref Zones]`, "a+b+c"},
		{`!Join ["", []]`, ""},
		{`!Select [1, !Ref Zones]`, "b"},
		{`!Select ["0", !Split [":", "x:y"]]`, "x"},
		{`!Split [",", "a,b,"]`, `["a" "b" ""]`},
		{`!Base64 마루`, "66eI66Oo"},
		{`!FindInMap [Sizes, !Ref Stage, memory]`, "128"},
		{`!FindInMap [Sizes, dev, names]`, `["x" "y"]`},
		{`!If [IsProd, a, b]`, "b"},
		{`!If [IsDev, a, !Ref Secret]`, "a"},
		{`!If [Both, a, b]`, "b"},
		{`!If [Either, a, b]`, "a"},
		{`!If [IsDev, !Ref AWS::NoValue, b]`, "nothing"},

		{`!Ref Hello`, "hello-dev"},
		{`!Ref Plain`, "Plain"},
		{`!GetAtt Hello.Arn`, "arn:aws:lambda:ap-northeast-2:123456789012:function:hello-dev"},
		{`!GetAtt [Plain, Arn]`, "arn:aws:lambda:ap-northeast-2:123456789012:function:Plain"},
		{`!Ref HelloRole`, "hello-devRole"},
		{`!GetAtt PlainRole.Arn`, "arn:aws:iam::123456789012:role/PlainRole"},
		{`!GetAtt PlainUrl.FunctionUrl`, "https://" + APIID("Plain") + ".lambda-url.ap-northeast-2.on.aws/"},
		{`!Ref Api`, APIID("Api")},
		{`!Ref Api.Stage`, "dev"},
		{`!Ref Web.Stage`, "$default"},
		{`!GetAtt Api.RootResourceId`, APIID("Api")},
		{`!Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/${ServerlessRestApi.Stage}"`,
			"https://" + APIID("ServerlessRestApi") + ".execute-api.ap-northeast-2.amazonaws.com/Prod"},
		{`!Cidr [10.0.0.7/24, 2, 7]`, `["10.0.0.0/25" "10.0.0.128/25"]`},
		{`!Cidr ["2001:db8::/56", "2", "64"]`, `["2001:db8::/64" "2001:db8:0:1::/64"]`},
		{`!Ref Live`, "arn:aws:lambda:ap-northeast-2:123456789012:function:hello-dev:live"},
		{`!GetAtt ByArn.AliasArn`, "arn:aws:lambda:ap-northeast-2:123456789012:function:Plain:7"},
		{`!Ref First`, "arn:aws:lambda:ap-northeast-2:123456789012:function:hello-dev:1"},
		{`!GetAtt First.Version`, "1"},
		{`!GetAtt Aside.Version`, "1"},
		{`!GetAtt Second.Version`, "2"},
		{`!GetAtt Second.FunctionArn`, "arn:aws:lambda:ap-northeast-2:123456789012:function:hello-dev:2"},
		{`!Ref Public.Alias`, "arn:aws:lambda:ap-northeast-2:123456789012:function:Public:live"},
		{`!Ref Public.Version`, "arn:aws:lambda:ap-northeast-2:123456789012:function:Public:1"},
		{`!Ref PublicAliaslive`, "arn:aws:lambda:ap-northeast-2:123456789012:function:Public:live"},
		{`!GetAtt Address.FunctionUrl`, "https://" + APIID("Address") + ".lambda-url.ap-northeast-2.on.aws/"},
		{`!Ref Address`, "arn:aws:lambda:ap-northeast-2:123456789012:function:Raw"},
		{`!Ref Table`, "Table"},
		{`!GetAtt Table.Arn`, "arn:aws:dynamodb:ap-northeast-2:123456789012:table/Table"},
		{`!Ref Queue`, "https://sqs.ap-northeast-2.amazonaws.com/123456789012/jobs"},
		{`!GetAtt Queue.Arn`, "arn:aws:sqs:ap-northeast-2:123456789012:jobs"},
		{`!GetAtt Bucket.Arn`, "arn:aws:s3:::Bucket"},
		{`!Ref Topic`, "arn:aws:sns:ap-northeast-2:123456789012:Topic"},
	} {
		t.Run(test.value, func(t *testing.T) {
			got, notes, err := evaluate(t, test.value)
			if err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if len(notes) != 0 {
				t.Errorf("got the approximations %q, want none", notes)
			}
		})
	}
}

func TestResolveApproximated(t *testing.T) {
	for _, test := range []struct{ value, want, note string }{
		{`!Ref Stored`, "/app/key", "Parameter Store is not read: the value of the parameter Stored is taken as it is"},
		{`!Ref Nested`, "Nested", "the AWS::CloudFormation::Stack Nested does not exist here; its logical ID stands for it"},
		{`!GetAtt Nested.Outputs.Url`, "Nested.Outputs.Url",
			"the AWS::CloudFormation::Stack Nested does not exist here; Nested.Outputs.Url stands for its attribute"},
		{`!Sub "${Table.StreamArn}"`, "Table.StreamArn",
			"the attribute StreamArn of Table is not known here; Table.StreamArn stands for it"},
		{`!Ref Hello.Version`, "arn:aws:lambda:ap-northeast-2:123456789012:function:hello-dev",
			"there is no AutoPublishAlias; the function's ARN stands for Hello.Version"},
		{`!GetAZs ""`, `["ap-northeast-2a" "ap-northeast-2b" "ap-northeast-2c"]`,
			"the zones a, b and c stand for those that the account has in ap-northeast-2"},
		{`!GetAZs us-east-1`, `["us-east-1a" "us-east-1b" "us-east-1c"]`,
			"the zones a, b and c stand for those that the account has in us-east-1"},
		{`!Sub "{{resolve:ssm:/${Stage}/key}}"`, "{{resolve:ssm:/dev/key}}",
			"dynamic references are not looked up; the text {{resolve:…}} stays as it is"},
		{`"x {{resolve:secretsmanager:a}}"`, "x {{resolve:secretsmanager:a}}",
			"dynamic references are not looked up; the text {{resolve:…}} stays as it is"},
		{`!Transform {Name: Mine}`, "nothing", "the macro is not run; of macros in a value, only AWS::Include is"},
		{`!Transform {Name: AWS::Include, Parameters: {Location: "s3://b/k"}}`, "nothing",
			"nothing is included: s3://b/k is not a file of this machine"},
	} {
		t.Run(test.value, func(t *testing.T) {
			got, notes, err := evaluate(t, test.value)
			if err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if diff := cmp.Diff([]string{test.note}, notes); diff != "" {
				t.Errorf("approximations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestResolveErrors(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{`!Ref Stag`, `"Stag" is neither a parameter nor a resource of the template; did you mean "Stage"?`},
		{`!Ref [a]`, "Ref takes a name, but got a list"},
		{`!Ref Gone`, "the resource Gone is not created: its condition IsProd is false"},
		{`!GetAtt Gone.Arn`, "the resource Gone is not created: its condition IsProd is false"},
		{`!GetAtt Helo.Arn`, `"Helo" is not a resource of the template; did you mean "Hello"?`},
		{`!GetAtt Hello`, "Fn::GetAtt takes a resource and its attribute, LogicalID.Attribute"},
		{`!Ref Loop`, "the FunctionName of the resource Loop depends on itself"},
		{`!Sub "${Stag}"`, `"Stag" is neither a parameter nor a resource of the template; did you mean "Stage"?`},
		{`!Sub "${Zones}"`, "Fn::Sub: ${Zones} has to be text, but it is a list"},
		{`!Sub [a]`, "Fn::Sub takes a list of a text and a mapping of its variables"},
		{`!Sub [a, b]`, "Fn::Sub takes a mapping of variables here, but got a single value"},
		{`!Join [a]`, "Fn::Join takes a list of a delimiter and a list"},
		{`!Join ["", a]`, "Fn::Join takes a list here, but got a single value"},
		{`!Join ["", [[a]]]`, "Fn::Join takes a list of texts, but one is a list"},
		{`!Select [3, !Ref Zones]`, `Fn::Select: "3" is not an index of a list of 3`},
		{`!Select [-1, [a]]`, `Fn::Select: "-1" is not an index of a list of 1`},
		{`!Split ["", a]`, "Fn::Split takes a delimiter here, but it is empty"},
		{`!Base64 [a]`, "Fn::Base64 takes text here, but got a list"},
		{`!FindInMap [Size, dev, memory]`, `Fn::FindInMap: there is no mapping "Size"; did you mean "Sizes"?`},
		{`!FindInMap [Sizes, test, memory]`, `Fn::FindInMap: there is no key "test"`},
		{`!If [IsPro, a, b]`, `there is no condition "IsPro"; did you mean "IsProd"?`},
		{`!If [IsProd, a]`, "Fn::If takes a list of a condition's name and two values"},
		{`!If [A, a, b]`, `the condition "A" depends on itself`},
		{`!If [Wrong, a, b]`, "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition"},
		{`!Equals [a, b]`, "Fn::Equals stands only in Conditions; name the condition in Fn::If"},
		{`!ImportValue [x]`, "Fn::ImportValue takes text here, but got a list"},
		{`!GetAZs [x]`, "Fn::GetAZs takes text here, but got a list"},
		{`!Transform {Name: AWS::Include}`, "AWS::Include needs the parameter Location"},
		{`!Transform {Name: AWS::Include, Parameters: {Location: [x]}}`, "AWS::Include takes text here, but got a list"},
		{`!Cidr [10.0.0.0/24, 2]`, "Fn::Cidr takes a list of an address block, a count and a number of bits"},
		{`!Cidr [10.0.0, 2, 4]`, `Fn::Cidr: "10.0.0" is not an address block such as 10.0.0.0/16`},
		{`!Cidr [10.0.0.0/24, 257, 4]`, `Fn::Cidr takes a number from 1 to 256 here, but got "257"`},
		{`!Cidr [10.0.0.0/24, 2, 33]`, `Fn::Cidr takes a number from 1 to 32 here, but got "33"`},
		{`!Cidr [10.0.0.0/24, 3, 7]`, "Fn::Cidr: 10.0.0.0/24 has no room for 3 blocks of 7 bits"},
		{`!Cidr [10.0.0.0/24, 1, 9]`, "Fn::Cidr: 10.0.0.0/24 has no room for 1 blocks of 9 bits"},
		{`!Length [a]`, "Fn::Length needs the transform AWS::LanguageExtensions"},
		{`!ToJsonString {a: b}`, "Fn::ToJsonString needs the transform AWS::LanguageExtensions"},
		{`!FindInMap [Sizes, !Join ["", [dev]], memory]`, "Fn::Join in Fn::FindInMap needs the transform AWS::LanguageExtensions"},
		{`!FindInMap [Sizes, dev, memory, {DefaultValue: 1}]`, "Fn::FindInMap takes a list of a mapping's name and two keys"},
		{`!Ref [Stage]`, "Ref takes a name, but got a list"},
		{`{Ref: !Sub Stage}`, "Ref takes a name, but got a mapping"},
		{`!Sub {a: b}`, "Fn::Sub takes text here, but got a mapping"},
		{`!Sub ["${A}", {A: !Ref AWS::NoValue}]`, "Fn::Sub takes text here, but got nothing"},
		{`!GetAtt [Hello, !Ref Zones]`, "Fn::GetAtt takes text here, but got a list"},
		{`!Join [!Ref Stag, []]`, `"Stag" is neither a parameter nor a resource of the template; did you mean "Stage"?`},
		{`!Select [0]`, "Fn::Select takes a list of an index and a list"},
		{`!Select [[0], [a]]`, "Fn::Select takes text here, but got a list"},
		{`!Select [0, a]`, "Fn::Select takes a list here, but got a single value"},
		{`!Split [a]`, "Fn::Split takes a list of a delimiter and a text"},
		{`!Split [[], a]`, "Fn::Split takes text here, but got a list"},
		{`!Split [",", []]`, "Fn::Split takes text here, but got a list"},
		{`!FindInMap [Sizes, dev]`, "Fn::FindInMap takes a list of a mapping's name and two keys"},
		{`!FindInMap [[], dev, memory]`, "Fn::FindInMap takes text here, but got a list"},
		{`!If [[IsProd], a, b]`, "Fn::If takes a condition's name here, but got a list"},
		{`{"Fn::Foo": x}`, "Fn::Foo is not supported"},
	} {
		t.Run(test.value, func(t *testing.T) {
			got, _, err := evaluate(t, test.value)
			var e *syntax.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %q and the error %v, want %s", got, err, test.want)
			}
			if e.Text != test.want {
				t.Errorf("got %s, want %s", e.Text, test.want)
			}
		})
	}
}

// Each resource's name uses the one before ten times.
func TestResolveNameBomb(t *testing.T) {
	var src strings.Builder
	src.WriteString("Resources:\n  F0: {Type: AWS::Serverless::Function, Properties: {FunctionName: 0123456789}}\n")
	for i := 1; i < 20; i++ {
		fmt.Fprintf(&src, "  F%d: {Type: AWS::Serverless::Function, Properties: {FunctionName: !Sub %q}}\n",
			i, strings.Repeat(fmt.Sprintf("${F%d}", i-1), 10))
	}
	sc, _ := scope(t, src.String(), settings)
	pos := syntax.Position{File: "t.yaml"}
	ref := &syntax.Node{Kind: syntax.Mapping, Entries: []syntax.Entry{{Key: "Ref", Value: syntax.Text(pos, "F19")}}}
	_, err := sc.Resolve(ref, nil)
	if err == nil || !strings.Contains(err.Error(), "the value is larger than a template may be") {
		t.Errorf("got %v, want an error on the value's size", err)
	}
}

func TestLogicalID(t *testing.T) {
	for _, test := range []struct {
		value, want string
		outside     bool
	}{
		{`Api`, "Api", false},
		{`!Ref Api`, "Api", false},
		{`!If [IsProd, !Ref Web, !Ref Api]`, "Api", false},
		{`!If [IsProd, !Ref Api, !Ref AWS::NoValue]`, "", false},
		{`!Ref AWS::NoValue`, "", false},
		{`!Ref Stage`, "", true},
		{`!Ref Named`, "Api", false},
		{`!If [IsProd, !Ref Api, !Ref Stage]`, "", true},
		{`!ImportValue x`, "", true},
		{`!Sub 'A${Tail}'`, "Api", false},
	} {
		sc, root := scope(t, strings.Replace(stack, "Parameters:\n", "Parameters:\n  Named: {Type: String, Default: Api}\n  Tail: {Type: String, Default: pi}\n", 1)+
			"Metadata: {Value: "+test.value+"}\n", settings)
		got, outside, err := sc.LogicalID(root.Get("Metadata").Get("Value"))
		if err != nil || got != test.want || outside != test.outside {
			t.Errorf("LogicalID(%s): got %q, outside %t, %v, want %q, outside %t", test.value, got, outside, err, test.want, test.outside)
		}
	}
	for _, value := range []string{`!If [Nowhere, Api, Web]`, `!Sub '${Nobody}'`, `[Api]`, `{a: b}`} {
		sc, root := scope(t, stack+"Metadata: {Value: "+value+"}\n", settings)
		if got, _, err := sc.LogicalID(root.Get("Metadata").Get("Value")); err == nil {
			t.Errorf("LogicalID(%s): got %q, want an error", value, got)
		}
	}
}

func TestPresent(t *testing.T) {
	sc, _ := scope(t, stack, settings)
	for id, want := range map[string]bool{"Gone": false, "Hello": true} {
		if got, err := sc.Present(sc.Resource(id)); err != nil || got != want {
			t.Errorf("Present(%s): got %t, %v, want %t", id, got, err, want)
		}
	}
	prod := settings
	prod.Parameters = map[string]string{"Stage": "prod"}
	sc, _ = scope(t, stack, prod)
	if got, err := sc.Present(sc.Resource("Gone")); err != nil || !got {
		t.Errorf("Present(Gone) in prod: got %t, %v, want true", got, err)
	}
}
