package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
)

// A slash at the end of a path means nothing to a REST API, and SAM makes one preflight
// for both spellings of a path, with the methods of the first.
func TestSlashAtTheEnd(t *testing.T) {
	o, report := propertytest.Read(t, "AWS::Serverless::Api", "      StageName: v1\n      Cors: \"'*'\"\n"+
		"    A: {Path: /x/, Method: get, RestApiId: R}\n    B: {Path: /x, Method: put, RestApiId: R}\n"+
		"    C: {Path: /x, Method: get, RestApiId: R}\n    D: {Path: /, Method: get, RestApiId: R}\n")
	r := NewReader(o.Scope(), report, nil)
	a := r.SAM(o)
	for _, key := range []string{"A", "B", "C", "D"} {
		event := o.Inside(key, o.Resource().Node.Get(key))
		r.RESTEvent(event, key, event.Pos())
	}
	r.Preflights(o.Resource())
	r.End()
	want := []string{"GET /x A", "PUT /x B", "GET / D", "OPTIONS /x", "OPTIONS /"}
	if diff := cmp.Diff(want, keys(a)); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
	if got := a.Routes[3].Mock.Headers["Access-Control-Allow-Methods"]; got != "GET,OPTIONS" {
		t.Errorf("got a preflight for %s, want GET,OPTIONS", got)
	}
	said := []string{"12:8 ignored : a slash at the end makes no route of its own: R has GET /x already, defined at t.yaml:10:8"}
	if diff := cmp.Diff(said, propertytest.Said(report)); diff != "" {
		t.Errorf("errors and notes (-want +got):\n%s", diff)
	}
}

// An HTTP API has routes that differ by such a slash.
func TestSlashAtTheEndOfAnHTTPAPI(t *testing.T) {
	o, report := propertytest.Read(t, "AWS::Serverless::Function", "      A: {Path: /x/, Method: get}\n      B: {Path: /x, Method: get}\n")
	r := NewReader(o.Scope(), report, nil)
	r.HTTPEvent(o.Object("A"), "F", o.PosOf("A"))
	r.HTTPEvent(o.Object("B"), "F", o.PosOf("B"))
	if diff := cmp.Diff([]string{"GET /x/ F", "GET /x F"}, keys(r.End()[0])); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
}

// Binary types are written with a slash or with ~1, and each is there once.
func TestBinaryTypes(t *testing.T) {
	o, report := propertytest.Read(t, "AWS::ApiGateway::RestApi", "      BinaryMediaTypes: [image~1png, image/gif]\n"+
		"      Body: {x-amazon-apigateway-binary-media-types: [image/png, '*/*']}\n")
	r := NewReader(o.Scope(), report, nil)
	a := r.CloudFormationREST(o)
	r.Definition(o.Resource())
	if diff := cmp.Diff([]string{"image/png", "image/gif", "*/*"}, a.BinaryMediaTypes); diff != "" {
		t.Errorf("binary types (-want +got):\n%s", diff)
	}
}
