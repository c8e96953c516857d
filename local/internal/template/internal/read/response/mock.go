package response

import (
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// mockStatus finds the status in the JSON that a MOCK integration's request
// template makes. Templates are not parsed as JSON: API Gateway takes keys
// without quotes, as CDK writes them.
var mockStatus = regexp.MustCompile(`statusCode["']?\s*:\s*["']?(\d{3})`)

// Mock reads a MOCK integration: the status of its request template picks one
// of its responses.
func Mock(o *property.Object) *stack.Mock {
	status := ""
	if m := mockStatus.FindStringSubmatch(media(o.TextMap(o.Spell("requestTemplates"), property.AnyText))); m != nil {
		status = m[1]
	}
	var chosen *property.Object
	for pattern, response := range mockResponses(o) {
		// Patterns match as a whole; a bad one matches nothing.
		re, err := regexp.Compile("^(?:" + pattern + ")$")
		if pattern == "" || pattern == "default" {
			if chosen == nil {
				chosen = response
			}
		} else if err == nil && re.MatchString(status) {
			chosen = response
			break
		}
	}
	if chosen == nil {
		return &stack.Mock{StatusCode: 500, Body: `{"message": "Internal server error"}`}
	}
	return mockResponse(chosen)
}

// mockResponses gives each response with the pattern that picks it: the key of
// OpenAPI's responses, the SelectionPattern of CloudFormation's.
func mockResponses(o *property.Object) iter.Seq2[string, *property.Object] {
	return func(yield func(string, *property.Object) bool) {
		if o.InDefinition() {
			for e, response := range o.Object("responses").Objects() {
				if !yield(e.Key, response) {
					return
				}
			}
			return
		}
		for _, n := range o.List("IntegrationResponses") {
			response := o.Inside("IntegrationResponses", n)
			if !yield(response.Text("SelectionPattern", ""), response) {
				return
			}
		}
	}
}

// mockResponse reads the response itself.
func mockResponse(o *property.Object) *stack.Mock {
	m := &stack.Mock{StatusCode: 200}
	if status := o.Integer(o.Spell("statusCode"), 100, 599); status != nil {
		m.StatusCode = *status
	}
	m.Headers, _ = headers(o.Object(o.Spell("responseParameters")), "method.response.header.", nil)
	key := o.Spell("responseTemplates")
	m.Body = media(o.TextMap(key, property.AnyText))
	if strings.ContainsAny(m.Body, "$#") {
		o.Note(stack.Approximated, o.PosOf(key), key, "the template is sent as it stands; it is not evaluated")
	}
	return m
}

// media picks the text for JSON, which callers that name no type get, or else
// the first.
func media(byType map[string]string) string {
	if text, ok := byType["application/json"]; ok || len(byType) == 0 {
		return text
	}
	return byType[slices.Min(slices.Collect(maps.Keys(byType)))]
}

// headers reads a mapping of parameters, prefix and name of a header, to fixed
// values, which stand in single quotes, and to others, of which those are mapped that
// have one of the beginnings of mappable. Either is nil where there are none.
func headers(o *property.Object, prefix string, mappable []string) (fixed, mapped map[string]string) {
	if !o.Exists() {
		return nil, nil
	}
	fixed = map[string]string{}
	for _, e := range o.Entries() {
		name, ok := strings.CutPrefix(e.Key, prefix)
		v := o.Scalar(e.Key)
		if !ok || v == nil {
			continue
		}
		value, quoted := unquoted(v)
		begins := func(beginning string) bool { return strings.HasPrefix(v.Value, beginning) }
		switch {
		case quoted:
			fixed[name] = value
		case slices.ContainsFunc(mappable, begins):
			if mapped == nil {
				mapped = map[string]string{}
			}
			mapped[name] = v.Value
		case mappable != nil:
			o.Note(stack.Approximated, e.Pos, e.Key, "is not sent: only fixed values, in single quotes, and parameters of requests are")
		default:
			o.Note(stack.Approximated, e.Pos, e.Key, "is not sent: only fixed values, in single quotes, are")
		}
	}
	return fixed, mapped
}

// unquoted gives what stands between single quotes.
func unquoted(v *syntax.Node) (text string, ok bool) {
	if len(v.Value) < 2 || v.Value[0] != '\'' || v.Value[len(v.Value)-1] != '\'' {
		return "", false
	}
	return v.Value[1 : len(v.Value)-1], true
}
