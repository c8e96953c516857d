package openapi

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/property/propertytest"
)

// Where a definition stands, and where this host does not get at it.
func TestOpen(t *testing.T) {
	for _, test := range []struct {
		name, lines string
		open        bool
		said        []string
	}{
		{"none", "      Name: x\n", false, nil},
		{"in place", "      Body: {paths: {}}\n", true, nil},
		{"null", "      Body:\n", false, nil},
		{"of a condition", "      Body: !Ref AWS::NoValue\n", false, nil},
		{"in place and in S3", "      Body: {paths: {}}\n      Location: s3://bucket/key\n", true, nil},
		{"in S3", "      Location: s3://bucket/key\n", false,
			[]string{"8:17 refused Location: a definition in S3 is not fetched; give a path: the API has only the routes of events"}},
		{"in a bucket", "      Location: {Bucket: b, Key: k}\n", false,
			[]string{"8:17 refused Location: a definition in S3 is not fetched; give a path: the API has only the routes of events"}},
		{"in a file, without files", "      Location: api.yaml\n", false,
			[]string{"8:17 approximated Location: nothing is included: api.yaml is not a file of this machine"}},
		{"text", "      Body: x\n", false, []string{"t.yaml:8:13: Body has to be a mapping, but here is a single value"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::ApiGateway::RestApi", test.lines)
			d := Open(o, "Body", "Location")
			if got := d != nil; got != test.open || got && !d.Root.InDefinition() {
				t.Errorf("got a definition %t, want %t", got, test.open)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// What references in a document lead to, and those that lead nowhere.
func TestFollow(t *testing.T) {
	const lines = `      Body:
        here: {name: here}
        direct: {$ref: '#/parts/one'}
        twice: {$ref: '#/parts/two', description: read by people}
        escaped: {$ref: '#/parts/a~1b~0c'}
        missing: {$ref: '#/parts/three'}
        remote: {$ref: 'other.yaml#/parts/one'}
        beside: {$ref: '#/parts/one', name: lost}
        endless: {$ref: '#/endless'}
        parts: {one: {name: one}, two: {$ref: '#/parts/one'}, a/b~c: !If [No, {}, {name: escaped}]}
Conditions: {No: !Equals [a, b]}
`
	for _, test := range []struct{ key, want, said string }{
		{"here", "here", ""},
		{"direct", "one", ""},
		{"twice", "one", ""},
		{"escaped", "escaped", ""},
		{"missing", "", "t.yaml:13:25: $ref: the document has no #/parts/three"},
		{"remote", "", `t.yaml:14:24: $ref has to lead to a place in the same document, #/…, but here is "other.yaml#/parts/one"`},
		{"beside", "one", "t.yaml:15:39: name cannot stand beside $ref"},
		{"endless", "", "t.yaml:16:18: $ref leads on to more than 20 others"},
		{"absent", "", ""},
	} {
		o, report := propertytest.Read(t, "AWS::ApiGateway::RestApi", lines)
		d := Open(o, "Body", "Location")
		if got := d.Follow(d.Root.Object(test.key)).Text("name", ""); got != test.want {
			t.Errorf("%s: got %q, want %q", test.key, got, test.want)
		}
		if got := strings.Join(propertytest.Said(report), "\n"); got != test.said {
			t.Errorf("%s: got %q said, want %q", test.key, got, test.said)
		}
	}
}

// Only API Gateway's extensions do something; those that nobody reads are noted.
func TestDone(t *testing.T) {
	o, report := propertytest.Read(t, "AWS::ApiGateway::RestApi", `      Body:
        x-amazon-apigateway-read: 1
        x-amazon-apigateway-known: 2
        x-amazon-apigateway-raed: 3
        x-other: 4
        description: read by people
`)
	root := Open(o, "Body", "Location").Root
	root.Text(Extension+"read", "")
	Done(root, property.Schema{Of: "a definition", Properties: map[string]property.Effect{
		Extension + "known": property.Ignored("is known"),
	}})
	want := []string{
		"10:9 ignored Body.x-amazon-apigateway-known: is known",
		`11:9 ignored Body.x-amazon-apigateway-raed: is not an extension of a definition here; did you mean "x-amazon-apigateway-read"?`,
	}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
