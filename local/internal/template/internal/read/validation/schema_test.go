package validation

import (
	"testing"

	"maru/local/internal/template/internal/property/propertytest"
)

func TestSchemaTexts(t *testing.T) {
	propertytest.Texts(t,
		requestModelSchema, requestParameterSchema, requestValidatorSchema, modelResourceSchema,
	)
}
