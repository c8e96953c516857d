// Package events makes sample events, as the services of AWS send them to
// functions: those of `sam local generate-event`, with the flags and defaults
// that it has for them (samcli/lib/generated_sample_events/event-mapping.json).
// The shapes are those of each service's chapter in
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html.
//
// Where sam's samples and AWS differ, AWS is right: an S3 key is encoded as S3
// does it, and header names of payload 2.0 are lower case. Services that few
// functions listen to (Alexa, Lex, CodeCommit …) are left out.
package events

import (
	"bytes"
	"crypto/md5"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Event is a kind of event.
type Event struct {
	// Service and Name are the words of the command line: "s3", "put".
	Service, Name string
	// Title is what the event is, for a list.
	Title string
	// Fields can be set.
	Fields []Field
	// file is the template's name in templates.
	file string
}

// Field is something of an event that can be set.
type Field struct {
	// Name is that of sam's flag: "queue-name".
	Name string
	// Default is the value where none is given.
	Default string
}

//go:embed templates/*.json
var templates embed.FS

// placeholder is {{field}} or {{field|encoding}}; it stands in a JSON string.
var placeholder = regexp.MustCompile(`\{\{([a-zA-Z-]+)(?:\|([a-z0-9]+))?\}\}`)

// encodings are the forms in which an event holds a value: a path with a slash
// in front, what {proxy+} takes of it without.
var encodings = map[string]func(string) string{
	"":       func(s string) string { return s },
	"base64": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"md5":    func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) },
	"path":   func(s string) string { return "/" + strings.TrimPrefix(s, "/") },
	"proxy":  func(s string) string { return strings.TrimPrefix(s, "/") },
	// S3 encodes keys as a form does, and leaves slashes.
	"key": func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/") },
}

// Generate gives the event as indented JSON with a line end, its fields set to
// values, or to their defaults. A value for a field that the event does not
// have is an error, and so is one that is no JSON where the event needs JSON.
func (e Event) Generate(values map[string]string) ([]byte, error) {
	all := map[string]string{}
	for _, f := range e.Fields {
		all[f.Name] = f.Default
	}
	for name, value := range values {
		if _, ok := all[name]; !ok {
			return nil, fmt.Errorf("the event %s %s has no field %q", e.Service, e.Name, name)
		}
		all[name] = value
	}
	source, err := templates.ReadFile("templates/" + e.file + ".json")
	if err != nil {
		return nil, fmt.Errorf("reading the template of an event: %w", err)
	}
	filled := placeholder.ReplaceAllFunc(source, func(found []byte) []byte {
		parts := placeholder.FindSubmatch(found)
		return fill(all[string(parts[1])], string(parts[2]))
	})
	var out bytes.Buffer
	if err := json.Indent(&out, filled, "", "  "); err != nil {
		return nil, fmt.Errorf("generating %s %s: a value is not the JSON that the event needs: %w", e.Service, e.Name, err)
	}
	return append(bytes.TrimRight(out.Bytes(), "\n"), '\n'), nil
}

// fill encodes a value for its place: inside the quotes of a JSON string, or,
// for "json", as it is.
func fill(value, encoding string) []byte {
	if encoding == "json" {
		return []byte(value)
	}
	quoted, _ := json.Marshal(encodings[encoding](value)) // of a string: cannot fail
	return quoted[1 : len(quoted)-1]
}
