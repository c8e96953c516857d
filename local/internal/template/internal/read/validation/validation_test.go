package validation

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/stack"
)

// What a validator does not check of what a method declares has no effect.
func TestRules(t *testing.T) {
	declared := stack.Validator{Headers: []string{"A"}, Query: []string{"q"}, Models: map[string]string{"a/b": "M"}}
	for _, test := range []struct {
		rules Rules
		want  *stack.Validator
	}{
		{Rules{}, nil},
		{Rules{body: true}, &stack.Validator{Models: map[string]string{"a/b": "M"}}},
		{Rules{parameters: true}, &stack.Validator{Headers: []string{"A"}, Query: []string{"q"}}},
		{Rules{body: true, parameters: true}, &declared},
	} {
		if diff := cmp.Diff(test.want, test.rules.on(declared)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.rules, diff)
		}
	}
	if got := (Rules{body: true, parameters: true}).on(stack.Validator{}); got != nil {
		t.Errorf("got %v of a method that declares nothing, want nil", got)
	}
}

// Names of required parameters, each place sorted and each name once.
func TestRequire(t *testing.T) {
	var v stack.Validator
	for place, want := range map[string]bool{"header": true, "path": true, "query": true, "querystring": true, "cookie": false, "body": false} {
		if got := require(&v, place, "b") && require(&v, place, "a"); got != want {
			t.Errorf("%s: got %t, want %t", place, got, want)
		}
	}
	if require(&v, "header", "") {
		t.Error("got a header without a name, want none")
	}
	ab := []string{"a", "b"}
	if diff := cmp.Diff(stack.Validator{Headers: ab, Path: ab, Query: ab}, v); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
}

