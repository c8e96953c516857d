package resolve

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/syntax"
)

// hash is what the CDK calls an asset by.
const hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// synthesized gives the scope of app/S.template.json, whose stack N nests
// app/deeper/N.json, with the files that are in app.
func synthesized(t *testing.T, files map[string]string) *Scope {
	t.Helper()
	system := fstest.MapFS{}
	for path, src := range files {
		system["app/"+path] = &fstest.MapFile{Data: []byte(src)}
	}
	s := settings
	s.ReadFile = func(path string) ([]byte, error) { return fs.ReadFile(system, path) }
	s.Exists = func(path string) bool {
		_, err := fs.Stat(system, path)
		return err == nil
	}
	root, err := syntax.Parse("app/S.template.json", []byte(files["S.template.json"]))
	if err != nil {
		t.Fatal(err)
	}
	scope, err := New(root, s)
	if err != nil {
		t.Fatal(err)
	}
	return scope
}

// value reads a value in YAML.
func value(t *testing.T, src string) *syntax.Node {
	t.Helper()
	document, err := syntax.Parse("v.yaml", []byte("V: "+src))
	if err != nil {
		t.Fatal(err)
	}
	return document.Root.Get("V")
}

// The ways of naming an object in S3, and what is no object.
func TestS3Object(t *testing.T) {
	s := synthesized(t, map[string]string{"S.template.json": `{
		"Parameters": {"Unset": {"Type": "String"}},
		"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}`})
	for _, test := range []struct{ value, want string }{
		{"{S3Bucket: b, S3Key: a/k.zip, S3ObjectVersion: 1}", "s3://b/a/k.zip"},
		{"{Bucket: !Sub '${AWS::AccountId}-b', Key: !Join ['', [k, .zip]]}", "s3://123456789012-b/k.zip"},
		{"{Bucket: !Ref Bucket, Key: k}", "s3://Bucket/k"},
		{"{Bucket: !Ref Unset, Key: k}", "s3:///k"},
		{"{Bucket: '{{resolve:ssm:/b}}', Key: k}", "s3:///k"},
		{"{Bucket: b, Key: !Ref Unset}", "s3://b/"},
		{"{ApplicationId: a}", "s3:///"},
		{"s3://b/a/k.zip", "s3://b/a/k.zip"},
		{"s3://b/k?versionId=1", "s3://b/k"},
		{"https://s3.us-east-1.amazonaws.com/b/a/k", "s3://b/a/k"},
		{"https://s3-us-west-2.amazonaws.com/b/k", "s3://b/k"},
		{"https://s3.amazonaws.com/b.c/k", "s3://b.c/k"},
		{"https://b.c.s3.us-east-1.amazonaws.com/a/k", "s3://b.c/a/k"},
		{"https://b.s3.dualstack.eu-west-1.amazonaws.com/k", "s3://b/k"},
		{"https://b.s3.cn-north-1.amazonaws.com.cn/k", "s3://b/k"},
		{"https://amazonaws.com/b/k", ""},
		{"https://s3.example.com/b/k", ""},
		{"src", ""},
		{"[s3]", ""},
	} {
		o, ok := s.S3Object(value(t, test.value))
		got := o.String()
		if !ok {
			got = ""
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.value, got, test.want)
		}
	}
}

