package auth

import (
	"cmp"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// identityLists are the lists of SAM's Identity, and what AWS writes before a name of
// each in the identity sources of each kind of API.
var identityLists = []struct {
	name   string
	before map[stack.Kind]string
}{
	{"Headers", beforeHeader},
	{"QueryStrings", map[stack.Kind]string{stack.REST: "method.request.querystring.", stack.HTTP: "$request.querystring."}},
	{"StageVariables", map[stack.Kind]string{stack.REST: "stageVariables.", stack.HTTP: "$stageVariables."}},
	{"Context", map[stack.Kind]string{stack.REST: "context.", stack.HTTP: "$context."}},
}

var beforeHeader = map[stack.Kind]string{stack.REST: "method.request.header.", stack.HTTP: "$request.header."}

// headerSource gives the identity source that is a header field, as a kind of API has
// it. The field is Authorization, where API Gateway looks for a token if it is not told,
// unless it has a name.
func headerSource(kind stack.Kind, name string) string {
	return beforeHeader[kind] + cmp.Or(name, "Authorization")
}

// orHeader gives the identity sources or, where there are none, a headerSource.
func orHeader(sources []string, kind stack.Kind, name string) []string {
	if len(sources) == 0 {
		return []string{headerSource(kind, name)}
	}
	return sources
}

// identitySources reads SAM's Identity into identity sources as AWS spells them.
func identitySources(o *property.Object, kind stack.Kind) []string {
	var sources []string
	for _, list := range identityLists {
		for _, name := range o.Texts(list.name) {
			sources = append(sources, list.before[kind]+name)
		}
	}
	return sources
}

// sources reads the identity sources of an authorizer of an OpenAPI definition or of
// CloudFormation, a list or a text with commas.
func sources(o *property.Object) []string {
	key := o.Spell("identitySource")
	v := o.Value(key)
	if v == nil || v.Kind != syntax.Scalar {
		return o.Texts(key)
	}
	var sources []string
	for source := range strings.SplitSeq(v.Value, ",") {
		sources = append(sources, strings.TrimSpace(source))
	}
	return sources
}
