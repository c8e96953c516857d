package api

import (
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/auth"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/read/response"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Definition reads an API's OpenAPI definition, Swagger 2 or OpenAPI 3, once the
// stage is known whose variables it may use.
func (r *Reader) Definition(res *resolve.Resource) {
	a := r.apis[res.LogicalID]
	if a == nil {
		return
	}
	if a.Stage == "" {
		a.addStage(&staged{name: map[stack.Kind]string{stack.REST: "prod", stack.HTTP: stack.DefaultStage}[a.Kind]})
		r.report.NoteResource(stack.Approximated, res, "has no stage; "+a.Stage+" is taken")
	}
	if a.document == nil {
		return
	}
	a.readDocument()
}

// readDocument reads the definition, and all of its paths. What SAM's properties say
// takes the place of what the definition says of the same.
func (a *draft) readDocument() {
	root := a.document.Root
	if a.Kind == stack.HTTP && root.Has("swagger") {
		// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
		root.Fail(root.PosOf("swagger"), "the definition of an HTTP API has to be OpenAPI 3, but here is Swagger")
	}
	if types := root.Texts(openapi.ExtensionBinary); !a.inline || len(a.BinaryMediaTypes) == 0 {
		a.takeBinary(types)
	}
	for kind, answer := range response.GatewayResponses(root, openapi.ExtensionResponses) {
		if _, ok := a.GatewayResponses[kind]; !ok {
			a.customize(kind, answer)
		}
	}
	if a.Kind == stack.HTTP && (a.inline || a.CORS == nil) {
		a.CORS = response.Over(a.CORS, response.HTTPCORS(root, openapi.ExtensionCORS))
	}
	a.authorizers.AddSchemes(a.document, a.API)
	a.validation.Definition(a.document)
	a.security = a.authorizers.Security(a.document, root)
	a.closeWith(auth.Policy(root, a.API, openapi.ExtensionPolicy))
	if !root.Has("paths") && slices.ContainsFunc(root.Node().Keys(), func(key string) bool { return syntax.Nearest(key, []string{"paths"}) != "" }) {
		root.Fail(root.Pos(), "the definition has no paths%s", syntax.Instead("paths", root.Node().Keys()))
	}
	for _, e := range root.Object("paths").Entries() {
		if !strings.HasPrefix(e.Key, "x-") {
			a.checkItem(root, e)
			a.path(e)
		}
	}
	openapi.Done(root, documentSchema)
}

// customize sets the answer to a type of error.
func (a *draft) customize(kind string, answer stack.GatewayResponse) {
	if a.GatewayResponses == nil {
		a.GatewayResponses = map[string]stack.GatewayResponse{}
	}
	a.GatewayResponses[kind] = answer
}

// path reads one entry of paths.
func (a *draft) path(e syntax.Entry) {
	at := a.document.Root.Inside("paths."+e.Key, e.Value)
	item := a.document.Follow(at)
	if !item.Exists() {
		a.unreadable(at, e, &stack.Route{Method: stack.AnyMethod, Path: e.Key, Pos: e.Pos})
	}
	for _, m := range item.Entries() {
		method := strings.ToUpper(m.Key)
		if m.Key == "security" || m.Key == openapi.ExtensionAuth {
			item.Fail(m.Pos, "%s has no effect on a path; give it to each of its methods", m.Key)
		}
		if m.Key == openapi.ExtensionAny {
			method = stack.AnyMethod
		} else if method == stack.AnyMethod || !slices.Contains(gatewayMethods, method) {
			continue // "parameters", "summary", TRACE
		}
		path := e.Key
		if a.Kind == stack.HTTP {
			path = httpPath(method, path)
		}
		route := &stack.Route{Method: method, Path: path, Pos: m.Pos}
		at := item.Inside(m.Key, m.Value)
		if operation := a.document.Follow(at); operation.Exists() {
			a.operation(item, operation, route)
		} else {
			a.unreadable(at, m, route)
		}
	}
}

// unreadable puts a route into the API of which the definition does not say what it is,
// for an error or for what is not known here. Of what has nothing behind it there is none.
func (a *draft) unreadable(o *property.Object, e syntax.Entry, route *stack.Route) {
	switch fault := o.Fault(); {
	case o.Unknown():
		refuse(o, route, e.Pos, "", "what the definition has here is not known here")
	case fault != "":
		route.Unsupported = fault
	default:
		return
	}
	op := operation{unreadable: true, places: []place{placeOf(o)}}
	a.bare = append(a.bare, bareOperation{o, route, op})
	a.operations[route.Key()] = op
}

// operation is a method of a path in a definition, for an event to add to.
type operation struct {
	asked     auth.Demand
	validator *stack.Validator
	name      string
	// unreadable is true where nobody knows what the definition says.
	unreadable bool
	// places are those of what the definition says of it.
	places []place
	// route is nil where the definition gives none, or an event has had it.
	route *stack.Route
}

// bareOperation is an operation without an integration, of a definition that SAM adds
// events to.
type bareOperation struct {
	o     *property.Object
	route *stack.Route
	op    operation
}

// refuseBare refuses the operations whose integration no event gave.
func (a *draft) refuseBare() {
	for _, b := range a.bare {
		if a.routes[b.route.Key()] == nil {
			a.refuseOperation(b.o, b.route, b.op)
		}
	}
}

// refuseOperation makes a route of an operation that has no integration.
func (a *draft) refuseOperation(o *property.Object, route *stack.Route, op operation) *stack.Route {
	refuse(o, route, route.Pos, "", "the operation has no "+openapi.ExtensionIntegration)
	return a.define(o, route, op)
}

// define puts a route of the definition into its API; nil for one that cannot be there.
func (a *draft) define(o *property.Object, route *stack.Route, op operation) *stack.Route {
	route.Auth = a.authorizers.RouteAuth(route.Method, a.security, op.asked, auth.Demand{})
	if !a.insert(o, route) {
		return nil
	}
	return route
}

// operation reads a method of a path, the item.
func (a *draft) operation(item, o *property.Object, route *stack.Route) {
	op := operation{
		asked:     a.authorizers.Security(a.document, o),
		validator: a.validation.Operation(a.document, item, o, route.Key()),
		places:    []place{placeOf(o)},
	}
	if a.Kind == stack.REST {
		op.name = o.Text("operationId", "")
	}
	route.Validator, route.OperationName = op.validator, op.name
	integration := a.document.Follow(o.Object(openapi.ExtensionIntegration))
	switch {
	case !integration.Exists() && a.merges:
		a.bare = append(a.bare, bareOperation{o, route, op}) // an event of a function may give the integration
	case !integration.Exists():
		op.route = a.refuseOperation(o, route, op)
	default:
		a.integrate(integration, route)
		op.route = a.define(o, route, op)
	}
	a.operations[route.Key()] = op
	openapi.Done(o, operationSchema)
}
