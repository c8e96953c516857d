package syntax

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	nullTag  = "!!null"
	mergeTag = "!!merge"
)

// standardTags are the types YAML itself gives to plain values. They are read
// over: a template's values have the type that their property has.
var standardTags = map[string]bool{
	"!!str": true, "!!int": true, "!!float": true, "!!bool": true, "!!timestamp": true,
	"!!map": true, "!!seq": true, nullTag: true, mergeTag: true,
}

// shortForms are the intrinsic functions that have a short form, by their name
// after the exclamation mark:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html.
var shortForms = []string{
	"Ref", "Condition", "GetAtt", "Sub", "Join", "Select", "Split", "FindInMap", "Base64",
	"If", "Equals", "And", "Or", "Not",
	"Cidr", "GetAZs", "ImportValue", "Transform", "Length", "ToJsonString", "ForEach",
	"Contains", "EachMemberEquals", "EachMemberIn", "RefAll", "ValueOf", "ValueOfAll",
}

// tagged gives n the meaning of the tag that y has in the source: !Sub x
// becomes {"Fn::Sub": x}.
func (c *converter) tagged(n *Node, y *yaml.Node) *Node {
	if y.Tag == "" || standardTags[y.Tag] {
		return n
	}
	name := strings.TrimPrefix(y.Tag, "!")
	for _, short := range shortForms {
		if name == short {
			return intrinsic(name, n)
		}
	}
	c.fail(n.Pos, "the tag %s is not an intrinsic function%s", y.Tag, Suggestion(name, shortForms))
	return n
}

// intrinsic gives the long form of the function's call. Ref and Condition have
// no "Fn::" there.
func intrinsic(name string, argument *Node) *Node {
	if name != "Ref" && name != "Condition" {
		name = "Fn::" + name
	}
	return &Node{
		Kind:    Mapping,
		Pos:     argument.Pos,
		Entries: []Entry{{Key: name, Pos: argument.Pos, Value: argument}},
		weight:  argument.weight + 1,
		height:  argument.height + 1,
	}
}
