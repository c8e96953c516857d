package route

import (
	"net/http"
	"slices"

	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/template"
)

// AnyMethod is the method of a route that takes every method that API Gateway
// carries.
const AnyMethod = template.AnyMethod

// HeaderMethodOverride names the method that a client means, as net/http spells
// the field.
const HeaderMethodOverride = "X-Http-Method-Override"

// CarriedMethods are those that API Gateway carries, and what [AnyMethod] means.
var CarriedMethods = []string{
	http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions,
	http.MethodPatch, http.MethodPost, http.MethodPut,
}

// Carried reports whether API Gateway carries a method.
func Carried(method string) bool { return slices.Contains(CarriedMethods, method) }

// Methods is the method of one request as each kind of API takes it.
type Methods [len(kinds)]string

// MethodsOf reads them from a request: see disputed.OverridesMethod.
func MethodsOf(r *http.Request) Methods {
	m := All(r.Method)
	override := r.Header.Get(HeaderMethodOverride)
	if override == "" || !Carried(r.Method) {
		return m
	}
	for kind, overrides := range disputed.OverridesMethod {
		if overrides {
			m[kind] = override
		}
	}
	return m
}

// All is one method for every kind of API.
func All(method string) Methods {
	var m Methods
	for kind := range m {
		m[kind] = method
	}
	return m
}
