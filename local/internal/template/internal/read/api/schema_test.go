package api

import (
	"testing"

	"maru/local/internal/template/internal/property/propertytest"
)

func TestSchemaTexts(t *testing.T) {
	propertytest.Texts(t,
		apiSchema, httpAPISchema, apiEventSchema, httpAPIEventSchema, stateMachineEventSchema, documentSchema, operationSchema, integrationSchema,
		cloudFormationRESTSchema, methodSchema, stageSchema, cloudFormationHTTPSchema, overridesSchema, routeSchema,
	)
}
