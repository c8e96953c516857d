package property

import (
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// Asset is what a property names that stands in a file or a folder of its own.
type Asset struct {
	// Value is the property's value, evaluated; nil where it is absent. Of what is
	// uploaded to S3 and at hand it is the path, relative to the template's folder.
	Value *syntax.Node
	// Staged is true where the CDK has staged it: it is uploaded as it lies there.
	Staged bool
	// Missing is the object in S3 that Value names and that is not at hand; nil else.
	Missing *resolve.S3Object
}

// Asset gives the value of a property that names a file or a folder. Where the CDK
// staged that and says so in Metadata, or has it beside the template, the property
// names where it will be in S3: https://docs.aws.amazon.com/cdk/v2/guide/assets.html.
func (o *Object) Asset(key string) Asset {
	metadata := o.resource.Node.Get("Metadata")
	staged, path := metadata.Get("aws:asset:property"), metadata.Get("aws:asset:path")
	value := o.Raw(key)
	if path != nil && (staged == nil || staged.Value == key) {
		return Asset{Value: path, Staged: true}
	}
	if value == nil {
		return Asset{}
	}
	if value = o.Resolve(value, key); value == nil {
		return Asset{}
	}
	object, inS3 := o.scope.S3Object(value)
	if !inS3 {
		return Asset{Value: value}
	}
	if location, ok := o.scope.Asset(object); ok {
		return Asset{Value: syntax.Text(value.Pos, location), Staged: true}
	}
	return Asset{Value: value, Missing: &object}
}
