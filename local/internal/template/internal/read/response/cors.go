package response

import (
	"cmp"
	"maps"
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
		AllowOrigins:     config.OneOrMore(config.Spell("allowOrigins")),
		AllowMethods:     config.OneOrMore(config.Spell("allowMethods")),
		AllowHeaders:     config.OneOrMore(config.Spell("allowHeaders")),
		ExposeHeaders:    config.OneOrMore(config.Spell("exposeHeaders")),
		AllowCredentials: credentials(config),
		MaxAge:           config.Integer(config.Spell("maxAge"), -1, 86400),
	}
	checkCredentials(config, c)
	config.Done(property.Schema{Of: key})
	return c
}

// Over gives the CORS configuration of an HTTP API whose definition has another: what
// the first says takes the place of what the second does of the same. Either may be nil.
func Over(first, second *stack.CORS) *stack.CORS {
	if first == nil || second == nil {
		return cmp.Or(first, second)
	}
	both := *second
	for _, list := range []struct {
		of    *[]string
		first []string
	}{
		{&both.AllowOrigins, first.AllowOrigins}, {&both.AllowMethods, first.AllowMethods},
		{&both.AllowHeaders, first.AllowHeaders}, {&both.ExposeHeaders, first.ExposeHeaders},
	} {
		if len(list.first) > 0 {
			*list.of = list.first
		}
	}
	both.AllowCredentials = first.AllowCredentials || second.AllowCredentials
	both.MaxAge = cmp.Or(first.MaxAge, second.MaxAge)
	return &both
}

// credentials reads AllowCredentials of an HTTP API or a function URL.
func credentials(config *property.Object) bool {
	if config.Resource().Type == resolve.TypeHTTPAPI && !config.InDefinition() {
		return config.True("AllowCredentials")
	}
	return config.Boolean(config.Spell("allowCredentials"), false)
}

// checkCredentials finds credentials that an HTTP API is to allow to everybody, as it
// does not:
// https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-apigatewayv2/lib/http/api.ts.
func checkCredentials(o *property.Object, c *stack.CORS) {
	http := []string{resolve.TypeHTTPAPI, resolve.TypeCloudFormationHTTP}
	if c.AllowCredentials && slices.Contains(c.AllowOrigins, "*") && slices.Contains(http, o.Resource().Type) {
		key := o.Spell("allowCredentials")
		o.Fail(o.PosOf(key), "%s cannot be true where %s has *", key, o.Spell("allowOrigins"))
	}
}

// RESTCORS is the Cors of a SAM Api, whose values stand in single quotes, as in
// the OpenAPI document that SAM makes of them:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-corsconfiguration.html.
type RESTCORS struct {
	// headers are those of every preflight's answer. Where AllowMethods is not among
	// them, SAM takes the methods of the path.
	headers map[string]string
	// Pos is where the template has it.
	Pos stack.Position
}

// The fields of a preflight's answer.
const (
	allowOrigin      = "Access-Control-Allow-Origin"
	allowHeaders     = "Access-Control-Allow-Headers"
	allowMethods     = "Access-Control-Allow-Methods"
	allowCredentials = "Access-Control-Allow-Credentials"
	maxAge           = "Access-Control-Max-Age"
)

// NewRESTCORS reads Cors, which is an object or the origin alone; nil for none.
func NewRESTCORS(o *property.Object) *RESTCORS {
	const anyOrigin = "'*'"
	v := o.Value("Cors")
	if v == nil {
		return nil
	}
	c := &RESTCORS{headers: map[string]string{}, Pos: v.Pos}
	if v.Kind == syntax.Scalar {
		c.set(o, allowOrigin, v)
		return c
	}
	config := o.Inside("Cors", v)
	origin := config.Scalar("AllowOrigin")
	if origin == nil {
		origin = syntax.Text(v.Pos, anyOrigin)
	}
	if config.True("AllowCredentials") {
		c.headers[allowCredentials] = "true"
		if origin.Value == anyOrigin {
			o.Fail(origin.Pos, "AllowCredentials cannot be true where AllowOrigin is '*'")
		}
	}
	c.set(config, allowOrigin, origin)
	c.set(config, allowHeaders, config.Scalar("AllowHeaders"))
	c.set(config, allowMethods, config.Scalar("AllowMethods"))
	c.set(config, maxAge, config.Scalar("MaxAge"))
	config.Done(property.Schema{Of: "Cors"})
	return c
}

// set sets a header to what stands between a value's single quotes; nil and an empty
// value are none. API Gateway takes a value without quotes for a parameter of the
// request and refuses it.
func (c *RESTCORS) set(o *property.Object, header string, v *syntax.Node) {
	if v == nil || v.Value == "" {
		return
	}
	text, ok := unquoted(v)
	if !ok {
		o.Note(stack.Approximated, v.Pos, "", "API Gateway wants this value in single quotes too: \"'"+v.Value+"'\"")
		text = v.Value
	}
	c.headers[header] = text
}

// Mock gives the answer to preflights of a path with the given methods, of which
// none is ANY.
func (c *RESTCORS) Mock(methods []string) *stack.Mock {
	headers := maps.Clone(c.headers)
	if _, ok := headers[allowMethods]; !ok {
		headers[allowMethods] = allowedMethods(methods)
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
