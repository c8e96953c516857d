package read

import (
	"strings"

	"maru/local/internal/template/internal/stack"
)

// checkQualifiers finds what leads to versions and aliases that do not exist, once the
// stack and those nested in it are read: routes, authorizers and EventInvokeConfigs. API Gateway answers
// such routes, which become Misconfigured, with 500 as it does what it may not invoke,
// since permissions are given to a qualifier and one that is not there has none:
// https://repost.aws/knowledge-center/api-gateway-rest-api-lambda-integrations.
func (r *reader) checkQualifiers() {
	asked := map[*stack.Authorizer]bool{}
	for _, a := range r.stack.APIs {
		for _, there := range a.EveryStage() {
			r.checkRoutes(there, asked)
		}
	}
	for _, c := range r.invokeConfigs {
		// PutFunctionEventInvokeConfig has ResourceNotFoundException for it:
		// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html.
		r.lacksQualifier(c.Target, c.Pos, "AWS does not deploy the EventInvokeConfig "+c.LogicalID+", and here it holds for no invocation")
	}
}

// checkRoutes checks the functions of an API's routes, and of their authorizers that were
// not asked about before.
func (r *reader) checkRoutes(a *stack.API, asked map[*stack.Authorizer]bool) {
	for _, route := range a.Routes {
		r.checkRoute(a, route)
		if route.Auth == nil || route.Auth.Authorizer == nil || route.Auth.Authorizer.Lambda == nil || asked[route.Auth.Authorizer] {
			continue
		}
		authorizer := route.Auth.Authorizer
		asked[authorizer] = true
		r.lacksQualifier(authorizer.Lambda.Function, authorizer.Pos,
			"routes that need the authorizer "+authorizer.Name+" answer every request with 500")
	}
}

// checkRoute checks the function of one route of an API.
func (r *reader) checkRoute(a *stack.API, route *stack.Route) {
	if a.Kind == stack.URL {
		// CreateFunctionUrlConfig has ResourceNotFoundException for it:
		// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html.
		r.lacksQualifier(route.Function, route.Pos,
			"AWS does not deploy the function URL "+a.LogicalID+", and here nothing can be asked of it")
	} else if r.lacksQualifier(route.Function, route.Pos, "API Gateway answers every request of "+route.Key()+" with 500") {
		route.Misconfigured = true
	}
}

// lacksQualifier reports whether a function lacks the qualifier by which target
// names it, and notes what follows from that.
func (r *reader) lacksQualifier(target string, pos stack.Position, consequence string) bool {
	id, qualifier, _ := strings.Cut(target, ":")
	if qualifier == "" || qualifier == stack.Latest {
		return false
	}
	f := r.stack.Function(id)
	if f == nil || f.Qualifiers[qualifier] != "" {
		return false
	}
	r.report.Note(stack.Note{
		Level: stack.Refused, Resource: id, Type: r.scope.FunctionType(id), Pos: pos,
		Text: "has no version or alias " + qualifier + ", so " + consequence,
	})
	return true
}
