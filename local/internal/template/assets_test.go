package template

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// synthesized reads a template of the CDK's among files, with Resources that are
// given as YAML.
func synthesized(t *testing.T, resources string, files ...string) *Stack {
	t.Helper()
	system := fstest.MapFS{"cdk.out/S.assets.json": {Data: []byte(`{"files": {"code": {
		"source": {"path": "asset.code", "packaging": "zip"},
		"destinations": {"current": {"bucketName": "cdk-${AWS::AccountId}-${AWS::Region}", "objectKey": "code.zip"}}}}}`)}}
	for _, file := range files {
		name, content, _ := strings.Cut(file, "\n")
		system["cdk.out/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	s, err := Parse("/cdk.out/S.template.json", []byte("Transform: AWS::Serverless-2016-10-31\nResources:\n"+resources), Options{
		ReadFile: func(path string) ([]byte, error) { return fs.ReadFile(system, path[1:]) },
		Exists: func(path string) bool {
			_, err := fs.Stat(system, path[1:])
			return err == nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Code that the template has in S3 is what lies beside the template, in every
// property that names code; it comes built.
func TestAssetsOfFunctions(t *testing.T) {
	const lambda, sam = "Runtime: nodejs22.x, Handler: index.handler, Code: ", "Runtime: nodejs22.x, Handler: index.handler, CodeUri: "
	const bucket = "!Sub 'cdk-${AWS::AccountId}-${AWS::Region}'"
	const staged = "Metadata: {'aws:asset:path': asset.own, 'aws:asset:property': Code}, "
	for _, test := range []struct{ name, resource, want string }{
		{"CloudFormation's", "Type: AWS::Lambda::Function, Properties: {" + lambda + "{S3Bucket: " + bucket + ", S3Key: code.zip}}", "/cdk.out/asset.code true "},
		{"SAM's", "Type: AWS::Serverless::Function, Properties: {" + sam + "{Bucket: " + bucket + ", Key: code.zip}}", "/cdk.out/asset.code true "},
		{"SAM's, a URI", "Type: AWS::Serverless::Function, Properties: {" + sam + "!Sub 's3://cdk-${AWS::AccountId}-${AWS::Region}/code.zip'}", "/cdk.out/asset.code true "},
		{"by its name", "Type: AWS::Serverless::Function, Properties: {" + sam + "s3://b/named.zip}", "/cdk.out/asset.named true "},
		{"with Metadata, which wins", staged + "Type: AWS::Lambda::Function, Properties: {" + lambda + "{S3Bucket: " + bucket + ", S3Key: code.zip}}", "/cdk.out/asset.own true "},
		{"a folder", "Type: AWS::Serverless::Function, Properties: {" + sam + "asset.code}", "/cdk.out/asset.code false "},
		{"missing", "Type: AWS::Lambda::Function, Properties: {" + lambda + "{S3Bucket: b, S3Key: gone.zip}}",
			" false code in S3 is not fetched, and s3://b/gone.zip is not beside the template; give Code a folder"},
		{"without a name", "Type: AWS::Lambda::Function, Properties: {" + lambda + "{S3Bucket: b, S3Key: !Ref Nobody}}",
			" false code in S3 is not fetched; give Code a folder"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := synthesized(t, "  F: {"+test.resource+"}\n", "asset.code/index.js", "asset.named/index.js")
			f := s.Functions[0]
			if got := fmt.Sprint(f.CodeURI, " ", f.Built, " ", f.Unsupported); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			var refused []string
			for _, n := range s.Notes {
				if n.Level == Refused {
					refused = append(refused, n.Pos.String()+" "+n.Text)
				}
			}
			var want []string
			if f.Unsupported != "" {
				want = []string{"/cdk.out/S.template.json:3:3 " + f.Unsupported}
			}
			if diff := cmp.Diff(want, refused); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever else a template may have in S3 is found as code is.
func TestAssetsOfOthers(t *testing.T) {
	const function = "  F: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Handler: index.handler, Code: {S3Bucket: b, S3Key: nested.zip}}}\n"
	const definition = "asset.api.yaml\npaths: {/x: {get: {x-amazon-apigateway-integration: {type: aws_proxy, uri: {'Fn::GetAtt': [F, Arn]}}}}}\n"
	for _, test := range []struct {
		name, resources string
		files           []string
		want            string
	}{
		{"layer", "  L: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: b, S3Key: named.zip}}}\n", nil, "L /cdk.out/asset.named"},
		{"SAM's layer", "  L: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: s3://b/named.zip}}\n", nil, "L /cdk.out/asset.named"},
		{"nested stack", "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Sub 'https://s3.${AWS::Region}.${AWS::URLSuffix}/b/stack.json'}}\n",
			[]string{"asset.stack.json\nResources:\n" + function, "asset.nested/index.js"}, "F /cdk.out/asset.nested"},
		{"definition", function + "  A: {Type: AWS::ApiGateway::RestApi, Properties: {BodyS3Location: {Bucket: b, Key: api.yaml}}}\n", []string{definition},
			"F , A GET /x asset.api.yaml:1:14"},
		{"definition, by Metadata", function + "  A: {Type: AWS::ApiGateway::RestApi, Metadata: {'aws:asset:path': asset.api.yaml, 'aws:asset:property': BodyS3Location}, " +
			"Properties: {BodyS3Location: {Bucket: b, Key: other.yaml}}}\n", []string{definition}, "F , A GET /x asset.api.yaml:1:14"},
		{"SAM's definition", function + "  A: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionUri: {Bucket: b, Key: api.yaml}}}\n", []string{definition},
			"F , A GET /x asset.api.yaml:1:14"},
		{"what is included", function + "  A: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionBody: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: 's3://b/api.yaml'}}}}}\n",
			[]string{definition}, "F , A GET /x asset.api.yaml:1:14"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := synthesized(t, test.resources, append(test.files, "asset.named/x")...)
			var got []string
			for _, l := range s.Layers {
				got = append(got, l.LogicalID+" "+l.ContentURI)
			}
			for _, f := range s.Functions {
				got = append(got, f.LogicalID+" "+f.CodeURI)
			}
			for _, a := range s.APIs {
				for _, r := range a.Routes {
					got = append(got, a.LogicalID+" "+r.Key()+" "+strings.TrimPrefix(r.Pos.String(), "/cdk.out/"))
				}
			}
			if got := strings.Join(got, ", "); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