// What is at hand of an object in S3, by the manifest of the stack or of one around
// it, or by its name.
func TestAsset(t *testing.T) {
	const destination = `{"bucketName": "cdk-${AWS::AccountId}-${AWS::Region}-${AWS::Partition}", "objectKey": "%"}`
	file := func(source, key string) string {
		return `{"source": ` + source + `, "destinations": {"d": ` + strings.ReplaceAll(destination, "%", key) + `}}`
	}
	manifest := `{"version": "36.0.0", "files": {
		"a": ` + file(`{"path": "asset.a", "packaging": "zip"}`, "a.zip") + `,
		"b": ` + file(`{"path": "b.template.json", "packaging": "file"}`, "of/${AWS::AccountId}/b.json") + `,
		"c": ` + file(`{"path": "asset.c", "packaging": "zip"}`, "c.zip") + `,
		"d": ` + file(`{"executable": ["make", "d"]}`, "d.zip") + `}, "dockerImages": {}}`
	files := map[string]string{
		"S.template.json":  `{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "deeper/N.json"}}}}`,
		"S.assets.json":    manifest,
		"deeper/N.json":    `{"Resources": {"F": {"Type": "AWS::Lambda::Function"}}}`,
		"asset.a/index.js": "", "asset.b": "", "b.template.json": "{}", "asset.d": "",
		"asset.n/index.js": "", "asset.m.zip": "", hash + ".zip": "", "own.zip": "", "deeper/asset.k": "",
	}
	root := synthesized(t, files)
	inner, err := root.Nested(root.Resource("N"))
	if err != nil {
		t.Fatal(err)
	}
	bucket := "cdk-123456789012-" + settings.Region + "-aws"
	for _, test := range []struct{ name, bucket, key, want, inner string }{
		{"listed", bucket, "a.zip", "asset.a", "../asset.a"},
		{"listed, its key put together", bucket, "of/123456789012/b.json", "b.template.json", "../b.template.json"},
		{"listed, the bucket not known", "", "a.zip", "asset.a", "../asset.a"},
		{"listed for another bucket", "other", "a.zip", "", ""},
		{"listed and not there", bucket, "c.zip", "", ""},
		{"listed, made by a command", bucket, "d.zip", "", ""},
		{"not listed, a folder", bucket, "n.zip", "asset.n", "../asset.n"},
		{"not listed, an archive", "other", "deep/m.zip", "asset.m.zip", "../asset.m.zip"},
		{"not listed, called by its hash", "b", hash + ".zip", hash + ".zip", "../" + hash + ".zip"},
		{"not listed, a name that others may have", "b", "own.zip", "", ""},
		{"beside the nested template", "b", "k", "", "asset.k"},
		{"nowhere", "b", "gone.zip", "", ""},
		{"no key", "b", "", "", ""},
	} {
		for scope, want := range map[*Scope]string{root: test.want, inner: test.inner} {
			got, ok := scope.Asset(S3Object{test.bucket, test.key})
			if got != want || ok != (want != "") {
				t.Errorf("%s: got %q, %t for %s, want %q", test.name, got, ok, scope.File(), want)
			}
		}
	}
	root.settings.Exists = nil
	if got, ok := root.Asset(S3Object{bucket, "a.zip"}); ok {
		t.Errorf("got %q without a way to look for files, want nothing", got)
	}
}

// A manifest that cannot be read is said, and assets are found without it.
func TestManifestThatIsNoJSON(t *testing.T) {
	s := synthesized(t, map[string]string{"S.template.json": "{}", "S.assets.json": `{"files": 1}`, "asset.a": ""})
	want := []Approximation{{
		Pos:  syntax.Position{File: "app/S.assets.json", Line: 1, Column: 1},
		Text: "the asset manifest is not read, and assets are found by their names alone: json: cannot unmarshal number into Go struct field manifest.Files of type map[string]resolve.asset",
	}}
	if diff := cmp.Diff(want, s.Approximations()); diff != "" {
		t.Errorf("approximations (-want +got):\n%s", diff)
	}
	if got, _ := s.Asset(S3Object{"b", "a.zip"}); got != "asset.a" {
		t.Errorf("got %q, want asset.a by its name", got)
	}
}

// Templates of nested stacks and what is included are found as code is.
func TestAssetsThatAreRead(t *testing.T) {
	s := synthesized(t, map[string]string{
		"S.template.json": `{"Resources": {
			"Listed": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Join": ["", [
				"https://s3.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}, "/", {"Fn::Sub": "cdk-${AWS::AccountId}"}, "/n.json"]]}}},
			"Named": {"Type": "AWS::Serverless::Application", "Properties": {"Location": "s3://b/m.json"}},
			"Staged": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "asset.m.json"}, "Properties": {"TemplateURL": "https://s3.amazonaws.com/b/n.json"}},
			"Gone": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://s3.amazonaws.com/b/gone.json"}}}}`,
		"S.assets.json": `{"files": {"n": {"source": {"path": "SListed.nested.template.json"},
			"destinations": {"d": {"bucketName": "cdk-${AWS::AccountId}", "objectKey": "n.json"}}}}}`,
		"SListed.nested.template.json": `{"Resources": {"A": {"Type": "AWS::Lambda::Function"}}}`,
		"asset.m.json":                 `{"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/i.yaml"}}}`,
		"asset.i.yaml":                 "Resources: {B: {Type: AWS::Lambda::Function}}",
	})
	got := map[string]string{}
	for _, r := range s.Resources() {
		inner, err := s.Nested(r)
		if err != nil {
			t.Fatal(err)
		}
		if inner != nil {
			got[r.LogicalID] = inner.File() + " " + inner.Resources()[0].LogicalID
		}
	}
	want := map[string]string{
		"Listed": "app/SListed.nested.template.json A", "Named": "app/asset.m.json NamedB", "Staged": "app/asset.m.json StagedB",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("nested templates (-want +got):\n%s", diff)
	}
}
