package template

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// FuzzParse holds that any bytes give a Stack or an error, never both and
// never neither, and that a Stack's routes lead to a function that it has or to
// an answer of their own.
func FuzzParse(f *testing.F) {
	for _, path := range templates(f) {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(withAuth("{DefaultAuthorizer: AWS_IAM}", "{EnableIamAuthorizer: true}", "{Type: HttpApi}")))
	f.Add([]byte("Globals: &a {Function: *a}\nResources: *a\n"))
	f.Add([]byte(plain + pathPart + method("ResourceId: !Ref P, "+toFunction) + httpIntegration + httpRoute("RouteKey: GET /x, Target: !Ref I")))
	f.Add([]byte(defined("HttpApi", "", "{paths: {/x: {$ref: '#/a'}}, a: {get: {"+behind+", security: [A: []]}}}")))
	f.Add([]byte(checking("{type: object, items: {$ref: '#'}}")))
	f.Add([]byte(validated("RequestModel: {Model: User, ValidateBody: true}, RequestParameters: [method.request.path.id]")))
	f.Add([]byte(defined("Api", "", "{x-amazon-apigateway-request-validators: {a: {validateRequestBody: true}}, x-amazon-apigateway-request-validator: a, "+
		"definitions: {D: {}}, paths: {/x: {put: {"+behind+", parameters: [{in: body, name: b, schema: {$ref: '#/definitions/D'}}]}}}}")))
	f.Add([]byte("Parameters: {P: {Type: String}, P: {Type: CommaDelimitedList}}\nConditions: {C: !Equals [!Select [3, !Ref P], yes]}\n" +
		"Rules: {R: {RuleCondition: !Condition C, Assertions: [{Assert: !EachMemberIn [!Ref P, !RefAll T]}]}}\n" + function +
		"      MemorySize: 0400\n      Layers: [!Join ['', !GetAtt V.Lists]]\n    Description: x\n  V: {Type: AWS::EC2::VPC, Condition: C}\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		// Every file that a template names is the same one, so that definitions
		// are mutated too.
		read := func(string) ([]byte, error) { return src, nil }
		s, err := Parse("template.yaml", src, Options{ReadFile: read})
		if (s == nil) == (err == nil) {
			t.Fatalf("got the stack %v and the error %v, want one of them", s, err)
		}
		if err == nil {
			checkRoutes(t, s)
		}
	})
}

// Every template in testdata, with each line in turn left out or given a value
// of another kind, is read or refused like any other.
func TestMutations(t *testing.T) {
	value := regexp.MustCompile(`: [^,]*?(,?)$`)
	mutants := []func(string) string{
		func(string) string { return "" },
		func(line string) string { return value.ReplaceAllString(line, `: x$1`) },
		func(line string) string { return value.ReplaceAllString(line, `: ["x"]$1`) },
		func(line string) string { return value.ReplaceAllString(line, `: {"x": null}$1`) },
	}
	for _, path := range templates(t) {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(src), "\n")
		for i, line := range lines {
			mutant := mutants[i%len(mutants)](line)
			mutated := slices.Concat(lines[:i], []string{mutant}, lines[i+1:])
			s, err := Parse(path, []byte(strings.Join(mutated, "\n")), Options{ReadFile: os.ReadFile})
			if (s == nil) == (err == nil) {
				t.Fatalf("%s:%d %q: got the stack %v and the error %v, want one of them", path, i+1, mutant, s, err)
			}
			if err == nil {
				checkRoutes(t, s)
			}
		}
	}
}

func checkRoutes(t *testing.T, s *Stack) {
	functions := map[string]bool{}
	for _, function := range s.Functions {
		functions[function.LogicalID] = true
	}
	for _, a := range s.APIs {
		schemas, broken := a.CompileModels()
		for _, r := range a.Routes {
			if r.Validator != nil {
				for _, name := range r.Validator.Models {
					if (schemas[name] == nil) == (broken[name] == nil) {
						t.Errorf("the model %q came to %v and %v, want one of them", name, schemas[name], broken[name])
					}
				}
			}
			function, _, _ := strings.Cut(r.Function, ":")
			if answers := count(functions[function], r.Mock != nil, r.MissingFunction != "", r.Unsupported != ""); answers == 0 || answers > 1 && r.Unsupported == "" {
				t.Errorf("the route %s %s leads to the function %q and the mock %v, lacks %q and refuses because %q, want one of these",
					r.Method, r.Path, r.Function, r.Mock, r.MissingFunction, r.Unsupported)
			}
			if r.Auth == nil || r.Auth.Authorizer == nil || r.Auth.Authorizer.Lambda == nil {
				continue
			}
			if a := r.Auth.Authorizer; !functions[strings.Split(a.Lambda.Function, ":")[0]] {
				t.Errorf("the authorizer %s has the function %q, which the stack does not have", a.Name, a.Lambda.Function)
			}
		}
	}
}

// count is how many of several things are so.
func count(things ...bool) (n int) {
	for _, so := range things {
		if so {
			n++
		}
	}
	return n
}

// FuzzParseParameters holds that no argument makes it panic and that names are
// never empty.
func FuzzParseParameters(f *testing.F) {
	f.Add(`A=1 B="x y"`)
	f.Add(`ParameterKey=A,ParameterValue='b c'`)
	f.Add(`A={"a": "b\"c"} B=C:\x\ y "C=it's"`)
	f.Fuzz(func(t *testing.T, arg string) {
		values, err := ParseParameters([]string{arg})
		if _, ok := values[""]; ok && err == nil {
			t.Errorf("got a value without a name from %q", arg)
		}
	})
}
