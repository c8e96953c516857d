// Package validator holds requests against the request validators of REST APIs:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html.
// HTTP APIs and function URLs have none.
package validator

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/media"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/jsonmodel"
	"maru/local/internal/template"
)

// Validator is a route's request validator made ready. A nil one checks nothing.
type Validator struct {
	// parameters are the required ones in the order in which API Gateway names
	// those that are missing: header fields, path and query parameters.
	parameters []required
	fields     []string // canonical names of the header fields among them
	// schemas holds the models by media type in lower case and without parameters;
	// "$default" stands for every other type. One that cannot be used is nil.
	schemas map[string]*jsonmodel.Schema
}

// required is a parameter that a request has to have.
type required struct {
	name   string
	values func(*request.Request) []string
}

// anyType is the media type of a model for all types that have none of their own.
const anyType = "$default"

// New makes a route's Validator of the models that can be used; nil for a route
// without one.
func New(is *template.Validator, models map[string]*jsonmodel.Schema) *Validator {
	if is == nil {
		return nil
	}
	v := &Validator{schemas: map[string]*jsonmodel.Schema{}}
	for _, name := range is.Headers {
		v.fields = append(v.fields, http.CanonicalHeaderKey(name))
		v.parameters = append(v.parameters, required{name, func(r *request.Request) []string { return r.HeaderValues(name) }})
	}
	for _, name := range is.Path {
		v.parameters = append(v.parameters, required{name, func(r *request.Request) []string { return []string{r.PathParameter(name)} }})
	}
	for _, name := range is.Query {
		v.parameters = append(v.parameters, required{name, func(r *request.Request) []string { return r.ParameterValues(name) }})
	}
	for contentType, name := range is.Models {
		v.schemas[strings.ToLower(media.Type(contentType))] = models[name]
	}
	return v
}

// Fields are the canonical names of the header fields that requests have to have.
func (v *Validator) Fields() []string {
	if v == nil {
		return nil
	}
	return v.fields
}

// Check holds a request whose body was read against the Validator, parameters
// before the body, as recorded in test_api_gateway_request_validator.
func (v *Validator) Check(r *request.Request) *answer.Refusal {
	if v == nil {
		return nil
	}
	var missing []string
	for _, p := range v.parameters {
		if !slices.ContainsFunc(p.values(r), disputed.IsPresent) {
			missing = append(missing, p.name)
		}
	}
	if len(missing) > 0 {
		return &answer.Refusal{
			Cause: answer.ParametersMissing, Missing: missing,
			Reason: fmt.Errorf("required parameters are missing: %s", strings.Join(missing, ", ")),
		}
	}
	return v.checkBody(r)
}

// checkBody holds the body against the model of its type. Of several types, the
// function is free to go by any, so each counts, and each model once.
func (v *Validator) checkBody(r *request.Request) *answer.Refusal {
	var held []*jsonmodel.Schema
	for contentType := range strings.SplitSeq(r.Header("Content-Type"), ",") {
		schema, ok := v.schema(contentType)
		switch {
		case !ok || slices.Contains(held, schema):
			continue
		case schema == nil:
			return answer.For(answer.ModelBroken)
		}
		held = append(held, schema)
		if err := violatedBy(schema, r.Body); err != nil {
			return &answer.Refusal{Cause: answer.BodyInvalid, Violations: violations(err)}
		}
	}
	return nil
}

// schema finds the model of a body of this type. Without one the body goes to
// the function as it is: API Gateway passes it through, and proxy integrations
// cannot ask for anything else.
func (v *Validator) schema(contentType string) (schema *jsonmodel.Schema, ok bool) {
	t := strings.ToLower(media.Type(contentType))
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
		body = []byte(disputed.AbsentBody)
	}
	return schema.Validate(body)
}

// violations gives what is wrong with a body that its model refuses, as
// $context.error.validationErrorString has it; empty for one that is no JSON.
func violations(err error) string {
	var invalid *jsonmodel.InvalidError
	if !errors.As(err, &invalid) {
		return ""
	}
	return invalid.Error()
}
