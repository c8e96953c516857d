package auth

import (
	"cmp"
	"regexp"
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
		for _, name := range o.TextNodes(list.name) {
			checkIdentityName(o, name)
			sources = append(sources, list.before[kind]+name.Value)
		}
	}
	return sources
}

// spelledOut is how identity sources begin where SAM does not put them together.
var spelledOut = regexp.MustCompile(`^(method\.request|\$request|\$?context|\$?stageVariables)\.`)

// checkIdentityName finds a name in SAM's Identity that is none: SAM writes
// "method.request.header." before it itself.
func checkIdentityName(o *property.Object, n *syntax.Node) {
	if n.Value == "" || strings.ContainsAny(n.Value, " ,") || spelledOut.MatchString(n.Value) {
		o.Fail(n.Pos, "an entry of Identity has to be a name alone, such as Authorization, but here is %q", n.Value)
	}
}

// headerName reads the Header of SAM's Identity, "" where it is absent.
func headerName(identity *property.Object) string {
	n := identity.Scalar("Header")
	if n == nil {
		return ""
	}
	checkIdentityName(identity, n)
	return n.Value
}

// The identity sources that each kind of authorizer takes of an API of a kind:
// https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html and
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html.
var (
	restHeader = sourceForm{regexp.MustCompile(`^method\.request\.header\.[^\s,$]+$`), "method.request.header.NAME"}
	requested  = map[stack.Kind]sourceForm{
		stack.REST: {
			regexp.MustCompile(`^(method\.request\.(header|querystring)\.[^\s,$]+|stageVariables\.\w+|context\.[\w.]+)$`),
			"method.request.header.NAME, method.request.querystring.NAME, stageVariables.NAME or context.NAME",
		},
		stack.HTTP: {
			regexp.MustCompile(`^\$(request\.(header|querystring)\.[^\s,$]+|stageVariables\.\w+|context\.[\w.]+)$`),
			"$request.header.NAME, $request.querystring.NAME, $stageVariables.NAME or $context.NAME",
		},
	}
	tokenSource = sourceForm{
		regexp.MustCompile(`^\$request\.(header|querystring)\.[^\s,$]+$`), "$request.header.NAME or $request.querystring.NAME",
	}
)

// sourceForm is a form of identity sources, in words too.
type sourceForm struct {
	pattern *regexp.Regexp
	words   string
}

// sources reads the identity sources of an authorizer of an OpenAPI definition or of
// CloudFormation, a list or a text with commas, each of them of the form.
func sources(o *property.Object, form sourceForm) []string {
	key := o.Spell("identitySource")
	v := o.Value(key)
	if v == nil || v.Kind != syntax.Scalar {
		return checkSources(o, o.TextNodes(key), form)
	}
	var nodes []*syntax.Node
	for source := range strings.SplitSeq(v.Value, ",") {
		nodes = append(nodes, syntax.Text(v.Pos, strings.TrimSpace(source)))
	}
	return checkSources(o, nodes, form)
}

// checkSources gives the identity sources and finds those that are not of the form.
func checkSources(o *property.Object, nodes []*syntax.Node, form sourceForm) []string {
	var sources []string
	known := o.Known(o.Spell("identitySource"))
	for _, n := range nodes {
		if known && !form.pattern.MatchString(n.Value) {
			o.Fail(n.Pos, "an identity source of this authorizer has to be %s, but here is %q", form.words, n.Value)
		}
		sources = append(sources, n.Value)
	}
	return sources
}

// tokenSources reads where a JWT authorizer finds the token, one place.
func tokenSources(o *property.Object) []string {
	found := sources(o, tokenSource)
	if len(found) > 1 {
		o.Fail(o.PosOf(o.Spell("identitySource")), "a JWT authorizer has one identity source, but here are %d", len(found))
	}
	return orHeader(found, stack.HTTP, "")
}
