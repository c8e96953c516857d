package response

import (
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// HTTPCORS reads the CORS configuration of an HTTP API, SAM's, CloudFormation's
// or OpenAPI's, or of a function URL, the property key of o; nil where there is none:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html.
// "true" is SAM's way to allow every origin.
func HTTPCORS(o *property.Object, key string) *stack.CORS {
	v := o.Value(key)
	if v == nil {
		return nil
	}
	if v.Kind == syntax.Scalar && o.Resource().Type == resolve.TypeHTTPAPI {
		if o.Boolean(key, false) {
			return &stack.CORS{AllowOrigins: []string{"*"}}
		}
		return nil
	}
	config := o.Inside(key, v)
	c := &stack.CORS{
		AllowOrigins:     config.Texts(config.Spell("allowOrigins")),
		AllowMethods:     config.Texts(config.Spell("allowMethods")),
		AllowHeaders:     config.Texts(config.Spell("allowHeaders")),
		ExposeHeaders:    config.Texts(config.Spell("exposeHeaders")),
		AllowCredentials: config.Boolean(config.Spell("allowCredentials"), false),
		MaxAge:           config.Integer(config.Spell("maxAge"), -1, 86400),
	}
	config.Done(property.Schema{Of: key})
	return c
}

// RESTCORS is the Cors of a SAM Api, whose values stand in single quotes, as in
// the OpenAPI document that SAM makes of them:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-corsconfiguration.html.
type RESTCORS struct {
	// methods is nil where SAM takes those of the path.
	methods                 *string
	origin, headers, maxAge string
	credentials             bool
	// Pos is where the template has it.
	Pos stack.Position
}

// NewRESTCORS reads Cors, which is an object or the origin alone; nil for none.
func NewRESTCORS(o *property.Object) *RESTCORS {
	const anyOrigin = "'*'"
	v := o.Value("Cors")
	if v == nil {
		return nil
	}
	if v.Kind == syntax.Scalar {
		return &RESTCORS{origin: quoted(o, v), Pos: v.Pos}
	}
	config := o.Inside("Cors", v)
	c := &RESTCORS{Pos: v.Pos}
	c.credentials = config.Boolean("AllowCredentials", false)
	origin := config.Scalar("AllowOrigin")
	if origin == nil {
		origin = syntax.Text(v.Pos, anyOrigin)
	}
	if c.credentials && origin.Value == anyOrigin {
		o.Fail(origin.Pos, "AllowCredentials cannot be true where AllowOrigin is '*'")
	}
	c.origin = quoted(config, origin)
	c.headers = quoted(config, config.Scalar("AllowHeaders"))
	c.maxAge = quoted(config, config.Scalar("MaxAge"))
	if methods := config.Scalar("AllowMethods"); methods != nil {
		text := quoted(config, methods)
		c.methods = &text
	}
	config.Done(property.Schema{Of: "Cors"})
	return c
}

// quoted gives what stands between a value's single quotes. API Gateway takes
// a value without them for a parameter of the request and refuses it.
func quoted(o *property.Object, v *syntax.Node) string {
	if v == nil {
		return ""
	}
	text, ok := unquoted(v)
	if !ok {
		o.Note(stack.Approximated, v.Pos, "", "API Gateway wants this value in single quotes too: \"'"+v.Value+"'\"")
		return v.Value
	}
	return text
}

// Mock gives the answer to preflights of a path with the given methods, of which
// none is ANY.
func (c *RESTCORS) Mock(methods []string) *stack.Mock {
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
	return &stack.Mock{StatusCode: 200, Headers: headers, Body: "{}\n"}
}

// allowedMethods lists a path's methods and OPTIONS as SAM's
// _make_cors_allowed_methods_for_path_item does (samtranslator/swagger/swagger.py).
func allowedMethods(methods []string) string {
	all := slices.Concat(methods, []string{"OPTIONS"})
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ",")
}
