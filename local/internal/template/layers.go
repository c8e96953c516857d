package template

import (
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// maxLayers is Lambda's quota for one function:
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
const maxLayers = 5

// The texts that are true of all layers.
const (
	noOpt   = "the files of layers are found by PATH, LD_LIBRARY_PATH, PYTHONPATH and NODE_PATH; there is no folder /opt, and extensions are not run"
	noFetch = " is not fetched: the function runs without it"
)

// layer reads an AWS::Serverless::LayerVersion:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-layerversion.html.
func (r *reader) layer(res *resolve.Resource) {
	r.properties(res, r.merged(res)).layer("ContentUri")
}

// rawLayer reads an AWS::Lambda::LayerVersion:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-layerversion.html.
func (r *reader) rawLayer(res *resolve.Resource) { r.plain(res).layer("Content") }

// layer reads what both types of layer have; key names the content.
func (o *object) layer(key string) {
	l := &Layer{LogicalID: o.resource.LogicalID, Pos: o.resource.Pos}
	o.text("LayerName", "") // references have read it; this reports what is wrong with it
	content := o.asset(key)
	switch {
	case content == nil:
		o.fail(l.Pos, "the layer %s has no %s", l.LogicalID, key)
		return
	case inS3(content):
		o.note(Ignored, content.Pos, key, noS3+", and functions run without it; give "+key+" a folder")
	default:
		l.ContentURI = o.folder(code{uri: content, property: key})
		l.BuildMethod = o.resourceMetadata().text("BuildMethod", "")
		o.stack.Layers = append(o.stack.Layers, l)
	}
	o.done(layerSchema)
}

// layers reads a function's Layers and gives the logical IDs of those that are
// the template's.
func (o *object) layers() []string {
	given := o.texts("Layers")
	var ids []string
	for _, n := range given {
		if id := o.scope.LayerOf(n.Value); id != "" {
			ids = append(ids, id)
		} else {
			o.note(Ignored, n.Pos, "Layers", "the layer "+n.Value+noFetch)
		}
	}
	if len(given) > maxLayers {
		o.fail(given[maxLayers].Pos, "a function takes %d layers at most", maxLayers)
	}
	if len(ids) > 0 {
		o.note(Approximated, given[0].Pos, "Layers", noOpt)
	}
	return ids
}

// inS3 tells whether code is where this host does not fetch it.
func inS3(n *syntax.Node) bool {
	return n.Kind == syntax.Mapping || strings.HasPrefix(n.Value, "s3://")
}

var layerSchema = schema{of: "a layer", properties: map[string]property{
	"CompatibleArchitectures": {Listed, noAccount},
	"CompatibleRuntimes":      {Listed, noAccount},
	"Description":             {Listed, noAccount},
	"LicenseInfo":             {Listed, noAccount},
	"PublishLambdaVersion":    {Listed, noAccount},
	"RetentionPolicy":         {Listed, noAccount},
}}
