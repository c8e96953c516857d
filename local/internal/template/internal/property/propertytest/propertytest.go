// Package propertytest gives tests of what reads properties some to read, and what
// their reader had to say, and checks the texts of schemas.
package propertytest

import (
	"fmt"
	"strings"
	"testing"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// around stands before the properties of a test: a function F, a REST API A and
// parameters, one of them without a value, for references to lead to. The properties of
// the resource R begin in line 8.
const around = `Parameters: {P: {Type: String, Default: given}, Unset: {Type: String}}
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: hello}}
  A: {Type: AWS::ApiGateway::RestApi}
  R:
    Type: %s
    Properties:
`

// Read gives the Object over the properties of a resource R of a type, lines of YAML
// with six spaces before them, and the Report of what is said of them. The template is
// called t.yaml, and has a function F, called hello, a REST API A and the parameters P,
// whose value is "given", and Unset.
func Read(t testing.TB, resourceType, lines string) (*property.Object, *property.Report) {
	t.Helper()
	root, err := syntax.Parse("t.yaml", []byte(fmt.Sprintf(around, resourceType)+lines))
	if err != nil {
		t.Fatal(err)
	}
	scope, err := resolve.New(root, resolve.Settings{Region: "us-east-1", AccountID: "123456789012"})
	if err != nil {
		t.Fatal(err)
	}
	report := new(property.Report)
	res := scope.Resource("R")
	return property.New(scope, report, res, res.Node.Get("Properties")), report
}

// Said gives the errors of a report and then its notes, a line each: "t.yaml:8:7: …",
// "8:7 ignored Path.Of.Property: …". What is emulated has no line. It ends the report.
func Said(r *property.Report) []string {
	r.End()
	var lines []string
	for _, err := range r.Errors() {
		lines = append(lines, err.Error())
	}
	for _, n := range r.Notes() {
		if n.Level != stack.Emulated {
			lines = append(lines, fmt.Sprintf("%d:%d %s %s: %s", n.Pos.Line, n.Pos.Column, n.Level, n.Property, n.Text))
		}
	}
	return lines
}

// Texts checks of each schema that its texts fit into one line of a report, and that
// what is not emulated has one.
func Texts(t *testing.T, schemas ...property.Schema) {
	t.Helper()
	for _, s := range schemas {
		for _, name := range s.Names() {
			e := s.Properties[name]
			if e.Text == "" && e.Level != stack.Emulated || strings.HasSuffix(e.Text, ".") || strings.Contains(e.Text, "\n") {
				t.Errorf("%s.%s: got the text %q, want one line without a full stop", s.Of, name, e.Text)
			}
		}
	}
}
