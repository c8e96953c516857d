package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"maru/functions/internal/shop"
)

// longestBody is the most bytes a request's body may have: the longest post in
// four-byte characters, escaped, with room to spare.
const longestBody = 128 << 10

const mediaForm = "application/x-www-form-urlencoded"

// mediaType returns the media type of the request's body, without parameters.
func mediaType(r *http.Request) string {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media
}

// isForm reports whether the request is a posted form, which readForm has read.
func isForm(r *http.Request) bool { return r.PostForm != nil }

// readForm lets HTML forms say what they cannot: HTML knows the methods GET and
// POST only, and no header fields. In a posted form the field _method, PUT or
// DELETE, takes the place of the method and _key that of the header
// Idempotency-Key. Other requests stay as they are.
func readForm(w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	r.Body = http.MaxBytesReader(w, r.Body, longestBody)
	if r.Method != http.MethodPost || mediaType(r) != mediaForm {
		return r, nil
	}
	if err := r.ParseForm(); err != nil {
		return r, bodyError(err)
	}
	r = r.Clone(r.Context())
	if method := r.PostForm.Get("_method"); method == http.MethodPut || method == http.MethodDelete {
		r.Method = method
	}
	if key := r.PostForm.Get("_key"); key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	return r, nil
}

// decode reads the request's body, JSON or a form, into a T, a struct of strings
// and numbers. It returns errMediaType, errBodyTooLarge, errBody for what is not
// the JSON of one T, and shop.Invalid naming the field that is unknown or not of its type.
func decode[T any](r *http.Request) (T, error) {
	var v T
	var body io.Reader = r.Body
	switch {
	case isForm(r):
		text, err := formJSON(r.PostForm, reflect.TypeFor[T]())
		if err != nil {
			return v, err
		}
		body = bytes.NewReader(text)
	case mediaType(r) != mediaJSON:
		return v, errMediaType
	}
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&v); err != nil {
		return v, bodyError(err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return v, fmt.Errorf("%w: more than one JSON value", errBody)
	}
	return v, nil
}

// formJSON writes a form as the JSON object it stands for: fields that are numbers
// in target without quotes. Fields that begin with _ are for readForm.
func formJSON(form url.Values, target reflect.Type) ([]byte, error) {
	object := make(map[string]any, len(form))
	for name, values := range form {
		switch {
		case strings.HasPrefix(name, "_"):
		case len(values) > 1:
			return nil, shop.Invalid{{Field: name, Detail: "must be given once"}}
		case isNumber(target, name) && json.Valid([]byte(values[0])):
			object[name] = json.RawMessage(values[0])
		default:
			object[name] = values[0]
		}
	}
	return encodeJSON(object)
}

// isNumber reports whether the struct type has a numeric field of this JSON name.
func isNumber(target reflect.Type, name string) bool {
	for field := range target.Fields() {
		if field.Tag.Get("json") == name {
			return field.Type.Kind() != reflect.String
		}
	}
	return false
}

// bodyError says what is wrong with a body from the error of reading it.
func bodyError(err error) error {
	var wrongType *json.UnmarshalTypeError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return errBodyTooLarge
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return shop.Invalid{{Field: wrongType.Field, Detail: "must be a " + typeName(wrongType.Type.Kind())}}
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: empty", errBody)
	}
	// encoding/json has no type for this one.
	if name, found := strings.CutPrefix(err.Error(), "json: unknown field "); found {
		return shop.Invalid{{Field: strings.Trim(name, `"`), Detail: "is not a field of this resource"}}
	}
	return fmt.Errorf("%w: %w", errBody, err)
}

// typeName is what JSON calls values of the kind, in the words of a message.
func typeName(kind reflect.Kind) string {
	switch kind {
	case reflect.String:
		return "string"
	case reflect.Int:
		return "whole number"
	}
	return "number"
}
