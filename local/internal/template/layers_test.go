package template

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What of a function's layers is read, and from where.
func TestLayers(t *testing.T) {
	const sam = "  L: {Type: AWS::Serverless::LayerVersion, Properties: {LayerName: shared, ContentUri: layer}}\n"
	const attached = "the files of layers are found by PATH, LD_LIBRARY_PATH, PYTHONPATH and NODE_PATH; there is no folder /opt, and extensions are not run"
	for _, test := range []struct {
		name, layers, resources string
		want                    []string
		content, method         string
		notes                   []string
	}{
		{"SAM's", "[!Ref L]", sam, []string{"L"}, "/app/layer", "", []string{"8:16 approximated F.Layers: " + attached}},
		{
			"built", "[!Ref L]", "  L: {Type: AWS::Serverless::LayerVersion, Metadata: {BuildMethod: python3.13}, Properties: {ContentUri: l.zip}}\n",
			[]string{"L"}, "/app/l.zip", "python3.13", []string{"8:16 approximated F.Layers: " + attached},
		},
		{
			"CDK's", "[!Ref L]", "  L: {Type: AWS::Lambda::LayerVersion, Metadata: {aws:asset:path: asset.1, aws:asset:property: Content}, Properties: {Content: {S3Bucket: b, S3Key: k}}}\n",
			[]string{"L"}, "/app/asset.1", "", []string{"8:16 approximated F.Layers: " + attached},
		},
		{
			"in S3", "[!Ref L]", "  L: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: b, S3Key: k}}}\n",
			[]string{"L"}, "", "", []string{
				"8:16 approximated F.Layers: " + attached,
				"9:62 ignored L.Content: code in S3 is not fetched, and s3://b/k is not beside the template: functions run without it; give Content a folder",
			},
		},
		{
			"of an account in AWS", "['arn:aws:lambda:us-east-1:017000801446:layer:Tools:3', !Ref L]", sam, []string{"L"}, "/app/layer", "", []string{
				"8:16 ignored F.Layers: the layer arn:aws:lambda:us-east-1:017000801446:layer:Tools:3 is not fetched: the function runs without it",
				"8:16 approximated F.Layers: " + attached,
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, function+"      Layers: "+test.layers+"\n"+test.resources)
			if diff := cmp.Diff(test.want, s.Functions[0].Layers); diff != "" {
				t.Errorf("layers (-want +got):\n%s", diff)
			}
			l := s.Layer("L")
			if l == nil {
				l = new(Layer)
			}
			if l.ContentURI != test.content || l.BuildMethod != test.method {
				t.Errorf("got %+v, want %s by %q", l, test.content, test.method)
			}
			if diff := cmp.Diff(test.notes, noted(s)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// The order of layers is that of the function, those of Globals first, and a
// nested stack may have those of the stack around it.
func TestLayersOfSeveralPlaces(t *testing.T) {
	const parent = `Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Layers: [!Ref B]}}
Resources:
  A: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: a}}
  B: {Type: AWS::Lambda::LayerVersion, Properties: {Content: b}}
  F: {Type: AWS::Serverless::Function, Properties: {Runtime: provided, Handler: x, Layers: [!Ref A, !GetAtt N.Outputs.Own]}}
  N: {Type: AWS::Serverless::Application, Properties: {Location: sub/child.yaml, Parameters: {Given: !Ref A}}}
`
	const child = `Transform: AWS::Serverless-2016-10-31
Parameters: {Given: {Type: String}}
Resources:
  C: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: c}}
  G: {Type: AWS::Serverless::Function, Properties: {Runtime: provided, Handler: x, Layers: [!Ref Given]}}
Outputs: {Own: {Value: !Ref C}}
`
	s, err := parseTree(parent, map[string]string{"sub/child.yaml": child})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range s.Functions {
		if diff := cmp.Diff(map[string][]string{"F": {"B", "A", "C"}, "G": {"A"}}[f.LogicalID], f.Layers); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.LogicalID, diff)
		}
	}
	if got := s.Layer("C").ContentURI; got != "/app/sub/c" {
		t.Errorf("got %s, want the folder beside the nested template", got)
	}
}

func TestLayerErrors(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{function + "  L: {Type: AWS::Serverless::LayerVersion}\n", "8:3: the layer L has no ContentUri"},
		{function + "      Layers: [a, b, c, d, e, f]\n", "8:31: a function takes 5 layers at most"},
		{function + "      Layers: [!Ref L]\n", `8:16: "L" is neither a parameter nor a resource of the template`},
	} {
		_, err := parse(test.src, Options{})
		if diff := cmp.Diff([]string{"template.yaml:" + test.want}, messages(err)); diff != "" {
			t.Errorf("errors (-want +got):\n%s", diff)
		}
	}
}
