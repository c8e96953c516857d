package answer

import (
	"cmp"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/gateway/internal/media"
	"maru/local/internal/gateway/internal/rawjson"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/gateway/internal/result"
)

// The gateway responses that stand for all of a class without one of their own.
const (
	default4XX = "DEFAULT_4XX"
	default5XX = "DEFAULT_5XX"
)

// customize gives the status and the body of an answer in the way that the
// REST API's GatewayResponses say, and sets their headers. A function's own
// response never comes here.
func (w *Writer) customize(r *Refusal, a answer) (status int, body []byte) {
	name := refusals[r.Cause].responseType
	api := w.r.API()
	if api == nil || !kinds[api.Kind].customized || name == "" {
		return a.status, []byte(a.body)
	}
	class := default4XX
	if a.status >= 500 {
		class = default5XX
	}
	custom, own := api.GatewayResponses[name]
	if !own {
		custom = api.GatewayResponses[class]
	}
	body = []byte(a.body)
	f := failure{name, a, r.Violations}
	if contentType, text := chooseTemplate(custom.Templates, w.r.HTTP.Header.Get("Accept")); contentType != "" {
		w.Set("Content-Type", contentType)
		body = []byte(w.render(text, f))
	}
	for header, value := range custom.Headers {
		w.put(header, value)
	}
	for header, place := range custom.Mapped {
		w.putMapped(header, w.mapped(place, f))
	}
	// The status of a default holds for all of its class.
	return cmp.Or(custom.StatusCode, api.GatewayResponses[class].StatusCode, a.status), body
}

// mapped gives what a header is mapped from; empty for what is not there.
func (w *Writer) mapped(place string, f failure) string {
	if name, ok := strings.CutPrefix(place, "context."); ok {
		return w.contextValue(name, f)
	}
	if value := request.Parameter(place); value != nil {
		return value(w.r)
	}
	return ""
}

// putMapped sets a header field whose value clients have a say in. None is set for a
// value that is not there, or that no field can have.
func (w *Writer) putMapped(name, value string) {
	if value != "" && result.Check([]result.Field{{Name: name, Value: value}}) == nil {
		w.put(name, value)
	}
}

// chooseTemplate takes the template that the client's Accept asks for, else the
// one for JSON, else the first by name.
func chooseTemplate(templates map[string]string, accept string) (contentType, text string) {
	types := slices.Sorted(maps.Keys(templates))
	if len(types) == 0 {
		return "", ""
	}
	for _, wanted := range []string{media.Type(accept), "application/json"} {
		if text, ok := templates[wanted]; ok {
			return wanted, text
		}
	}
	return types[0], templates[types[0]]
}

// reference is a variable in a template: $context.error.message or
// ${context.requestId}.
var reference = regexp.MustCompile(`\$(?:\{` + dotted + `\}|` + dotted + `)`)

const dotted = `(?:context|stageVariables)(?:\.[A-Za-z0-9_]+)+`

// failure is what $context.error speaks of.
type failure struct {
	responseType string
	answer       answer
	violations   string
}

// render fills in a template. No template language is run: directives and
// functions stand as they are, and unknown variables become empty, as in AWS.
func (w *Writer) render(text string, f failure) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		scope, name, _ := strings.Cut(strings.Trim(found, "${}"), ".")
		if scope == "stageVariables" {
			return w.r.API().StageVariables[name]
		}
		return w.contextValue(name, f)
	})
}

// contextValue gives a $context variable of an error.
func (w *Writer) contextValue(name string, f failure) string {
	switch name {
	case "error.message":
		return cmp.Or(strings.Trim(message(f.answer), `"`), "null")
	case "error.messageString":
		return message(f.answer)
	case "error.responseType":
		return f.responseType
	case "error.validationErrorString":
		return jsonInside(f.violations)
	}
	if value := request.ContextVariable(name); value != nil {
		return value(w.r)
	}
	return ""
}

// jsonInside writes a text as it stands between the quotes of a JSON string.
func jsonInside(text string) string {
	var w rawjson.Writer
	w.Inside(text)
	return string(w.Buf)
}

// message is what an answer says, as JSON: a quoted string or null.
func message(a answer) string {
	var body struct{ Message json.RawMessage }
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		return "null"
	}
	return string(body.Message)
}
