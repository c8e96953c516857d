package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"maru/local/internal/jsonmodel"
	"maru/local/internal/template"
)

// validator is a route's request validator made ready:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html.
type validator struct {
	// parameters are the required ones in the order in which API Gateway names
	// those that are missing: header fields, path and query parameters.
	parameters []required
	headers    []string // canonical names of the header fields among them
	// schemas holds the models by media type in lower case and without parameters;
	// "$default" stands for every other type. One that cannot be used is nil.
	schemas map[string]*jsonmodel.Schema
}

// required is a parameter that a request has to have.
type required struct {
	name   string
	values func(*exchange) []string
}

// anyType is the media type of a model for all types that have none of their own.
const anyType = "$default"

// newValidator makes a route's validator of the models that can be used; nil for a
// route without one.
func newValidator(is *template.Validator, models map[string]*jsonmodel.Schema) *validator {
	if is == nil {
		return nil
	}
	v := &validator{schemas: map[string]*jsonmodel.Schema{}}
	for _, name := range is.Headers {
		v.headers = append(v.headers, http.CanonicalHeaderKey(name))
		v.parameters = append(v.parameters, required{name, func(x *exchange) []string { return x.headerValues(name) }})
	}
	for _, name := range is.Path {
		v.parameters = append(v.parameters, required{name, func(x *exchange) []string { return []string{x.pathParameter(name)} }})
	}
	for _, name := range is.Query {
		v.parameters = append(v.parameters, required{name, func(x *exchange) []string { return x.parameterValues(name) }})
	}
	for contentType, name := range is.Models {
		v.schemas[strings.ToLower(mediaType(contentType))] = models[name]
	}
	return v
}

// compileModels gives the models of an API that can be used, and logs the others:
// a route that needs one refuses every request.
func (g *Gateway) compileModels(api *template.API) map[string]*jsonmodel.Schema {
	schemas, broken := api.CompileModels()
	for name, err := range broken {
		g.config.Log.Warn("model refuses every request", "model", name, "api", api.LogicalID, "reason", err.Error())
	}
	return schemas
}

// validate holds the request against the route's validator, parameters before
// the body, as recorded in test_api_gateway_request_validator.
func (x *exchange) validate() cause {
	v := x.endpoint.validator
	if v == nil {
		return passed
	}
	for _, p := range v.parameters {
		if !slices.ContainsFunc(p.values(x), isPresent) {
			x.missing = append(x.missing, p.name)
		}
	}
	if len(x.missing) > 0 {
		x.reason = fmt.Errorf("required parameters are missing: %s", strings.Join(x.missing, ", "))
		return parametersMissing
	}
	return x.validateBody(v)
}

// validateBody holds the body against the model of its type. Of several types, the
// function is free to go by any, so each counts, and each model once.
func (x *exchange) validateBody(v *validator) cause {
	var held []*jsonmodel.Schema
	for contentType := range strings.SplitSeq(x.header("Content-Type"), ",") {
		schema, ok := v.schema(contentType)
		switch {
		case !ok || slices.Contains(held, schema):
			continue
		case schema == nil:
			return modelBroken
		}
		held = append(held, schema)
		if x.invalid = violatedBy(schema, x.body); x.invalid != nil {
			return bodyInvalid
		}
	}
	return passed
}

// schema finds the model of a body of this type. Without one the body goes to
// the function as it is: API Gateway passes it through, and proxy integrations
// cannot ask for anything else.
func (v *validator) schema(contentType string) (schema *jsonmodel.Schema, ok bool) {
	t := strings.ToLower(mediaType(contentType))
	if t == "" {
		t = "application/json"
	}
	if schema, ok = v.schemas[t]; ok {
		return schema, true
	}
	schema, ok = v.schemas[anyType]
	return schema, ok
}

// violatedBy tells what is wrong with a body.
func violatedBy(schema *jsonmodel.Schema, body []byte) error {
	if len(body) == 0 {
		body = []byte(absentBody)
	}
	return schema.Validate(body)
}

// violations gives what is wrong with a body that its model refuses, as
// $context.error.validationErrorString has it; empty for none, and for one that is
// no JSON.
func violations(err error) string {
	var invalid *jsonmodel.InvalidError
	if !errors.As(err, &invalid) {
		return ""
	}
	return invalid.Error()
}

// pathParameter gives the value of a path parameter, empty for one that the
// route does not have.
func (x *exchange) pathParameter(name string) string {
	i := slices.IndexFunc(x.endpoint.params, func(p string) bool { return strings.TrimSuffix(p, "+") == name })
	if i < 0 {
		return ""
	}
	return x.values[i]
}
