package host

import (
	"bytes"
	"testing"

	"maru/local/internal/template"
)

// What a path without a stage means is said where there are several.
func TestAnnounceStages(t *testing.T) {
	api := &template.API{Stage: "dev"}
	if got, want := stages(api), "stage dev"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	api.Stages = []*template.API{{Stage: "beta"}, {Stage: "prod"}}
	if got, want := stages(api), "stages dev, beta, prod (a path without a stage means dev)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFunctionIn(t *testing.T) {
	const uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:"
	for missing, want := range map[string]string{
		"": "", "other": "other", uri + "fn:live/invocations": "fn:live", uri + "/invocations": "a function without a name",
	} {
		if got := functionIn(missing); got != want {
			t.Errorf("%q: got %q, want %q", missing, got, want)
		}
	}
}

// A route that is another one in another stage says so.
func TestAnnounceRoutesInStages(t *testing.T) {
	route := func(function, why string) []*template.Route {
		return []*template.Route{{Method: "GET", Path: "/a", Function: function, Unsupported: why}, {Method: "GET", Path: "/b", Function: "B"}}
	}
	api := &template.API{Stage: "dev", Routes: route("A", ""), Stages: []*template.API{
		{Stage: "same", Routes: route("A", "")}, {Stage: "beta", Routes: route("B", "")}, {Stage: "prod", Routes: route("A", "wrong")},
	}}
	d := new(deployment)
	if got, want := d.inStages(api, 0), "\tin beta: B, in prod: - (not served: 501)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := d.inStages(api, 1); got != "" {
		t.Errorf("got %q of a route that is the same in all stages", got)
	}
}

// Of what is not as on AWS, a host leaves out what its flags have settled.
func TestAnnounceNotes(t *testing.T) {
	notes := []template.Note{
		{Level: template.Refused, Auth: true, Resource: "Api", Property: "Auth", Text: "is not emulated", Pos: template.Position{File: "t.yaml", Line: 1, Column: 1}},
		{Level: template.Refused, Resource: "F", Property: "ImageUri", Text: "is not run", Pos: template.Position{File: "t.yaml", Line: 2, Column: 1}},
	}
	const auth, image = "  t.yaml:1:1: Auth of Api: is not emulated\n", "  t.yaml:2:1: ImageUri of F: is not run\n"
	for _, tt := range []struct {
		name   string
		config Config
		want   string
	}{
		{"all", Config{}, auth + image},
		{"authorizers disabled", Config{DisableAuthorizer: true}, image},
	} {
		var out bytes.Buffer
		h := &Host{config: tt.config, out: newLineWriter(&out)}
		h.announceNotes(&deployment{stack: &template.Stack{Notes: notes}})
		h.out.Flush()
		if got, want := out.String(), "\nNot as on AWS\n"+tt.want; got != want {
			t.Errorf("%s: got %q, want %q", tt.name, got, want)
		}
	}
}
