package api

import (
	"fmt"
	"regexp"
	"strings"

	"maru/local/internal/template/internal/stack"
)

// parameterName is what API Gateway takes between braces, with a + for a greedy
// parameter:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html.
var parameterName = regexp.MustCompile(`^[a-zA-Z0-9._:$-]+$`)

// fixedParts say which segments without braces an API of a kind takes. A REST API
// answers "Resource's path part only allow a-zA-Z0-9._-:" to others, and was seen to
// take the comma and the dollar sign too: https://github.com/aws/aws-cdk/issues/22477,
// https://github.com/aws-amplify/amplify-category-api/pull/2719. AWS says nothing of an
// HTTP API's, but what no path of a URI has (RFC 3986, section 3.3) no request asks for.
var fixedParts = map[stack.Kind]struct {
	pattern *regexp.Regexp
	words   string
}{
	stack.REST: {regexp.MustCompile(`^[a-zA-Z0-9._:,$-]+$`), "letters, digits and . _ - : , $"},
	stack.HTTP: {regexp.MustCompile(`^[a-zA-Z0-9._~!$&'()*+,;=:@%-]+$`), "what a URI's path may have"},
}

// checkFixed says what is wrong with a segment without braces, or "".
func checkFixed(kind stack.Kind, segment string) string {
	if fixed := fixedParts[kind]; !fixed.pattern.MatchString(segment) {
		return fmt.Sprintf("has the part %q, but API Gateway takes %s there only", segment, fixed.words)
	}
	return ""
}

// checkPathPart says what is wrong with the PathPart of an AWS::ApiGateway::Resource,
// or "".
func checkPathPart(part string) string {
	switch {
	case part == "":
		return "is empty"
	case strings.ContainsAny(part, "{}"):
		_, _, problem := parameter(part)
		return problem
	}
	return checkFixed(stack.REST, part)
}

// httpPath gives the path of an HTTP API's route. What takes every method of the path
// /$default is the default route: SAM writes it so where FailOnWarnings is set
// (_update_default_path in samtranslator/model/api/http_api_generator.py).
func httpPath(method, path string) string {
	if method == stack.AnyMethod && path == "/"+stack.DefaultRoute {
		return stack.DefaultRoute
	}
	return path
}

// checkPath says what is wrong with the path of a route, or "".
func checkPath(kind stack.Kind, path string) string {
	if kind == stack.HTTP && path == stack.DefaultRoute {
		return ""
	}
	rest, ok := strings.CutPrefix(path, "/")
	if !ok {
		return "has to begin with a slash"
	}
	if strings.Contains(path, "//") {
		return "has an empty segment"
	}
	segments := strings.Split(strings.TrimSuffix(rest, "/"), "/")
	seen := map[string]bool{}
	for i, segment := range segments {
		if !strings.ContainsAny(segment, "{}") {
			if problem := checkFixed(kind, segment); problem != "" && path != "/" {
				return problem
			}
			continue
		}
		name, greedy, problem := parameter(segment)
		switch {
		case problem != "":
			return problem
		case greedy && i < len(segments)-1:
			return "has a greedy parameter before its end: " + segment
		case seen[name]:
			return "has the parameter " + name + " twice"
		}
		seen[name] = true
	}
	return ""
}

// meantPath gives the path that a wrong one was meant for, so that requests of it are
// refused and meet no other route; "" where that cannot be said. What stands behind a
// greedy parameter is part of what that takes.
func meantPath(path string) string {
	if path == "" || path[0] == '$' {
		return ""
	}
	if before, _, ok := strings.Cut(path, "+}"); ok {
		path = before + "+}"
	}
	return slashes.ReplaceAllString("/"+path, "/")
}

var slashes = regexp.MustCompile("/+")

// parameter takes a segment with braces apart: "{id}" or "{proxy+}".
func parameter(segment string) (name string, greedy bool, problem string) {
	inner, ok := strings.CutPrefix(segment, "{")
	if ok {
		inner, ok = strings.CutSuffix(inner, "}")
	}
	if !ok {
		return "", false, "has braces that do not enclose a whole segment: " + segment
	}
	name, greedy = strings.CutSuffix(inner, "+")
	if !parameterName.MatchString(name) {
		return "", false, "has a parameter without a proper name: " + segment
	}
	return name, greedy, ""
}

// siblings holds the parameters of a REST API's paths by what stands before each.
type siblings map[string]sibling

// sibling is the first parameter in its place, with where a route has it.
type sibling struct {
	segment string
	pos     stack.Position
}

// add files the parameters of a path and gives the first that has another one in its
// place; ok is true where there is none. One resource has one child with braces, be it
// greedy or not; "A sibling ({id}) of this resource already has a variable path part --
// only one is allowed" is API Gateway's answer to a second one.
func (s siblings) add(path string, pos stack.Position) (other sibling, ok bool) {
	before := ""
	for segment := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if strings.HasPrefix(segment, "{") {
			first, taken := s[before]
			if taken && first.segment != segment {
				return first, false
			}
			if !taken {
				s[before] = sibling{segment, pos}
			}
		}
		before += "/" + segment
	}
	return sibling{}, true
}
