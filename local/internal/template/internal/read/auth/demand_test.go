package auth

import (
	"testing"

	"maru/local/internal/template/internal/stack"
)

// Who decides where several places of a template speak of one route.
func TestRouteAuthOrder(t *testing.T) {
	named := func(name string) *stack.Auth {
		return &stack.Auth{Authorizer: &stack.Authorizer{Kind: stack.AuthLambda, Name: name}}
	}
	var (
		silence  = Demand{}
		empty    = Demand{given: true} // security: [], and schemes that nobody checks
		none     = Demand{given: true, none: true}
		document = Demand{given: true, auth: named("document")}
		method   = Demand{given: true, auth: named("method")}
		both     = Demand{given: true, auth: named("method"), none: true}
		key      = Demand{given: true, key: true}
		event    = Demand{auth: named("event")}
		keyless  = Demand{keyless: true}
	)
	bare := Authorizers{}
	guarded := Authorizers{fallback: named("default")}
	keyed := Authorizers{keyRequired: true}
	keyedBut := Authorizers{keyRequired: true, openOptionsKey: true}
	open := Authorizers{fallback: named("default"), openOptions: true}
	for _, test := range []struct {
		name                       string
		api                        Authorizers
		method                     string
		document, operation, event Demand
		want                       string
	}{
		{"nobody asks", bare, "GET", silence, silence, silence, "open"},
		{"the document alone", bare, "GET", document, silence, silence, "document"},
		{"an empty list of the method's", bare, "GET", document, empty, silence, "open"},
		{"NONE on the method", bare, "GET", document, none, silence, "open"},
		{"the method before the document", bare, "GET", document, method, silence, "method"},
		{"the event before the method", bare, "GET", document, method, event, "event"},

		{"default", guarded, "GET", silence, silence, silence, "default"},
		{"default before the document", guarded, "GET", document, silence, silence, "default"},
		{"default and an empty document", guarded, "GET", empty, silence, silence, "default"},
		{"default and NONE on the document", guarded, "GET", none, silence, silence, "default"},
		{"default and an empty list", guarded, "GET", silence, empty, silence, "default"},
		{"default and the method's key", guarded, "GET", silence, key, silence, "default +key"},
		{"default and the method's own", guarded, "GET", silence, method, silence, "method"},
		{"default and NONE on the method", guarded, "GET", document, none, silence, "open"},
		{"default and the event's own", guarded, "GET", silence, silence, event, "event"},
		{"default and the event's NONE", guarded, "GET", document, silence, Demand{none: true}, "open"},
		{"NONE against the method's own", guarded, "GET", silence, method, Demand{none: true}, "method"},
		{"NONE beside the method's own", guarded, "GET", silence, both, silence, "method"},

		{"OPTIONS without the default", open, "OPTIONS", silence, silence, silence, "open"},
		{"OPTIONS with the document's", open, "OPTIONS", document, silence, silence, "document"},
		{"OPTIONS with the event's", open, "OPTIONS", silence, silence, event, "event"},
		{"GET beside such OPTIONS", open, "GET", silence, silence, silence, "default"},

		{"key", keyed, "GET", silence, silence, silence, "API key +key"},
		{"key and an empty list", keyed, "GET", silence, empty, silence, "API key +key"},
		{"key and NONE", keyed, "GET", silence, none, silence, "API key +key"},
		{"key and the method's own", keyed, "GET", silence, method, silence, "method +key"},
		{"key and the document's own", keyed, "GET", document, silence, silence, "document +key"},
		{"key that the event does not want", keyed, "GET", silence, silence, keyless, "open"},
		{"key of the method that the event does not want", keyed, "GET", silence, key, keyless, "API key +key"},
		{"key that OPTIONS is without", keyedBut, "OPTIONS", silence, silence, silence, "open"},
		{"key of the event that OPTIONS is without", keyedBut, "OPTIONS", silence, silence, Demand{key: true}, "open"},
		{"key of the method on such OPTIONS", keyedBut, "OPTIONS", silence, key, silence, "API key +key"},
		{"key of GET beside such OPTIONS", keyedBut, "GET", silence, silence, silence, "API key +key"},
		{"key of the document", bare, "GET", key, silence, silence, "API key +key"},
		{"key of the event", bare, "GET", document, silence, Demand{key: true}, "document +key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := "open"
			if auth := test.api.RouteAuth(test.method, test.document, test.operation, test.event); auth != nil {
				got = string(stack.AuthAPIKey)
				if auth.Authorizer != nil {
					got = auth.Authorizer.Name
				}
				if auth.APIKey {
					got += " +key"
				}
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
