package read

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/read/function"
	"maru/local/internal/template/internal/stack"
)

// What leads to a version or an alias that is not there fails in its own way.
func TestCheckQualifiers(t *testing.T) {
	f := &stack.Function{LogicalID: "F", Qualifiers: map[string]string{"1": "1", "live": "1"}}
	route := func(path, function string) *stack.Route {
		return &stack.Route{Method: "GET", Path: path, Function: function, Pos: stack.Position{File: "t.yaml", Line: len(path), Column: 1}}
	}
	guarded := route("/guarded", "F:1")
	guarded.Auth = &stack.Auth{Authorizer: &stack.Authorizer{Name: "L", Lambda: &stack.LambdaAuthorizer{Function: "F:gone"}}}
	r := readerOf(t, "Resources: {F: {Type: AWS::Lambda::Function}}\n")
	r.stack = &stack.Stack{Functions: []*stack.Function{f}, APIs: []*stack.API{
		{Routes: []*stack.Route{route("/", "F:live"), route("/a", "F:no"), route("/ab", "F"), route("/abc", "F:$LATEST"), guarded, guarded}},
		{LogicalID: "U", Kind: stack.URL, Routes: []*stack.Route{route("$default", "F:never")}},
	}}
	r.invokeConfigs = []function.InvokeConfig{
		{LogicalID: "R", Target: "F:dead", Pos: stack.Position{File: "t.yaml", Line: 9, Column: 18}},
		{LogicalID: "S", Target: "F:live"}, {LogicalID: "T", Target: "F"}, {LogicalID: "U"},
	}
	r.checkQualifiers()
	const has = "refused : has no version or alias "
	want := []string{
		"2:1 " + has + "no, so API Gateway answers every request of GET /a with 500",
		"0:0 " + has + "gone, so routes that need the authorizer L answer every request with 500",
		"8:1 " + has + "never, so AWS does not deploy the function URL U, and here nothing can be asked of it",
		"9:18 " + has + "dead, so AWS does not deploy the EventInvokeConfig R, and here it holds for no invocation",
	}
	if diff := cmp.Diff(want, propertytest.Said(r.report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	var misconfigured []string
	for _, a := range r.stack.APIs {
		for _, route := range a.Routes {
			if route.Misconfigured {
				misconfigured = append(misconfigured, route.Path)
			}
		}
	}
	if diff := cmp.Diff([]string{"/a"}, misconfigured); diff != "" {
		t.Errorf("misconfigured (-want +got):\n%s", diff)
	}
}
