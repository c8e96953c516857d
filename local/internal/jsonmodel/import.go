package jsonmodel

import (
	"net/url"
	"slices"
	"strings"
)

// Sections are the paths of keys under which OpenAPI 2 and 3 have schemas by name.
var Sections = [][]string{{"definitions"}, {"components", "schemas"}}

// Import gives the model that API Gateway makes of a schema in an OpenAPI document.
// A reference to another schema of the document, or into one, becomes one to its
// model by URL, and some keywords are lost. The schema itself is not changed.
func Import(apiID string, schema any) any {
	switch schema := schema.(type) {
	case []any:
		items := make([]any, len(schema))
		for i, item := range schema {
			items[i] = Import(apiID, item)
		}
		return items
	case map[string]any:
		model := make(map[string]any, len(schema))
		for keyword, value := range schema {
			if !slices.Contains(unimported, keyword) {
				model[keyword] = importKeyword(apiID, keyword, value)
			}
		}
		return model
	}
	return schema
}

// unimported are the keywords that a model does not have after an import. The
// first two are in
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html,
// the others in https://github.com/aws/serverless-application-model/discussions/2708.
var unimported = []string{"maxItems", "minItems", "maxProperties", "minProperties"}

// importKeyword is Import for the value of one keyword, which need not be a schema.
func importKeyword(apiID, keyword string, value any) any {
	switch keyword {
	case "$ref":
		return importReference(apiID, value)
	case "properties", "patternProperties", "definitions", "dependencies":
		return importNamed(apiID, value)
	case "enum", "default", "example":
		return value
	}
	return Import(apiID, value)
}

// importNamed is Import for a mapping of names to schemas.
func importNamed(apiID string, schemas any) any {
	named, ok := schemas.(map[string]any)
	if !ok {
		return schemas
	}
	models := make(map[string]any, len(named))
	for name, schema := range named {
		models[name] = Import(apiID, schema)
	}
	return models
}

// importReference makes of a reference to a schema of the document, or into one, a
// reference to its model. Any other stays.
func importReference(apiID string, ref any) any {
	text, _ := ref.(string)
	name, pointer := ParseReference(text)
	switch {
	case name == "":
		return ref
	case pointer == "":
		return URL(apiID, name)
	}
	return URL(apiID, name) + "#/" + pointer
}

// ParseReference gives the name of the schema in an OpenAPI document that a $ref
// leads to, "" for none, and what is left of the JSON Pointer inside of that schema,
// still escaped: "Pet" and "properties/name".
func ParseReference(ref string) (name, pointer string) {
	for _, section := range Sections {
		if rest, ok := strings.CutPrefix(ref, "#/"+strings.Join(section, "/")+"/"); ok {
			name, pointer, _ = strings.Cut(rest, "/")
			return UnescapeToken(name), pointer
		}
	}
	return "", ""
}

// UnescapeToken gives the key that a part of a JSON Pointer (RFC 6901) in a URI
// fragment stands for: "a/b c" for "a~1b%20c".
func UnescapeToken(token string) string {
	if plain, err := url.PathUnescape(token); err == nil {
		token = plain
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}
