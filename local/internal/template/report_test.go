package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every resource and property is there once, the emulated ones too, from the
// template's top to its end.
func TestReport(t *testing.T) {
	s := mustParse(t, `Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Timeout: 5, Tracing: Active}}
Conditions: {No: !Equals [a, b]}
Rules: {R: {Assertions: [{Assert: !Contains [!RefAll 'AWS::EC2::VPC::Id', x]}]}}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      Environment: {Variables: {QUEUE: !Ref Queue}}
      Events:
        E: {Type: HttpApi, Properties: {Path: /, Method: get}}
      Weather: 3
  Left: {Type: AWS::SQS::Queue, Condition: No}
  Queue: {Type: AWS::S3::Thing}
  Chat: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}
`)
	var got []string
	for _, n := range s.Report {
		got = append(got, strings.TrimSuffix(fmt.Sprintf("%d %s %s.%s: %s", n.Pos.Line, n.Level, n.Resource, n.Property, n.Text), ": "))
	}
	want := []string{
		"2 emulated Hello.Timeout",
		"2 ignored Hello.Tracing: traces are not sent to X-Ray",
		"4 listed .: the rule R is not checked: it depends on what is not known here",
		"6 emulated Hello.",
		"9 emulated Hello.Runtime",
		"10 emulated Hello.Handler",
		"11 emulated Hello.Environment",
		"11 emulated Hello.Environment.Variables",
		"11 approximated Hello.Environment.Variables.QUEUE: the AWS::S3::Thing Queue does not exist here; its logical ID stands for it",
		"12 emulated Hello.Events",
		"13 emulated Hello.Events.E.Properties.Path",
		"13 emulated Hello.Events.E.Properties.Method",
		`14 ignored Hello.Weather: is not a property of AWS::Serverless::Function`,
		"15 emulated Left.: is not created: its condition is false",
		"16 listed Queue.: does not exist here",
		"17 refused Chat.: WebSocket APIs are not served",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// Notes are the report without what is emulated.
func TestReportAndNotes(t *testing.T) {
	for _, path := range templates(t) {
		s, err := Load(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []Note
		resources := map[string]bool{}
		for _, n := range s.Report {
			if n.Level != Emulated && n.Level != Listed {
				got = append(got, n)
			}
			resources[n.Resource] = true
		}
		if diff := cmp.Diff(s.Notes, got); diff != "" {
			t.Errorf("%s: notes (-notes +report):\n%s", path, diff)
		}
		for _, f := range s.Functions {
			if !resources[f.LogicalID] {
				t.Errorf("%s: the report has no row for %s", path, f.LogicalID)
			}
		}
	}
}
