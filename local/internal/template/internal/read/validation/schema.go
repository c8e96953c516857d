package validation

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
)

var (
	requestModelSchema = property.Schema{Of: "RequestModel", Properties: map[string]property.Effect{
		// API Gateway keeps nothing of it: a model says what a body has to have.
		"Required": property.Emulated(),
	}, Strict: true}
	requestParameterSchema = property.Schema{Of: "a request parameter", Properties: map[string]property.Effect{
		"Caching": property.Ignored(property.NoCache),
	}, Strict: true}
	requestValidatorSchema = property.Schema{Of: resolve.TypeRequestValidator, Properties: map[string]property.Effect{
		"Name": property.Emulated(),
	}}
	modelResourceSchema = property.Schema{Of: resolve.TypeModel, Properties: map[string]property.Effect{
		"ContentType": property.Emulated(),
		"Description": property.Emulated(),
		"Name":        property.Emulated(),
	}}
)
