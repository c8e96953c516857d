package resolve

import (
	"regexp"
	"strconv"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// functionARN is the ARN of a function, and with NAME:QUALIFIER in the place
// of the name that of its alias or version:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html.
const functionARN = "arn:aws:lambda:${Region}:${Account}:function:${Name}"

// FirstVersion is the number of the version that SAM publishes of a function, and
// of the first that the template has.
const FirstVersion = "1"

// Function tells whether the resource is a Lambda function, SAM's or
// CloudFormation's own.
func (r *Resource) Function() bool {
	return r.Type == TypeFunction || r.Type == TypeCloudFormationFunction
}

// FunctionARN gives the ARN of the function with a physical name.
func (s *Scope) FunctionARN(name string) string { return s.expand(functionARN, name) }

// FunctionName gives the physical name of a function: the property
// FunctionName, else its logical ID, with those of the nested stacks that it
// stands in before it, "Child-Hello".
func (s *Scope) FunctionName(r *Resource) (string, error) {
	return evaluation{Scope: s, approximated: silent}.nameOf(r.Pos, r)
}

// FunctionType gives the resource type of the function with a LogicalID, of
// any stack of the tree; empty for none.
func (s *Scope) FunctionType(logicalID string) string {
	for _, scope := range s.tree.scopes {
		for _, r := range scope.functionNames() {
			if r.LogicalID == logicalID {
				return r.Type
			}
		}
	}
	return ""
}

// FunctionOf gives the logical ID of the function that s means, anywhere in
// the tree of nested stacks: by its name, by its ARN, partial or whole, or by the
// URI of an API's integration or authorizer that holds such an ARN. Each may have
// a qualifier, a version or an alias, whether the function has it or not. A name
// that two stacks have means this stack's own; the ID is empty for no function.
func (s *Scope) FunctionOf(arnOrURI string) (logicalID, qualifier string) {
	name, qualifier := functionName(arnOrURI)
	for _, scope := range append([]*Scope{s}, s.tree.scopes...) {
		if r := scope.functionNames()[name]; r != nil {
			return r.LogicalID, qualifier
		}
	}
	return "", ""
}

// functionNames gives the functions of this one stack by their physical names.
func (s *Scope) functionNames() map[string]*Resource {
	if s.functions != nil {
		return s.functions
	}
	names := map[string]*Resource{}
	for _, r := range s.order {
		// What is wrong with a condition or a name its reader reports: the function is
		// there, and cannot run.
		if present, err := s.Present(r); !r.Function() || !present && err == nil {
			continue
		}
		if name, err := s.FunctionName(r); err == nil && names[name] == nil {
			names[name] = r
		}
	}
	s.functions = names
	return names
}

// functionName takes the name, and the qualifier if there is one, out of a
// function's ARN, of an integration's URI
// (arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations)
// or of the other forms that the Invoke API takes:
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters.
func functionName(s string) (name, qualifier string) {
	if _, after, ok := strings.Cut(s, "/functions/"); ok {
		s, _, _ = strings.Cut(after, "/")
	}
	if _, after, ok := strings.Cut(s, ":function:"); ok {
		s = after
	}
	name, qualifier, _ = strings.Cut(s, ":")
	return name, qualifier
}

var stageVariable = regexp.MustCompile(`\$\{stageVariables\.(\w+)\}`)

// ExpandStageVariables fills a stage's variables into the URI of an
// integration: ${stageVariables.name}; empty for one that the stage lacks. See
// https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html.
func ExpandStageVariables(uri string, variables map[string]string) string {
	return stageVariable.ReplaceAllStringFunc(uri, func(call string) string {
		return variables[stageVariable.FindStringSubmatch(call)[1]]
	})
}

// StageVariables reports whether there are stage variables in the URI of an integration.
func StageVariables(uri string) bool { return stageVariable.MatchString(uri) }

// qualified gives the name of what a version, an alias or a URL stands for:
// "hello:live".
func (e evaluation) qualified(pos syntax.Position, r *Resource, property string) (string, error) {
	function, err := e.property(pos, r, property, r.path)
	name, _ := functionName(function)
	if err != nil || r.Type == TypeURL {
		return name, err
	}
	if r.Type == TypeVersion {
		return name + ":" + e.number(r, name), nil
	}
	alias, err := e.property(pos, r, "Name", r.path)
	return name + ":" + alias, err
}

// number gives the number of a version of the function with a name: versions
// count from 1, here in the template's order.
func (e evaluation) number(version *Resource, name string) string {
	number := 1
	for _, r := range e.order {
		if r == version {
			break
		}
		if r.Type != TypeVersion {
			continue
		}
		// What is wrong with that version, its own reader reports.
		present, _ := e.Present(r)
		function, _ := e.property(r.Pos, r, "FunctionName", r.path)
		if other, _ := functionName(function); present && other == name {
			number++
		}
	}
	return strconv.Itoa(number)
}

// published gives the ARN of the alias or version that SAM makes of a function
// with AutoPublishAlias; nil where it has none.
func (e evaluation) published(pos syntax.Position, r *Resource, attribute string) (*syntax.Node, error) {
	alias, err := e.property(pos, r, "AutoPublishAlias", "")
	if alias == "" || err != nil {
		return nil, err
	}
	if attribute == "Version" {
		alias = FirstVersion
	}
	return e.shaped(pos, r, functionARN+":"+alias)
}
