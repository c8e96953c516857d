package template

import (
	"slices"
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// httpCORS reads the CORS configuration of an HTTP API, SAM's, CloudFormation's
// or OpenAPI's; nil where there is none:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html.
// "true" is SAM's way to allow every origin.
func (o *object) httpCORS(key string) *CORS {
	v := o.value(key)
	if v == nil {
		return nil
	}
	if v.Kind == syntax.Scalar && o.resource.Type == typeHTTPAPI {
		if o.boolean(key, false) {
			return &CORS{AllowOrigins: []string{"*"}}
		}
		return nil
	}
	config := o.inside(key, v)
	c := &CORS{
		AllowOrigins:     values(config.texts(config.spell("allowOrigins"))),
		AllowMethods:     values(config.texts(config.spell("allowMethods"))),
		AllowHeaders:     values(config.texts(config.spell("allowHeaders"))),
		ExposeHeaders:    values(config.texts(config.spell("exposeHeaders"))),
		AllowCredentials: config.boolean(config.spell("allowCredentials"), false),
		MaxAge:           config.integer(config.spell("maxAge"), -1, 86400),
	}
	config.done(schema{of: key})
	return c
}

func values(nodes []*syntax.Node) []string {
	var texts []string
	for _, n := range nodes {
		texts = append(texts, n.Value)
	}
	return texts
}

// restCORS is the Cors of a SAM Api, whose values stand in single quotes, as in
// the OpenAPI document that SAM makes of them:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-corsconfiguration.html.
type restCORS struct {
	// methods is nil where SAM takes those of the path.
	methods                 *string
	origin, headers, maxAge string
	credentials             bool
	pos                     Position
}

// restCORS reads Cors, which is an object or the origin alone; nil for none.
func (o *object) restCORS() *restCORS {
	const anyOrigin = "'*'"
	v := o.value("Cors")
	if v == nil {
		return nil
	}
	if v.Kind == syntax.Scalar {
		return &restCORS{origin: o.quoted(v), pos: v.Pos}
	}
	config := o.inside("Cors", v)
	c := &restCORS{pos: v.Pos}
	c.credentials = config.boolean("AllowCredentials", false)
	origin := config.scalar("AllowOrigin")
	if origin == nil {
		origin = syntax.Text(v.Pos, anyOrigin)
	}
	if c.credentials && origin.Value == anyOrigin {
		o.fail(origin.Pos, "AllowCredentials cannot be true where AllowOrigin is '*'")
	}
	c.origin = config.quoted(origin)
	c.headers = config.quoted(config.scalar("AllowHeaders"))
	c.maxAge = config.quoted(config.scalar("MaxAge"))
	if methods := config.scalar("AllowMethods"); methods != nil {
		text := config.quoted(methods)
		c.methods = &text
	}
	config.done(schema{of: "Cors"})
	return c
}

// quoted gives what stands between a value's single quotes. API Gateway takes
// a value without them for a parameter of the request and refuses it.
func (o *object) quoted(v *syntax.Node) string {
	if v == nil {
		return ""
	}
	text, ok := unquoted(v)
	if !ok {
		o.note(Approximated, v.Pos, "", "API Gateway wants this value in single quotes too: \"'"+v.Value+"'\"")
		return v.Value
	}
	return text
}

// preflights reads the Cors of an explicit API, once it has SAM's routes.
func (r *reader) preflights(res *resolve.Resource) { r.apis[res.LogicalID].preflights() }

// preflights adds an OPTIONS route with a MOCK integration for each path that
// has none, as SAM does for an API with Cors.
func (a *api) preflights() {
	if a.cors == nil {
		return
	}
	methods := map[string][]string{}
	var paths []string
	for _, r := range a.Routes {
		if methods[r.Path] == nil {
			paths = append(paths, r.Path)
		}
		methods[r.Path] = append(methods[r.Path], r.Method)
	}
	for _, path := range paths {
		if slices.Contains(methods[path], "OPTIONS") {
			continue
		}
		preflight := &Route{
			Method: "OPTIONS", Path: path, PayloadFormat: formatREST, Pos: a.cors.pos,
			Mock: a.cors.mock(methods[path]),
			Auth: a.auth.routeAuth("OPTIONS", a.security, demand{}, demand{keyless: a.auth.openOptionsKey, pos: a.cors.pos}),
		}
		a.routes[preflight.Key()] = preflight
		a.Routes = append(a.Routes, preflight)
	}
}

// mock gives the answer to preflights of a path with the given methods.
func (c *restCORS) mock(methods []string) *Mock {
	headers := map[string]string{"Access-Control-Allow-Origin": c.origin}
	allowed := allowedMethods(methods)
	if c.methods != nil {
		allowed = *c.methods
	}
	for name, value := range map[string]string{
		"Access-Control-Allow-Headers": c.headers,
		"Access-Control-Allow-Methods": allowed,
		"Access-Control-Max-Age":       c.maxAge,
	} {
		if value != "" {
			headers[name] = value
		}
	}
	if c.credentials {
		headers["Access-Control-Allow-Credentials"] = "true"
	}
	return &Mock{StatusCode: 200, Headers: headers, Body: "{}\n"}
}

// allowedMethods lists a path's methods and OPTIONS as SAM's
// _make_cors_allowed_methods_for_path_item does (samtranslator/swagger/swagger.py).
func allowedMethods(methods []string) string {
	if slices.Contains(methods, anyMethod) {
		methods = gatewayMethods[1:]
	}
	all := slices.Concat(methods, []string{"OPTIONS"})
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ",")
}
