package template

import (
	"path/filepath"
	"regexp"
	"slices"

	"maru/local/internal/template/internal/syntax"
)

// code is where a function's code is, in the words of its type.
type code struct {
	// image, inline and uri hold what the properties of that meaning say, nil
	// for nothing; uri may be a mapping, which means S3.
	image, inline, uri *syntax.Node
	// property names uri.
	property string
}

// samCode reads the code of an AWS::Serverless::Function.
func (o *object) samCode(f *Function) {
	o.code(f, code{image: o.raw("ImageUri"), inline: o.raw("InlineCode"), uri: o.asset("CodeUri"), property: "CodeUri"})
}

// rawCode reads the code of an AWS::Lambda::Function. Code is a mapping, or a
// path for tools that upload it, as "aws cloudformation package" does.
func (o *object) rawCode(f *Function) {
	c := code{uri: o.asset("Code"), property: "Code"}
	if c.uri != nil && c.uri.Kind == syntax.Mapping {
		inner := o.inside("Code", c.uri)
		c.image, c.inline = inner.raw("ImageUri"), inner.raw("ZipFile")
		inner.done(codeSchema)
	}
	if c.uri == nil {
		o.fail(f.Pos, "the function %s has no Code", f.LogicalID)
	}
	o.code(f, c)
}

// asset gives the value of a property that names code. Where the CDK staged the
// code, and says so in Metadata, the property names where it will be in S3:
// https://docs.aws.amazon.com/cdk/v2/guide/assets.html.
func (o *object) asset(key string) *syntax.Node {
	metadata := o.resource.Node.Get("Metadata")
	property, path := metadata.Get("aws:asset:property"), metadata.Get("aws:asset:path")
	value := o.raw(key)
	if path != nil && (property == nil || property.Value == key) {
		return path
	}
	if value == nil {
		return nil
	}
	return o.resolve(value, key)
}

// code reads a function's code and says where it cannot be run.
func (o *object) code(f *Function, c code) {
	image := o.choice("PackageType", "Zip", "Zip", "Image") == "Image"
	switch {
	case image || c.image != nil:
		f.Unsupported = "container images are not run"
	case f.Runtime == "":
		o.fail(f.Pos, "the function %s has no Runtime, such as provided.al2023", f.LogicalID)
		return
	case f.Handler == "":
		o.fail(f.Pos, "the function %s has no Handler, such as bootstrap", f.LogicalID)
		return
	case !runnable.MatchString(f.Runtime):
		f.Unsupported = "functions of the runtime " + f.Runtime + " are not run, only those with a bootstrap, of Python 3 and of Node.js" +
			syntax.Suggestion(f.Runtime, runtimes)
	case c.inline != nil && !interpreted.MatchString(f.Runtime):
		f.Unsupported = "inline code is run for Python and Node.js only"
	case c.inline == nil && c.uri != nil && inS3(c.uri):
		f.Unsupported = "code in S3 is not fetched; give " + c.property + " a folder"
	}
	switch {
	case f.Unsupported != "":
		o.note(Refused, f.Pos, "", f.Unsupported)
	case c.inline != nil:
		f.InlineCode = o.inline(c.inline)
	default:
		f.CodeURI, f.CodePos = o.folder(c), f.Pos
		if c.uri != nil {
			f.CodePos = c.uri.Pos
		}
	}
}

// inline evaluates the source that stands in the template.
func (o *object) inline(n *syntax.Node) string {
	v := o.resolve(n, "InlineCode")
	if v == nil || v.Kind != syntax.Scalar {
		o.fail(n.Pos, "inline code has to be text")
		return ""
	}
	return v.Value
}

// folder gives the absolute path of the code; the template's folder where the
// template names none.
func (o *object) folder(c code) string {
	switch {
	case c.uri == nil:
		return o.stack.Dir
	case c.uri.Kind != syntax.Scalar:
		o.fail(c.uri.Pos, "%s has to be a path, but here is %s", c.property, c.uri.Kind)
		return o.stack.Dir
	case filepath.IsAbs(c.uri.Value):
		return filepath.Clean(c.uri.Value)
	}
	return filepath.Join(o.stack.Dir, filepath.FromSlash(c.uri.Value))
}

var (
	// interpreted are the runtimes whose interpreter this host starts, retired
	// versions of them too: code is run by the version that the machine has.
	interpreted = regexp.MustCompile(`^(python3\.\d+|nodejs\d+\.x)$`)
	// runnable adds those that run a program of the function's own.
	runnable = regexp.MustCompile(`^(provided(\.al2|\.al2023)?|go1\.x|python3\.\d+|nodejs\d+\.x)$`)
)

// runtimes are the runtimes that are run and not retired, for misspelt ones:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html.
var runtimes = slices.Concat(
	[]string{"provided.al2023", "provided.al2", "provided", "go1.x"},
	[]string{"python3.10", "python3.11", "python3.12", "python3.13", "python3.14"},
	[]string{"nodejs20.x", "nodejs22.x", "nodejs24.x"},
)

// rawFunctionSchema has what CloudFormation's own type and SAM's have in common
// under one name, and what has another there.
var rawFunctionSchema = schema{of: typeRawFunction, properties: map[string]property{
	"CapacityProviderConfig":   functionSchema.properties["CapacityProviderConfig"],
	"CodeSigningConfigArn":     functionSchema.properties["CodeSigningConfigArn"],
	"Description":              functionSchema.properties["Description"],
	"DurableConfig":            functionSchema.properties["DurableConfig"],
	"EphemeralStorage":         functionSchema.properties["EphemeralStorage"],
	"FileSystemConfigs":        functionSchema.properties["FileSystemConfigs"],
	"FunctionScalingConfig":    functionSchema.properties["FunctionScalingConfig"],
	"ImageConfig":              functionSchema.properties["ImageConfig"],
	"KmsKeyArn":                functionSchema.properties["KmsKeyArn"],
	"PublishToLatestPublished": functionSchema.properties["PublishToLatestPublished"],
	"RecursiveLoop":            functionSchema.properties["RecursiveLoop"],
	"Role":                     functionSchema.properties["Role"],
	"RuntimeManagementConfig":  functionSchema.properties["RuntimeManagementConfig"],
	"SnapStart":                functionSchema.properties["SnapStart"],
	"Tags":                     functionSchema.properties["Tags"],
	"TracingConfig":            functionSchema.properties["Tracing"],
	"VpcConfig":                functionSchema.properties["VpcConfig"],
}}

// codeSchema is the property Code of an AWS::Lambda::Function.
var codeSchema = schema{of: "Code", properties: map[string]property{
	"S3Bucket":        {Ignored, noS3},
	"S3Key":           {Ignored, noS3},
	"S3ObjectVersion": {Ignored, noS3},
	"SourceKMSKeyArn": {Ignored, noAccount},
}}

const noS3 = "code in S3 is not fetched"
