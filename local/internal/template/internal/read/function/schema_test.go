package function

import (
	"testing"

	"maru/local/internal/template/internal/property/propertytest"
)

func TestSchemaTexts(t *testing.T) {
	propertytest.Texts(t,
		functionSchema, cloudFormationFunctionSchema, codeSchema, functionURLSchema, environmentSchema, loggingSchema, tenancySchema, maruSchema, metadataSchema, buildPropertiesSchema,
		eventInvokeSchema, destinationsSchema, destinationSchema, deadLetterSchema, provisionedSchema, versionSchema, aliasSchema, layerSchema,
	)
}
