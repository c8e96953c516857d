package api

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// The bounds of TimeoutInMillis:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html. An
// account's quota can raise a REST API's 29 seconds up to what a function takes.
const minTimeout = 50

var maxTimeouts = map[stack.Kind]int{stack.REST: 900_000, stack.HTTP: 30_000}

// insert puts a route into its API, which o declares. It is false for one that cannot be
// there. What o reports is wrong with a route that can makes it refuse requests.
func (a *draft) insert(o *property.Object, route *stack.Route) bool {
	route.Resource, route.Property = o.Resource().LogicalID, o.Path()
	if problem := checkPath(a.Kind, route.Path); problem != "" {
		o.Fail(route.Pos, "the path %q %s", route.Path, problem)
		if route.Path = meantPath(route.Path); route.Path == "" {
			return false
		}
	}
	if route.Path == stack.DefaultRoute && route.Method != stack.AnyMethod {
		o.Fail(route.Pos, "the path $default takes every method, but here is %s", route.Method)
		route.Method = stack.AnyMethod
	}
	if first := a.routes[a.place(route)]; first != nil {
		a.clash(o, first, route)
		return false
	}
	if a.Kind == stack.REST {
		if other, ok := a.parameters.add(route.Path, route.Pos); !ok {
			o.Fail(route.Pos, "the path %q has a parameter where the route at %s has %s; a REST API takes one name in a place",
				route.Path, other.pos, other.segment)
		}
	}
	a.routes[route.Key()], a.routes[a.place(route)] = route, route
	a.Routes = append(a.Routes, route)
	return true
}

// place is what two routes have in common that take the same requests. What a REST API's
// parameters are called makes no difference.
func (a *draft) place(route *stack.Route) string {
	if a.Kind != stack.REST {
		return route.Key()
	}
	return route.Method + " " + parameterPattern.ReplaceAllString(route.Path, "{$1}")
}

// parameterPattern matches a parameter of a path, and captures the plus of a greedy one.
var parameterPattern = regexp.MustCompile(`\{[^{}]*?(\+?)\}`)

// clash reports a route whose requests another has already. Which of the two was meant
// nobody knows, so that the first refuses them as well, unless the second is none.
func (a *draft) clash(o *property.Object, first, route *stack.Route) {
	faulty := o.Fault() != ""
	err := syntax.Errorf(route.Pos, "%s has the route %s already, defined at %s", a.LogicalID, first.Key(), first.Pos)
	if o.Problem(err); !faulty {
		first.Unsupported = cmp.Or(first.Unsupported, err.Error())
	}
}

// trimSlashes takes the slash off the end of each path of a REST API, as API Gateway
// does with what it imports (_get_permission in samtranslator/model/eventsources/push.py).
// What then is another route's method and path is noted and left out.
func (a *draft) trimSlashes(report *property.Report) {
	if a.Kind != stack.REST {
		return
	}
	first := map[string]stack.Position{}
	a.Routes = slices.DeleteFunc(a.Routes, func(route *stack.Route) bool {
		if route.Path != "/" {
			route.Path = strings.TrimSuffix(route.Path, "/")
		}
		pos, taken := first[route.Key()]
		if !taken {
			first[route.Key()] = route.Pos
			return false
		}
		report.Note(stack.Note{
			Level: stack.Ignored, Resource: a.LogicalID, Type: a.resourceType, Pos: route.Pos,
			Text: "a slash at the end makes no route of its own: " + a.LogicalID + " has " + route.Key() + " already, defined at " + pos.String(),
		})
		return true
	})
}

// gatewayMethods are the methods API Gateway takes.
var gatewayMethods = []string{stack.AnyMethod, "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

// method reads a method in upper case, "" where it is absent.
func method(o *property.Object, key string) string {
	v := o.Scalar(key)
	if v == nil {
		return ""
	}
	return checkMethod(o, v.Value, v.Pos)
}

// checkMethod gives a method in upper case. SAM takes it in any case, and
// OpenAPI's name for ANY too.
func checkMethod(o *property.Object, given string, pos stack.Position) string {
	method := strings.ToUpper(given)
	if strings.EqualFold(given, openapi.ExtensionAny) {
		return stack.AnyMethod
	}
	if slices.Contains(gatewayMethods, method) {
		return method
	}
	o.Fail(pos, "Method has to be %s, but here is %q%s", strings.Join(gatewayMethods, ", "), given,
		syntax.Suggestion(method, gatewayMethods))
	if method == http.MethodTrace || method == http.MethodConnect {
		return method
	}
	return stack.AnyMethod // whichever was meant is refused
}

// timeout reads timeoutInMillis, of an API of a kind; zero where it is absent.
func timeout(o *property.Object, kind stack.Kind) time.Duration {
	if ms := o.Integer(o.Spell("timeoutInMillis"), minTimeout, maxTimeouts[kind]); ms != nil {
		return time.Duration(*ms) * time.Millisecond
	}
	return 0
}

// streams reads responseTransferMode, which events of SAM have too:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html.
func streams(o *property.Object) bool {
	const buffered, stream = "BUFFERED", "STREAM"
	return o.Choice(o.Spell("responseTransferMode"), buffered, buffered, stream) == stream
}
