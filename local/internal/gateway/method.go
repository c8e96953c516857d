package gateway

import "net/http"

// headerMethodOverride names the method that a client means, as net/http spells
// the field.
const headerMethodOverride = "X-Http-Method-Override"

// methods is the method of one request as each kind of API takes it.
type methods [3]string

// methodsOf reads them: see overridesMethod.
func methodsOf(r *http.Request) methods {
	m := methods{r.Method, r.Method, r.Method}
	override := r.Header.Get(headerMethodOverride)
	if override == "" || !carried(r.Method) {
		return m
	}
	for kind := range m {
		if overridesMethod&(1<<kind) != 0 {
			m[kind] = override
		}
	}
	return m
}

// method is the request's as its API takes it. The response is framed by what
// the client sent.
func (x *exchange) method() string {
	return x.methods[x.kind()]
}
