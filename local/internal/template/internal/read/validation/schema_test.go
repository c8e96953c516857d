package validation

import (
	"strings"
	"testing"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// Each text fits into one line of a report.
func TestSchemaTexts(t *testing.T) {
	for _, s := range []property.Schema{
		requestModelSchema, requestParameterSchema, requestValidatorSchema, modelResourceSchema,
	} {
		for _, name := range s.Names() {
			e := s.Properties[name]
			if e.Text == "" && e.Level != stack.Emulated || strings.HasSuffix(e.Text, ".") || strings.Contains(e.Text, "\n") {
				t.Errorf("%s.%s: got the text %q, want one line without a full stop", s.Of, name, e.Text)
			}
		}
	}
}
