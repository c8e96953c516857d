package api

import (
	"regexp"
	"strings"

	"maru/local/internal/template/internal/stack"
)

// parameterName is what API Gateway takes between braces, with a + for a greedy
// parameter:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html.
var parameterName = regexp.MustCompile(`^[a-zA-Z0-9._:-]+$`)

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

// matchable gives the path that a wrong one was meant for, so that requests of it are
// refused and meet no other route; "" where that cannot be said.
func matchable(path string) string {
	if path != "" && path[0] != '/' && path[0] != '$' {
		path = "/" + path
	}
	greedy := strings.Index(path, "+}")
	if !strings.HasPrefix(path, "/") || strings.Contains(path, "//") || greedy >= 0 && greedy+len("+}") < len(path) {
		return ""
	}
	return path
}

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
