package function

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/stack"
)

// What a build method heeds of BuildProperties, and that the rest has a line.
func TestBuildProperties(t *testing.T) {
	no := false
	o, report := propertytest.Read(t, "AWS::Serverless::Function", minimal+"    Metadata: {BuildMethod: esbuild, BuildProperties: "+
		"{EntryPoints: [a.ts], External: [x], Minify: false, Sourcemap: true, Target: es2020, Minfy: 1, UseNpmCi: true, Binary: b}}\n")
	f, _ := (&Reader{Dir: "/app"}).SAM(o)
	want := stack.BuildProperties{EntryPoints: []string{"a.ts"}, External: []string{"x"}, Minify: &no, Sourcemap: true, Target: "es2020", Binary: "b"}
	if diff := cmp.Diff(want, f.BuildProperties); diff != "" || f.BuildMethod != "esbuild" {
		t.Errorf("got the method %q with (-want +got):\n%s", f.BuildMethod, diff)
	}
	wantSaid := []string{
		"10:166 ignored Metadata.BuildProperties.Binary: only the build method rust-cargolambda heeds it",
		`10:140 ignored Metadata.BuildProperties.Minfy: is not a property of Metadata.BuildProperties; did you mean "Minify"?`,
		"10:150 listed Metadata.BuildProperties.UseNpmCi: npm installs what the lock file says, if there is one",
	}
	if diff := cmp.Diff(wantSaid, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// Metadata has keys of this host, of sam and of other tools; what is none of them may be
// misspelt.
func TestMetadataKeys(t *testing.T) {
	for metadata, want := range map[string][]string{
		"{BuildMethod: go1.x, Maru: {Methods: [TRACE]}, 'aws:cdk:path': a/b}": nil,
		"{BuildMethd: go1.x}": {`10:16 ignored Metadata.BuildMethd: is not a property of Metadata that this host knows; did you mean "BuildMethod"?`},
		"{Notes: x}":          {"10:16 ignored Metadata.Notes: is not a property of Metadata that this host knows"},
		"{cfn_nag: {rules_to_suppress: []}, cfn-lint: {}, 'aws:asset:is-bundled': true, 'AWS::CloudFormation::Designer': {}}": {
			"10:16 listed Metadata.cfn_nag: is for other tools", "10:50 listed Metadata.cfn-lint: is for other tools",
			"10:64 listed Metadata.aws:asset:is-bundled: is the CDK's", "10:94 listed Metadata.AWS::CloudFormation::Designer: is for other tools",
		},
		"{Dockerfile: Dockerfile, ContextPath: x}": {
			"10:16 listed Metadata.Dockerfile: container images are not built", "10:40 ignored Metadata.ContextPath: make runs in CodeUri",
		},
	} {
		o, report := propertytest.Read(t, "AWS::Serverless::Function", minimal+"    Metadata: "+metadata+"\n")
		(&Reader{Dir: "/app", Claims: map[string]stack.Position{}}).SAM(o)
		if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
			t.Errorf("%s: notes (-want +got):\n%s", metadata, diff)
		}
	}
	o, report := propertytest.Read(t, "AWS::Serverless::LayerVersion", "      ContentUri: x\n    Metadata: {BuildMethod: makefile, BuildProperties: {}, BuildMethodd: a}\n")
	(&Reader{Dir: "/app"}).SAMLayer(o)
	want := []string{
		"9:39 ignored Metadata.BuildProperties: a layer's build has none",
		`9:60 ignored Metadata.BuildMethodd: is not a property of Metadata that this host knows; did you mean "BuildMethod"?`,
	}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("of a layer: notes (-want +got):\n%s", diff)
	}
}
