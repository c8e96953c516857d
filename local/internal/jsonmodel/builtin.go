package jsonmodel

// Builtin gives the schema of a model that every REST API has, Empty or Error; nil
// for any other name:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html.
func Builtin(name string) any {
	switch name {
	case "Empty":
		return map[string]any{"type": "object"}
	case "Error":
		return map[string]any{"type": "object", "properties": map[string]any{"message": map[string]any{"type": "string"}}}
	}
	return nil
}
