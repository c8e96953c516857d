package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// checked is a stack with one of everything that check tells apart.
func checked() *template.Stack {
	at := func(line int) template.Position { return template.Position{File: "t.yaml", Line: line, Column: 7} }
	tracing := template.Note{
		Level: template.Ignored, Resource: "F", Type: "AWS::Serverless::Function", Property: "Tracing",
		Text: "no <traces>", Pos: at(9),
	}
	timeout := template.Note{Level: template.Emulated, Resource: "F", Type: tracing.Type, Property: "Timeout", Pos: at(8)}
	mapping := template.Note{Level: template.Emulated, Type: "Mappings", Pos: at(2)}
	return &template.Stack{
		File: "t.yaml",
		Functions: []*template.Function{
			{LogicalID: "F", Name: "f-prod", Runtime: "python3.13", Handler: "app.main", Timeout: 7 * time.Second, MemorySize: 256,
				Environment: map[string]string{"A": "1"}},
			{LogicalID: "G", Name: "G"},
		},
		APIs: []*template.API{{LogicalID: "Api", Kind: template.REST, Routes: []*template.Route{
			{Method: "GET", Path: "/a", Function: "F"},
			{Method: "OPTIONS", Path: "/a", Mock: &template.Mock{}},
			{Method: "PUT", Path: "/a", Function: "F", Auth: &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthLambda, Name: "Guard"}, APIKey: true}},
			{Method: "POST", Path: "/a", Function: "F", Auth: &template.Auth{APIKey: true}},
			{Method: "GET", Path: "/b", Unsupported: "wrong"},
			{Method: "PUT", Path: "/b", MissingFunction: "H"},
		}}, {LogicalID: "FUrl", Kind: template.URL, Routes: []*template.Route{
			{Method: "ANY", Path: "$default", Function: "F", Auth: &template.Auth{IAM: true}},
		}}, {LogicalID: "GUrl", Kind: template.URL, Routes: []*template.Route{{Method: "ANY", Path: "$default", Function: "G"}}}},
		Notes:  []template.Note{tracing},
		Report: []template.Note{mapping, timeout, tracing},
	}
}

// The JSON is for other tools: this test is there so that it stays as it is.
func TestSummarize(t *testing.T) {
	tracing := `{"level":"ignored","resource":"F","type":"AWS::Serverless::Function","property":"Tracing","text":"no <traces>","file":"t.yaml","line":9,"column":7}`
	want := `{"functions":[
		{"name":"f-prod","logicalId":"F","runtime":"python3.13","handler":"app.main","timeout":7,"memory":256,"environment":{"A":"1"}},
		{"name":"G","logicalId":"G","runtime":"","handler":"","timeout":0,"memory":0,"environment":{}}],
	"routes":[
		{"api":"Api","kind":"REST API","method":"GET","path":"/a","function":"F","authorizer":""},
		{"api":"Api","kind":"REST API","method":"OPTIONS","path":"/a","function":"","authorizer":""},
		{"api":"Api","kind":"REST API","method":"PUT","path":"/a","function":"F","authorizer":"Guard"},
		{"api":"Api","kind":"REST API","method":"POST","path":"/a","function":"F","authorizer":"API_KEY"},
		{"api":"Api","kind":"REST API","method":"GET","path":"/b","function":"","authorizer":"","refused":"wrong"},
		{"api":"Api","kind":"REST API","method":"PUT","path":"/b","function":"","authorizer":"","refused":"the template has no function H"},
		{"api":"FUrl","kind":"function URL","method":"ANY","path":"$default","function":"F","authorizer":"AWS_IAM"},
		{"api":"GUrl","kind":"function URL","method":"ANY","path":"$default","function":"G","authorizer":""}],
	"notes":[` + tracing + `],
	"report":[
		{"level":"emulated","resource":"","type":"Mappings","property":"","text":"","file":"t.yaml","line":2,"column":7},
		{"level":"emulated","resource":"F","type":"AWS::Serverless::Function","property":"Timeout","text":"","file":"t.yaml","line":8,"column":7},
		` + tracing + `]}`
	for _, test := range []struct {
		stack *template.Stack
		want  string
	}{
		{checked(), want},
		{&template.Stack{}, `{"functions":[],"routes":[],"notes":[],"report":[]}`},
	} {
		var got, compact bytes.Buffer
		if err := writeCheck(&got, test.stack, "json"); err != nil {
			t.Fatal(err)
		}
		if err := json.Compact(&compact, []byte(test.want)); err != nil {
			t.Fatal(err)
		}
		want := compact.String()
		compact.Reset()
		if err := json.Compact(&compact, got.Bytes()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, compact.String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestWriteReport(t *testing.T) {
	for _, test := range []struct {
		stack      *template.Stack
		unfaithful int
		want       string
	}{
		{checked(), 1, `
Mappings
  emulated  t.yaml:2:7
F AWS::Serverless::Function
  emulated  t.yaml:8:7  Timeout
  ignored   t.yaml:9:7  Tracing  no <traces>
t.yaml: 1 ignored, 2 emulated
`},
		{&template.Stack{File: "t.yaml"}, 0, "\nt.yaml: nothing to report\n"},
	} {
		var got bytes.Buffer
		if err := writeCheck(&got, test.stack, "text"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want[1:], got.String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if n := unfaithful(test.stack); n != test.unfaithful {
			t.Errorf("got %d things that are not as on AWS, want %d", n, test.unfaithful)
		}
	}
}
