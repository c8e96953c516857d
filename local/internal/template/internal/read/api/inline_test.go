package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/resolve"
)

// What SAM writes into a definition needs one that SAM can write into.
func TestInlineOnly(t *testing.T) {
	const (
		file    = " needs the definition in DefinitionBody; SAM does not read DefinitionUri"
		rest    = resolve.TypeAPI
		http    = resolve.TypeHTTPAPI
		include = "DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: api.yaml}}}"
	)
	for _, test := range []struct {
		name, resourceType, definition, property string
		want                                     []string
	}{
		{"REST, Cors", rest, "DefinitionUri: x", "Cors: \"'*'\"", []string{"t.yaml:10:13: Cors" + file}},
		{"REST, Auth", rest, "DefinitionUri: x", "Auth: {DefaultAuthorizer: AWS_IAM}", []string{"t.yaml:10:13: Auth" + file}},
		{"REST, empty Auth", rest, "DefinitionUri: x", "Auth: {}", nil},
		{"REST, answers", rest, "DefinitionUri: x", "GatewayResponses: {DEFAULT_4XX: {StatusCode: 400}}", []string{"t.yaml:10:25: GatewayResponses" + file}},
		{"REST, endpoint", rest, "DefinitionUri: x", "DisableExecuteApiEndpoint: false", []string{"t.yaml:10:34: DisableExecuteApiEndpoint" + file}},
		{"REST, tags", rest, "DefinitionUri: x", "Tags: {a: b}", nil},
		{"REST, merged", rest, "DefinitionUri: x", "MergeDefinitions: true", []string{"t.yaml:10:25: MergeDefinitions" + file}},
		{"REST, not merged", rest, "DefinitionUri: x", "MergeDefinitions: false", nil},
		{"HTTP, CORS", http, "DefinitionUri: x", "CorsConfiguration: true", []string{"t.yaml:10:26: CorsConfiguration" + file}},
		{"HTTP, no CORS", http, "DefinitionUri: x", "CorsConfiguration: false", nil},
		{"HTTP, tags", http, "DefinitionUri: x", "Tags: {a: b}", []string{"t.yaml:10:13: Tags" + file}},
		{"HTTP, name", http, "DefinitionUri: x", "Name: n", []string{"t.yaml:10:13: Name" + file}},
		{"two definitions", rest, "DefinitionUri: x", "DefinitionBody: {paths: {}}", []string{"t.yaml:9:22: DefinitionUri cannot stand beside DefinitionBody"}},
		{"inline", rest, "DefinitionBody: {paths: {}}", "Cors: \"'*'\"", nil},
		{"included", rest, include, "Cors: \"'*'\"",
			[]string{"t.yaml:10:13: Cors needs a DefinitionBody that SAM can write it into, but here is Fn::Transform; put the call below paths"}},
		{"included, with nothing to write", rest, include, "Description: x", nil},
		{"without paths", http, "DefinitionBody: {openapi: 3.0.1}", "CorsConfiguration: true",
			[]string{"t.yaml:10:26: CorsConfiguration needs a DefinitionBody that SAM can write it into, but it has no paths"}},
		{"named twice", http, "DefinitionBody: {info: {title: a}, paths: {}}", "Name: b",
			[]string{"t.yaml:10:13: Name cannot stand beside DefinitionBody; say it there, by info.title"}},
		{"no definition", http, "Description: x", "CorsConfiguration: true", nil},
	} {
		o, report := propertytest.Read(t, test.resourceType, "      StageName: v1\n      "+test.definition+"\n      "+test.property+"\n")
		NewReader(o.Scope(), report, nil).SAM(o)
		var got []string
		for _, err := range report.Errors() {
			got = append(got, err.Error())
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: errors (-want +got):\n%s", test.name, diff)
		}
	}
}

// A path or a method with nothing behind it is no route, and is not passed over.
func TestEmptyItems(t *testing.T) {
	const text = " has nothing behind it, and CloudFormation takes no null"
	for _, test := range []struct {
		definition string
		file       bool
		want       []string
	}{
		{"{paths: {/x: }}", false, []string{"t.yaml:9:32: /x" + text}},
		{"{paths: {/x: {get: , parameters: , x-amazon-apigateway-any-method: {" + called + "}}}}", false, []string{"t.yaml:9:37: /x.get" + text}},
		{"{paths: {x-tool: }}", false, nil},
		{"{paths: {/x: {put: }}}", true, []string{
			"9:37 ignored DefinitionBody.paths./x.put: has nothing behind it: API Gateway makes nothing of it"}},
	} {
		o, report := propertytest.Read(t, resolve.TypeAPI, "      StageName: v1\n      DefinitionBody: "+test.definition+"\n")
		r := NewReader(o.Scope(), report, nil)
		r.SAM(o)
		a := r.apis["R"]
		a.document.File = test.file
		r.Definition(o.Resource())
		if diff := cmp.Diff(test.want, propertytest.Said(report)); diff != "" {
			t.Errorf("%s: errors and notes (-want +got):\n%s", test.definition, diff)
		}
	}
}
