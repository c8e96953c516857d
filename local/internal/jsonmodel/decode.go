package jsonmodel

import (
	"encoding/json"
	"io"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Decode reads one JSON value, a schema or a body, as package encoding/json does,
// but for its numbers: whole ones of 64 bits become json.Number, all others float64,
// and what neither holds is an error. Schemas reckon exactly, in a million digits
// for 1e999999, and do not take every number beyond.
func Decode(r io.Reader) (any, error) {
	v, err := jsonschema.UnmarshalJSON(r)
	if err != nil {
		return nil, err
	}
	return boundNumbers(v)
}

func boundNumbers(value any) (any, error) {
	var err error
	switch value := value.(type) {
	case json.Number:
		if _, err := value.Int64(); err == nil {
			return value, nil
		}
		return value.Float64()
	case []any:
		for i := range value {
			if value[i], err = boundNumbers(value[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for name := range value {
			if value[name], err = boundNumbers(value[name]); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}
