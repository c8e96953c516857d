package jsonmodel

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// InvalidError is a body that is not as its model says.
type InvalidError struct{ found *jsonschema.ValidationError }

// Error says what is wrong with the body in the words that gateway responses get
// as $context.error.validationErrorString: a list in brackets, sorted. What is
// wrong most often has API Gateway's words, which are those of the Java library
// json-schema-validator; the rest has those of this host's validator.
func (e *InvalidError) Error() string {
	texts := appendViolations(nil, e.found)
	slices.Sort(texts)
	return "[" + strings.Join(texts, ", ") + "]"
}

// appendViolations adds those at the bottom of a tree of errors, which has the
// keywords that combine schemas further up.
func appendViolations(texts []string, err *jsonschema.ValidationError) []string {
	if len(err.Causes) == 0 {
		return append(texts, violation(err.ErrorKind))
	}
	for _, cause := range err.Causes {
		texts = appendViolations(texts, cause)
	}
	return texts
}

func violation(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Required:
		return fmt.Sprintf("object has missing required properties (%s)", quotedList(k.Missing))
	case *kind.AdditionalProperties:
		return fmt.Sprintf("object instance has properties which are not allowed by the schema: %s", quotedList(k.Properties))
	case *kind.Type:
		want := k.Want
		if slices.Contains(want, "number") {
			want = append([]string{"integer"}, want...)
		}
		return fmt.Sprintf("instance type (%s) does not match any allowed primitive type (allowed: %s)", k.Got, quotedList(want))
	}
	return k.LocalizedString(message.NewPrinter(language.English))
}

// quotedList gives a JSON list of texts, sorted.
func quotedList(texts []string) string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	list, err := json.Marshal(slices.Compact(texts))
	if err != nil {
		panic(err) // texts can always be written
	}
	return string(list)
}