// An event checks what its RequestModel says, or else what the definition's validator
// does.
func TestEvent(t *testing.T) {
	const parameters = "RequestParameters: [method.request.path.id, method.request.header.X: {Required: true}, method.request.querystring.q: {Required: false}]"
	headers := []string{"X"}
	for _, test := range []struct {
		name, lines string
		inherited   Rules
		want        *stack.Validator
		said        []string
	}{
		{"parameters alone", "      " + parameters, Rules{}, nil, nil},
		{"parameters that the definition checks", "      " + parameters, Rules{parameters: true}, &stack.Validator{Headers: headers}, nil},
		{"a model", "      RequestModel: {Model: User, ValidateBody: true}", Rules{}, &stack.Validator{Models: map[string]string{"application/json": "user"}}, nil},
		{"a model that is not checked", "      RequestModel: {Model: User}", Rules{}, nil, nil},
		{"a model and parameters", "      " + parameters + "\n      RequestModel: {Model: User, ValidateParameters: true}", Rules{body: true},
			&stack.Validator{Headers: headers}, nil},
		{"no model of this name", "      RequestModel: {Model: Usr, ValidateBody: true}", Rules{}, &stack.Validator{Models: map[string]string{"application/json": "usr"}},
			[]string{`t.yaml:8:29: Api has no model "Usr"; did you mean "user"?`}},
		{"a misspelt key", "      RequestModel: {Model: User, ValidatBody: true}", Rules{}, nil,
			[]string{`t.yaml:8:35: ValidatBody is not a property of RequestModel; did you mean "ValidateBody"?`}},
		{"a place that no parameter has", "      RequestParameters: [method.request.cookie.c, integration.request.path.id]", Rules{}, nil, []string{
			`t.yaml:8:27: a parameter has to be method.request.header, .path or .querystring with a name, but here is "method.request.cookie.c"`,
			`t.yaml:8:52: a parameter has to be method.request.header, .path or .querystring with a name, but here is "integration.request.path.id"`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::Serverless::Function", test.lines+"\n")
			a := New(&stack.API{LogicalID: "Api", Models: map[string]*stack.Model{"user": {}}})
			a.rules = test.inherited
			if diff := cmp.Diff(test.want, a.Event(o)); diff != "" {
				t.Errorf("validator (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// A method names a validator of the template; of another, everything is checked.
func TestMethod(t *testing.T) {
	const declared = "      RequestParameters: {method.request.path.id: true, method.request.header.X: false}\n      RequestModels: {application/json: Empty, a/b: M}\n"
	all := &stack.Validator{Path: []string{"id"}, Models: map[string]string{"application/json": "Empty", "a/b": "M"}}
	for _, test := range []struct {
		name, lines string
		want        *stack.Validator
		said        []string
	}{
		{"no validator", declared, nil, nil},
		{"of the template", declared + "      RequestValidatorId: !Ref A\n", &stack.Validator{Path: []string{"id"}}, nil},
		{"of another", declared + "      RequestValidatorId: abc\n", all, []string{
			"10:27 approximated RequestValidatorId: leads to no request validator of this template; bodies and parameters are both checked",
			"9:22 refused RequestModels.a/b: leads to no model of this template: " + unchecked,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::ApiGateway::Method", test.lines)
			api := new(stack.API)
			got := New(api).Method(o, map[string]Rules{"A": {parameters: true}})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("validator (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
			if checked := got != nil && got.Models != nil; (api.Models["Empty"] != nil) != checked {
				t.Errorf("got API Gateway's own model %v, want it where bodies are checked: %t", api.Models["Empty"], checked)
			}
		})
	}
}

// The schema of a model is a value of the template or JSON in a text; what it comes to
// is that of the first model of a name.
func TestModel(t *testing.T) {
	object := map[string]any{"type": "object"}
	for _, test := range []struct {
		name, lines string
		want        map[string]any
		said        []string
	}{
		{"a value", "      Name: M\n      Schema: {type: object, title: ~, description: !Ref AWS::NoValue}\n", map[string]any{"M": object}, nil},
		{"a text", "      Name: M\n      Schema: '{\"type\": \"object\"}'\n", map[string]any{"M": object}, nil},
		{"without a name", "      Schema: {type: !Ref P}\n", map[string]any{"R": map[string]any{"type": "given"}}, nil},
		{"without a schema", "      Name: M\n", map[string]any{}, nil},
		{"a text that is no JSON", "      Schema: '{'\n", map[string]any{"R": nil}, []string{"t.yaml:8:15: Schema has to be JSON: unexpected EOF"}},
		{"a property of none", "      Schema: {}\n      Shcema: {}\n", map[string]any{"R": map[string]any{}},
			[]string{`t.yaml:9:7: Shcema is not a property of AWS::ApiGateway::Model; did you mean "Schema"?`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::ApiGateway::Model", test.lines)
			api := new(stack.API)
			New(api).Model(o)
			got := map[string]any{}
			for name, m := range api.Models {
				got[name] = m.Schema
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("models (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
	o, report := propertytest.Read(t, "AWS::ApiGateway::Model", "      Schema: !Ref Nobody\n")
	(*API)(nil).Model(o) // of an API that the template does not have
	want := []string{`t.yaml:8:15: "Nobody" is neither a parameter nor a resource of the template`}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("without an API (-want +got):\n%s", diff)
	}
}

// A model that cannot be compiled is noted where it stands, if a route needs it.
func TestNoteBroken(t *testing.T) {
	o, report := propertytest.Read(t, "AWS::Serverless::Api", "      Models: {Bad: {type: object, required: x}, Unused: {type: object, required: x}}\n")
	api := &stack.API{ID: "abc"}
	a := New(api)
	a.Models(o)
	api.Routes = []*stack.Route{{Validator: &stack.Validator{Models: map[string]string{"application/json": "bad"}}}}
	a.NoteBroken(report)
	got := propertytest.Said(report)
	const want = "8:21 refused Models.Bad: the model bad cannot be compiled: at '/required': got string, want array; " + unchecked
	if len(got) != 1 || got[0] != want {
		t.Errorf("got the notes %q, want %q", got, want)
	}
}

// An operation inherits the validator of its document and the parameters of its path.
func TestOperation(t *testing.T) {
	const document = `      Body:
        x-amazon-apigateway-request-validators:
          all: {validateRequestBody: true, validateRequestParameters: true}
          body: {validateRequestBody: true}
        x-amazon-apigateway-request-validator: all
        definitions: {Pet: {type: object}}
        consumes: [text/json]
        path:
          parameters: [{in: header, name: X, required: true}, {in: query, name: q, required: true}]
          get: {parameters: [{in: query, name: q, required: false}]}
          put: {parameters: [{in: body, name: b, schema: {$ref: '#/definitions/Pet'}}], x-amazon-apigateway-request-validator: body}
          post: {requestBody: {content: {a/b: {schema: {type: object}}}}}
          head: {x-amazon-apigateway-request-validator: al}
`
	for _, test := range []struct {
		method string
		kind   stack.Kind
		want   *stack.Validator
		said   int
	}{
		{"get", stack.REST, &stack.Validator{Headers: []string{"X"}, Models: map[string]string{}}, 0},
		{"put", stack.REST, &stack.Validator{Models: map[string]string{"text/json": "Pet"}}, 0},
		{"post", stack.REST, &stack.Validator{Headers: []string{"X"}, Query: []string{"q"}, Models: map[string]string{"a/b": "POST / a/b"}}, 0},
		{"head", stack.REST, nil, 1},
		{"get", stack.HTTP, nil, 0},
	} {
		o, report := propertytest.Read(t, "AWS::ApiGateway::RestApi", document)
		d := openapi.Open(o, "Body", "Location")
		a := New(&stack.API{Kind: test.kind})
		a.Definition(d)
		item := d.Root.Object("path")
		got := a.Operation(d, item, item.Object(test.method), "POST /")
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s of an %s (-want +got):\n%s", test.method, test.kind, diff)
		}
		if got := len(report.Errors()); got != test.said {
			t.Errorf("%s: got the errors %v, want %d", test.method, report.Errors(), test.said)
		}
	}
}
