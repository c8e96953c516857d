package jsonmodel_test

import (
	"errors"
	"fmt"
	"strings"

	"maru/local/internal/jsonmodel"
)

// A model of an API with the ID abc123 refers to another one by its URL.
func Example() {
	models := map[string]any{}
	for name, text := range map[string]string{
		"Song":  `{"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}}`,
		"Songs": `{"type": "array", "items": {"$ref": "https://apigateway.amazonaws.com/restapis/abc123/models/Song"}}`,
	} {
		model, err := jsonmodel.Decode(strings.NewReader(text))
		if err != nil {
			fmt.Println(err)
			return
		}
		models[name] = model
	}
	schemas, broken := jsonmodel.Compile("abc123", models, []string{"Songs", "Albums"})
	fmt.Println("Albums:", broken["Albums"])

	for _, body := range []string{`[{"title": "봄날"}]`, `[{"title": 1}, {}]`, `[`} {
		err := schemas["Songs"].Validate([]byte(body))
		var invalid *jsonmodel.InvalidError
		fmt.Println(errors.As(err, &invalid), err)
	}
	// Output:
	// Albums: failing loading "https://apigateway.amazonaws.com/restapis/abc123/models/Albums": the API has no such model
	// false <nil>
	// true [instance type (number) does not match any allowed primitive type (allowed: ["string"]), object has missing required properties (["title"])]
	// false unexpected EOF
}
