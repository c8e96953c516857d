package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

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

// hasBody reports whether the request has a body, for routes that need none.
func hasBody(r *http.Request) bool { return isForm(r) || r.ContentLength != 0 }

// readForm lets HTML forms say what they cannot: HTML knows the methods GET and
// POST only, and no header fields. In a posted form the field _method, PUT or
// DELETE, takes the place of the method, _key that of the header
// Idempotency-Key, and _match that of If-Match. Other requests stay as they are.
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
	for field, header := range map[string]string{"_key": "Idempotency-Key", "_match": "If-Match"} {
		if value := r.PostForm.Get(field); value != "" {
			r.Header.Set(header, value)
		}
	}
	return r, nil
}

// decode reads the request's body, JSON or a form, into a T, a struct of strings
// and numbers. It returns errMediaType, errBodyTooLarge, errBody for what is not
// one object of I-JSON, and shop.Invalid naming every field that is unknown,
// missing, there twice or not of its type. A field that is a pointer may be missing.
func decode[T any](r *http.Request) (T, error) {
	var v T
	var fields members
	var err error
	switch {
	case isForm(r):
		fields, err = formMembers(r.PostForm, reflect.TypeFor[T]())
	case mediaType(r) == mediaJSON:
		fields, err = readMembers(r.Body)
	default:
		err = errMediaType
	}
	if err == nil {
		err = fields.fill(reflect.ValueOf(&v).Elem())
	}
	return v, err
}

// formMembers returns a form as the members of the JSON object it stands for:
// fields that are numbers in target without quotes. Fields that begin with _ are
// for readForm.
func formMembers(form url.Values, target reflect.Type) (members, error) {
	fields := members{}
	for name, values := range form {
		if strings.HasPrefix(name, "_") {
			continue
		}
		if len(values) > 1 {
			return nil, shop.Invalid{{Field: name, Detail: "must be given once"}}
		}
		if !utf8.ValidString(name) || !utf8.ValidString(values[0]) {
			return nil, fmt.Errorf("%w: not UTF-8", errBody)
		}
		text := []byte(values[0])
		if !isNumber(target, name) || !json.Valid(text) {
			text, _ = json.Marshal(values[0]) // A string always has a JSON form.
		}
		fields[name] = text
	}
	return fields, nil
}

// isNumber reports whether the struct type has a numeric field of this JSON name.
func isNumber(target reflect.Type, name string) bool {
	for field := range target.Fields() {
		if field.Tag.Get("json") == name {
			return kindOf(field.Type) != reflect.String
		}
	}
	return false
}

// fill sets the fields of a struct, and empties m. It returns shop.Invalid with
// all that is wrong. Unlike encoding/json it takes no name in another case, and
// no null for a value.
func (m members) fill(target reflect.Value) error {
	var faults shop.Invalid
	for field, value := range target.Fields() {
		name := field.Tag.Get("json")
		text, given := m[name]
		delete(m, name)
		switch {
		case !given && field.Type.Kind() == reflect.Pointer:
		case !given:
			faults = append(faults, shop.Fault{Field: name, Detail: "is required"})
		case string(text) == "null" || json.Unmarshal(text, value.Addr().Interface()) != nil:
			faults = append(faults, shop.Fault{Field: name, Detail: "must be a " + typeName(kindOf(field.Type))})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		faults = append(faults, shop.Fault{Field: name, Detail: "is not a field of this resource"})
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

// bodyError says what is wrong with a body from the error of reading it.
func bodyError(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return errBodyTooLarge
	}
	return fmt.Errorf("%w: %w", errBody, err)
}

// kindOf returns the kind of the values of a field, which may be a pointer.
func kindOf(field reflect.Type) reflect.Kind {
	if field.Kind() == reflect.Pointer {
		field = field.Elem()
	}
	return field.Kind()
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
