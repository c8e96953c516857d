package template

import (
	"slices"
	"strings"

	"maru/local/internal/jsonmodel"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// The extensions that are read:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html.
const (
	extension            = "x-amazon-apigateway-"
	extensionAny         = extension + "any-method"
	extensionAuth        = extension + "auth"
	extensionAuthorizer  = extension + "authorizer"
	extensionAuthtype    = extension + "authtype"
	extensionBinary      = extension + "binary-media-types"
	extensionCORS        = extension + "cors"
	extensionIntegration = extension + "integration"
	extensionPolicy      = extension + "policy"
	extensionResponses   = extension + "gateway-responses"
	extensionValidator   = extension + "request-validator"
	extensionValidators  = extension + "request-validators"
)

// maxReferences is how many $ref may lead on to one another.
const maxReferences = 20

// document gives the API's OpenAPI definition, which stands under the key body
// or in the file that the key location names; nil where there is none.
func (o *object) document(body, location string) *object {
	key, n := body, o.raw(body)
	if uri := o.value(location); n == nil && uri != nil {
		if uri.Kind != syntax.Scalar || strings.Contains(uri.Value, "://") {
			o.note(Refused, uri.Pos, location, "a definition in S3 is not fetched; give a path: the API has only the routes of events")
			return nil
		}
		key, n = location, include(uri)
	}
	if n == nil {
		return nil
	}
	d := o.inside(key, n)
	if !d.exists() {
		return nil
	}
	d.openAPI = true
	return d
}

// include is the call of AWS::Include for a file, which may hold intrinsic
// functions: sam evaluates them in local definitions.
func include(location *syntax.Node) *syntax.Node {
	mapping := func(key string, value *syntax.Node, more ...syntax.Entry) *syntax.Node {
		entries := append([]syntax.Entry{{Key: key, Pos: location.Pos, Value: value}}, more...)
		return &syntax.Node{Kind: syntax.Mapping, Pos: location.Pos, Entries: entries}
	}
	return mapping("Fn::Transform", mapping("Name", syntax.Text(location.Pos, "AWS::Include"), syntax.Entry{
		Key: "Parameters", Pos: location.Pos, Value: mapping("Location", location),
	}))
}

// definition reads an API's OpenAPI definition, Swagger 2 or OpenAPI 3, once the
// stage is known whose variables it may use.
func (r *reader) definition(res *resolve.Resource) {
	a := r.apis[res.LogicalID]
	if a == nil {
		return
	}
	if a.Stage == "" {
		a.Stage = map[Kind]string{REST: "prod", HTTP: "$default"}[a.Kind]
		r.row(Approximated, res, "has no stage; "+a.Stage+" is taken")
	}
	if a.document == nil {
		return
	}
	d := definition{a, a.document}
	for _, n := range d.texts(extensionBinary) {
		a.BinaryMediaTypes = append(a.BinaryMediaTypes, n.Value)
	}
	d.customResponses(a, extensionResponses)
	if a.Kind == HTTP && a.CORS == nil { // SAM's own replaces it
		a.CORS = d.httpCORS(extensionCORS)
	}
	d.declareSchemes()
	d.declareValidators()
	a.security = d.demand(d.object)
	d.resourcePolicy(a, extensionPolicy)
	for _, e := range d.object.object("paths").entries() {
		if !strings.HasPrefix(e.Key, "x-") {
			d.path(e)
		}
	}
	d.extensions(documentSchema)
}

// definition is an OpenAPI definition, an object over the whole of it.
type definition struct {
	a *api
	*object
}

// entries gives the entries of a mapping that may be absent.
func (o *object) entries() []syntax.Entry {
	if o.node == nil {
		return nil
	}
	return o.node.Entries
}

// follow gives what o refers to with $ref, o itself where it does not. Beside a
// $ref only descriptions may stand: what else is there would be lost.
func (d definition) follow(o *object) *object {
	for range maxReferences {
		ref := o.node.Get("$ref")
		if ref == nil {
			return o
		}
		for _, e := range o.entries() {
			if !slices.Contains([]string{"$ref", "summary", "description"}, e.Key) {
				o.fail(e.Pos, "%s cannot stand beside $ref", e.Key)
			}
		}
		o = d.at(o, ref)
	}
	o.fail(o.pos, "$ref leads on to more than %d others", maxReferences)
	return o.inside("", nil)
}

// at gives the object that a reference into the document leads to, a JSON
// Pointer (RFC 6901) in a URI fragment: "#/components/x".
func (d definition) at(o *object, ref *syntax.Node) *object {
	pointer, ok := strings.CutPrefix(ref.Value, "#/")
	if !ok {
		o.fail(ref.Pos, "$ref has to lead to a place in the same document, #/…, but here is %q", ref.Value)
		return o.inside("", nil)
	}
	n := d.node
	for token := range strings.SplitSeq(pointer, "/") {
		if n = n.Get(jsonmodel.UnescapeToken(token)); n != nil {
			n = o.resolve(n, "$ref")
		}
	}
	if n == nil {
		o.fail(ref.Pos, "$ref: the document has no %s", ref.Value)
	}
	return o.inside("", n)
}

// path reads one entry of paths.
func (d definition) path(e syntax.Entry) {
	item := d.follow(d.inside("paths."+e.Key, e.Value))
	path := e.Key
	if path == "/"+defaultRoute {
		path = defaultRoute
	}
	for _, m := range item.entries() {
		method := strings.ToUpper(m.Key)
		if m.Key == "security" || m.Key == extensionAuth {
			item.fail(m.Pos, "%s has no effect on a path; give it to each of its methods", m.Key)
		}
		if m.Key == extensionAny {
			method = anyMethod
		} else if method == anyMethod || !slices.Contains(gatewayMethods, method) {
			continue // "parameters", "summary", TRACE
		}
		operation := d.follow(item.inside(m.Key, m.Value))
		if operation.exists() {
			d.operation(item, operation, &Route{Method: method, Path: path, Pos: m.Pos})
		}
	}
}

// operation is a method of a path in a definition, for an event to add to.
type operation struct {
	asked     demand
	validator *Validator
	// route is nil where the definition gives none, or an event has had it.
	route *Route
}

// operation reads a method of a path, the item.
func (d definition) operation(item, o *object, route *Route) {
	op := operation{asked: d.demand(o), validator: d.operationValidator(item, o, route.Key())}
	route.Validator = op.validator
	integration := d.follow(o.object(extensionIntegration))
	switch {
	case !integration.exists() && d.a.merges:
		// An event of a function gives the integration.
	case !integration.exists():
		o.note(Refused, route.Pos, "", "has no "+extensionIntegration+noRoute)
	case integration.integrate(d.a, route):
		route.Auth = d.a.auth.routeAuth(route.Method, d.a.security, op.asked, demand{})
		if o.insert(d.a, route) {
			op.route = route
		}
	}
	d.a.operations[route.Key()] = op
	o.extensions(operationSchema)
}

// extensions makes a note of every extension of API Gateway's that was not
// asked for; the rest of a definition describes the API and does nothing.
func (o *object) extensions(known schema) {
	for _, e := range o.entries() {
		if !strings.HasPrefix(e.Key, extension) || slices.Contains(o.asked, e.Key) {
			continue
		}
		if p, ok := known.properties[e.Key]; ok {
			o.note(p.level, e.Pos, e.Key, p.text)
			continue
		}
		o.note(Ignored, e.Pos, e.Key, "is not an extension of "+known.of+" here"+syntax.Suggestion(e.Key, slices.Concat(o.asked, known.names())))
	}
}
