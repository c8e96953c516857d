package auth

import (
	"testing"

	"maru/local/internal/template/internal/property/propertytest"
)

func TestSchemaTexts(t *testing.T) {
	propertytest.Texts(t,
		apiAuthSchema, httpAPIAuthSchema, apiEventAuthSchema, httpAPIEventAuthSchema, lambdaAuthorizerSchema, identitySchema, authorizerSchema,
	)
}
