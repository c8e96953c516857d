package resolve

import (
	"regexp"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// functionARN is the ARN of a function, and with NAME:QUALIFIER in the place
// of the name that of its alias or version:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html.
const functionARN = "arn:aws:lambda:${Region}:${Account}:function:${Name}"

// onlyVersion is the number of every version here: the code is the newest.
const onlyVersion = "1"

// Function tells whether the resource is a Lambda function, SAM's or
// CloudFormation's own.
func (r *Resource) Function() bool { return r.Type == typeFunction || r.Type == typeRawFunction }

// FunctionARN gives the ARN of the function with a physical name.
func (s *Scope) FunctionARN(name string) string { return s.expand(functionARN, name) }

// FunctionName gives the physical name of a function: the property
// FunctionName, else its logical ID, with those of the nested stacks that it
// stands in before it, "Child-Hello".
func (s *Scope) FunctionName(r *Resource) (string, error) {
	return evaluation{Scope: s, approximated: silent}.nameOf(r.Pos, r)
}

// FunctionOf gives the logical ID of the function that s means, anywhere in
// the tree of nested stacks: by its name, by its ARN, partial or whole, with a
// version or an alias or without, or by the URI of an API's integration or
// authorizer that holds such an ARN. A name that two stacks have means this
// stack's own.
func (s *Scope) FunctionOf(arnOrURI string) (logicalID string, ok bool) {
	name := functionName(arnOrURI)
	for _, scope := range append([]*Scope{s}, s.tree.scopes...) {
		if r := scope.functionNames()[name]; r != nil {
			return r.LogicalID, true
		}
	}
	return "", false
}

// functionNames gives the functions of this one stack by their physical names.
func (s *Scope) functionNames() map[string]*Resource {
	if s.functions != nil {
		return s.functions
	}
	names := map[string]*Resource{}
	for _, r := range s.order {
		// What is wrong with a condition or a name its reader reports.
		if present, err := s.Present(r); !r.Function() || !present || err != nil {
			continue
		}
		if name, err := s.FunctionName(r); err == nil && names[name] == nil {
			names[name] = r
		}
	}
	s.functions = names
	return names
}

// functionName takes the name out of a function's ARN, of an integration's URI
// (arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations)
// or of the other forms that the Invoke API takes:
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters.
func functionName(s string) string {
	if _, after, ok := strings.Cut(s, "/functions/"); ok {
		s, _, _ = strings.Cut(after, "/")
	}
	if _, after, ok := strings.Cut(s, ":function:"); ok {
		s = after
	}
	name, _, _ := strings.Cut(s, ":")
	return name
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

// qualified gives the name of what a version, an alias or a URL stands for:
// "hello:live".
func (e evaluation) qualified(pos syntax.Position, r *Resource, property string) (string, error) {
	function, err := e.property(pos, r, property, r.path)
	if err != nil || r.Type == typeURL {
		return functionName(function), err
	}
	qualifier := onlyVersion
	if r.Type == typeAlias {
		qualifier, err = e.property(pos, r, "Name", r.path)
	}
	return functionName(function) + ":" + qualifier, err
}

// published gives the ARN of the alias or version that SAM makes of a function
// with AutoPublishAlias; nil where it has none.
func (e evaluation) published(pos syntax.Position, r *Resource, attribute string) (*syntax.Node, error) {
	alias, err := e.property(pos, r, "AutoPublishAlias", "")
	if alias == "" || err != nil {
		return nil, err
	}
	if attribute == "Version" {
		alias = onlyVersion
	}
	return e.shaped(pos, r, functionARN+":"+alias)
}
