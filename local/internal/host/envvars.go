package host

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// parametersKey is the member of an --env-vars file that holds for every function.
const parametersKey = "Parameters"

// byteOrderMark is what some editors and shells of Windows begin a text with.
const byteOrderMark = "\ufeff"

// readEnvVars reads an --env-vars file; see parseEnvVars.
func readEnvVars(path string) (map[string]map[string]string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading --env-vars: %w", err)
	}
	vars, err := parseEnvVars(raw)
	if err != nil {
		return nil, fmt.Errorf("reading --env-vars %s: %w", path, err)
	}
	return vars, nil
}

// parseEnvVars reads either of sam's forms: an object of functions, by logical
// ID or name, each an object of variables; or the same for every function under
// "Parameters". Numbers and booleans are taken as they are written, null as "".
func parseEnvVars(raw []byte) (map[string]map[string]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte(byteOrderMark))))
	decoder.UseNumber()
	var file any
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("it goes on at byte %d, behind its end", decoder.InputOffset())
	}
	functions, ok := file.(map[string]any)
	if !ok {
		return nil, errors.New(`it has to be an object, {"Function": {"NAME": "value"}} or {"Parameters": {"NAME": "value"}}`)
	}
	vars := map[string]map[string]string{}
	for function, value := range functions {
		variables, ok := value.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%s has to be an object of variables; to set a variable %[1]s of every function, write {%q: {%[1]q: …}}", function, parametersKey)
		}
		var err error
		if vars[function], err = variableTexts(function, variables); err != nil {
			return nil, err
		}
	}
	return vars, nil
}

// variableTexts gives a function's variables as the environment has them.
func variableTexts(function string, values map[string]any) (map[string]string, error) {
	texts := map[string]string{}
	for name, value := range values {
		switch value.(type) {
		case string, json.Number, bool:
			texts[name] = fmt.Sprint(value)
		case nil:
			texts[name] = ""
		default:
			return nil, fmt.Errorf("%s.%s has to be a string, a number or a boolean", function, name)
		}
	}
	return texts, nil
}
