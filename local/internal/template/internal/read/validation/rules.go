package validation

import (
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// Rules is a request validator: the parts of a request that it checks. The zero
// value is none at all.
type Rules struct{ body, parameters bool }

// on gives what the rules check of what a method declares, which alone has no
// effect; nil where that is nothing.
func (r Rules) on(declared stack.Validator) *stack.Validator {
	if !r.parameters {
		declared.Headers, declared.Path, declared.Query = nil, nil, nil
	}
	if !r.body {
		declared.Models = nil
	}
	if len(declared.Headers)+len(declared.Path)+len(declared.Query)+len(declared.Models) == 0 {
		return nil
	}
	return &declared
}

// require adds a required parameter. It is false for a place that no parameter
// has, such as a cookie.
func require(v *stack.Validator, place, name string) bool {
	names := map[string]*[]string{
		"header": &v.Headers, "path": &v.Path, "query": &v.Query, "querystring": &v.Query,
	}[place]
	if names == nil || name == "" {
		return false
	}
	*names = append(*names, name)
	slices.Sort(*names)
	*names = slices.Compact(*names)
	return true
}

// requireKey adds a required parameter of o under its name in API Gateway:
// "method.request.header.X-Token".
func requireKey(o *property.Object, v *stack.Validator, key string, pos stack.Position) {
	rest, ok := strings.CutPrefix(key, "method.request.")
	place, name, _ := strings.Cut(rest, ".")
	if !ok || place == "query" || !require(v, place, name) {
		o.Fail(pos, "a parameter has to be method.request.header, .path or .querystring with a name, but here is %q", key)
	}
}

// Validator reads an AWS::ApiGateway::RequestValidator.
func Validator(o *property.Object) Rules {
	checked := Rules{o.Demanded("ValidateRequestBody", false), o.Demanded("ValidateRequestParameters", false)}
	o.Done(requestValidatorSchema)
	return checked
}
