package property

import (
	"strings"

	"maru/local/internal/template/internal/stack"
)

// SAM's translator is a Python program that asks some properties whether they are True
// and others whether they are anything: samtranslator/swagger/swagger.py and
// samtranslator/model/api of https://github.com/aws/serverless-application-model. A text
// is neither true nor false to it, whatever the text says.

// True reports whether a property is the boolean true, for properties that SAM heeds
// only then. A text, even one that says so, is noted and false.
func (o *Object) True(key string) bool {
	v := o.Scalar(key)
	if v == nil || strings.EqualFold(v.Value, "false") || o.standsIn(v, key) {
		return false
	}
	if v.Typed && strings.EqualFold(v.Value, "true") {
		return true
	}
	o.Note(stack.Ignored, v.Pos, key, "SAM heeds only the boolean true, which has no quotes")
	return false
}

// Demanded is Boolean for what is asked of callers and requests: one that is not known
// here is taken for true, so that it lets nothing pass that it would not.
func (o *Object) Demanded(key string, fallback bool) bool {
	if v := o.Scalar(key); v != nil && v.StandIn {
		o.Note(stack.Approximated, v.Pos, key, "is not known here, and taken for true")
		return true
	}
	return o.Boolean(key, fallback)
}

// Truthy is Boolean for properties that SAM takes for true where they are a text, be it
// 'false', unless the text is empty. One that does not say "true" is noted.
func (o *Object) Truthy(key string, fallback bool) bool {
	v := o.Scalar(key)
	switch {
	case v == nil:
		return fallback
	case v.StandIn, v.Typed:
		return o.Demanded(key, fallback)
	case v.Value != "" && !strings.EqualFold(v.Value, "true"):
		o.Note(stack.Approximated, v.Pos, key, "is a text, which SAM takes for true whatever it says")
	}
	return v.Value != ""
}
