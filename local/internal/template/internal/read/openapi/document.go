// Package openapi opens the OpenAPI definition of an API, Swagger 2 or OpenAPI 3:
// where it stands, what its references lead to, and how the extensions of API
// Gateway are called:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html.
//
// What a definition says is read by those whose subject it is: packages auth,
// response, validation and api. All but the extensions describes the API to people
// and does nothing.
package openapi

import (
	"slices"
	"strings"

	"maru/local/internal/jsonmodel"
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// The extensions that are read.
const (
	// Extension begins the name of each of them.
	Extension            = "x-amazon-apigateway-"
	ExtensionAny         = Extension + "any-method"
	ExtensionAuth        = Extension + "auth"
	ExtensionAuthorizer  = Extension + "authorizer"
	ExtensionAuthtype    = Extension + "authtype"
	ExtensionBinary      = Extension + "binary-media-types"
	ExtensionCORS        = Extension + "cors"
	ExtensionIntegration = Extension + "integration"
	ExtensionPolicy      = Extension + "policy"
	ExtensionResponses   = Extension + "gateway-responses"
	ExtensionValidator   = Extension + "request-validator"
	ExtensionValidators  = Extension + "request-validators"
)

// maxReferences is how many $ref may lead on to one another.
const maxReferences = 20

// Document is an OpenAPI definition.
type Document struct {
	// Root is the whole of it.
	Root *property.Object
	// File is true for one that stands in a file of its own.
	File bool
}

// Open gives the definition of the API o, which stands under the key body or in
// the file that the key location names; nil where there is none, or none that this
// host can read, which a note says.
func Open(o *property.Object, body, location string) *Document {
	key, n := body, o.Raw(body)
	if file := o.Asset(location); n == nil && file.Value != nil {
		if file.Missing != nil || file.Value.Kind != syntax.Scalar || elsewhere(file.Value.Value) {
			o.Note(stack.Refused, file.Value.Pos, location, "a definition in S3 is not fetched; give a path: the API has only the routes of events")
			return nil
		}
		key, n = location, include(file.Value)
	}
	if n == nil {
		return nil
	}
	root := o.Definition(key, n)
	if !root.Exists() {
		return nil
	}
	return &Document{Root: root, File: key == location}
}

// elsewhere tells whether a location is on another machine, or in Parameter Store.
func elsewhere(location string) bool {
	return strings.Contains(location, "://") || strings.Contains(location, "{{resolve:")
}

// include is the call of AWS::Include for a file, which may hold intrinsic
// functions: sam evaluates them in local definitions.
func include(location *syntax.Node) *syntax.Node {
	mapping := func(key string, value *syntax.Node, more ...syntax.Entry) *syntax.Node {
		entries := append([]syntax.Entry{{Key: key, Pos: location.Pos, Value: value}}, more...)
		return &syntax.Node{Kind: syntax.Mapping, Pos: location.Pos, Entries: entries}
	}
	return mapping("Fn::Transform", mapping("Name", syntax.Text(location.Pos, "AWS::Include"), syntax.Entry{
		Key: "Parameters", Pos: location.Pos, Value: mapping("Location", location),
	}))
}

// Follow gives what o, an object of the document, refers to with $ref, o itself
// where it does not. Beside a $ref only descriptions may stand: what else is there
// would be lost.
func (d *Document) Follow(o *property.Object) *property.Object {
	for range maxReferences {
		ref := o.Get("$ref")
		if ref == nil {
			return o
		}
		for _, e := range o.Entries() {
			if !slices.Contains([]string{"$ref", "summary", "description"}, e.Key) {
				o.Fail(e.Pos, "%s cannot stand beside $ref", e.Key)
			}
		}
		o = d.at(o, ref)
	}
	o.Fail(o.Pos(), "$ref leads on to more than %d others", maxReferences)
	return o.Inside("", nil)
}

// at gives the object that a reference into the document leads to, a JSON
// Pointer (RFC 6901) in a URI fragment: "#/components/x".
func (d *Document) at(o *property.Object, ref *syntax.Node) *property.Object {
	pointer, ok := strings.CutPrefix(ref.Value, "#/")
	if !ok {
		o.Fail(ref.Pos, "$ref has to lead to a place in the same document, #/…, but here is %q", ref.Value)
		return o.Inside("", nil)
	}
	n := d.Root.Node()
	for token := range strings.SplitSeq(pointer, "/") {
		if n = n.Get(jsonmodel.UnescapeToken(token)); n != nil {
			n = o.Resolve(n, "$ref")
		}
	}
	if n == nil {
		o.Fail(ref.Pos, "$ref: the document has no %s", ref.Value)
	}
	return o.Inside("", n)
}

// Done makes a note of every extension of API Gateway's in o that was not asked
// for: what the schema says of it, or that the schema does not have it.
func Done(o *property.Object, known property.Schema) {
	for _, e := range o.Entries() {
		if !strings.HasPrefix(e.Key, Extension) || o.Asked(e.Key) {
			continue
		}
		if p, ok := known.Properties[e.Key]; ok {
			o.Note(p.Level, e.Pos, e.Key, p.Text)
			continue
		}
		o.Note(stack.Ignored, e.Pos, e.Key, "is not an extension of "+known.Of+" here"+o.Suggestion(e.Key, known))
	}
}
