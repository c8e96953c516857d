package function

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// maxLayers is Lambda's quota for one function:
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
const maxLayers = 5

// The texts that are true of all layers.
const (
	noOpt   = "the files of layers are found by PATH, LD_LIBRARY_PATH, PYTHONPATH and NODE_PATH; there is no folder /opt, and extensions are not run"
	noFetch = " is not fetched: the function runs without it"
)

// SAMLayer reads an AWS::Serverless::LayerVersion; nil for one whose content is not on
// this machine:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-layerversion.html.
func (r *Reader) SAMLayer(o *property.Object) *stack.Layer { return r.layer(o, "ContentUri") }

// CloudFormationLayer is SAMLayer for an AWS::Lambda::LayerVersion:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-layerversion.html.
func (r *Reader) CloudFormationLayer(o *property.Object) *stack.Layer { return r.layer(o, "Content") }

// layer reads what both types of layer have; key names the content.
func (r *Reader) layer(o *property.Object, key string) *stack.Layer {
	l := &stack.Layer{LogicalID: o.Resource().LogicalID, Pos: o.Resource().Pos}
	o.Text("LayerName", "") // references have read it; this reports what is wrong with it
	content := o.Asset(key)
	if content.Value == nil {
		o.Fail(l.Pos, "the layer %s has no %s", l.LogicalID, key)
	} else if content.Missing != nil {
		o.Note(stack.Ignored, content.Value.Pos, key, notFetched(content.Missing)+": functions run without it; give "+key+" a folder")
		o.Done(layerSchema)
		return nil
	} else {
		l.ContentURI = r.folder(o, code{asset: content, property: key})
	}
	m := o.Metadata()
	l.BuildMethod = m.Text("BuildMethod", "")
	m.Done(metadataSchema)
	o.Done(layerSchema)
	l.Unsupported = o.Fault()
	return l
}

// layers reads a function's Layers and gives the logical IDs of those that are
// the template's.
func layers(o *property.Object) []string {
	given := o.TextNodes("Layers")
	var ids []string
	for _, n := range given {
		if id := o.Scope().LayerOf(n.Value); id != "" {
			ids = append(ids, id)
		} else {
			o.Note(stack.Ignored, n.Pos, "Layers", "the layer "+n.Value+noFetch)
		}
	}
	if len(given) > maxLayers {
		o.Fail(given[maxLayers].Pos, "a function takes %d layers at most", maxLayers)
	}
	if len(ids) > 0 {
		o.Note(stack.Approximated, given[0].Pos, "Layers", noOpt)
	}
	return ids
}
