package function

import (
	"path/filepath"
	"regexp"
	"slices"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
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
func (r *Reader) samCode(o *property.Object, f *stack.Function) {
	r.code(o, f, code{image: o.Raw("ImageUri"), inline: o.Raw("InlineCode"), uri: asset(o, "CodeUri"), property: "CodeUri"})
}

// cloudFormationCode reads the code of an AWS::Lambda::Function. Code is a mapping, or
// a path for tools that upload it, as "aws cloudformation package" does.
func (r *Reader) cloudFormationCode(o *property.Object, f *stack.Function) {
	c := code{uri: asset(o, "Code"), property: "Code"}
	if c.uri != nil && c.uri.Kind == syntax.Mapping {
		inner := o.Inside("Code", c.uri)
		c.image, c.inline = inner.Raw("ImageUri"), inner.Raw("ZipFile")
		inner.Done(codeSchema)
	}
	if c.uri == nil {
		o.Fail(f.Pos, "the function %s has no Code", f.LogicalID)
	}
	r.code(o, f, c)
}

// asset gives the value of a property that names code. Where the CDK staged the
// code, and says so in Metadata, the property names where it will be in S3:
// https://docs.aws.amazon.com/cdk/v2/guide/assets.html.
func asset(o *property.Object, key string) *syntax.Node {
	metadata := o.Resource().Node.Get("Metadata")
	staged, path := metadata.Get("aws:asset:property"), metadata.Get("aws:asset:path")
	value := o.Raw(key)
	if path != nil && (staged == nil || staged.Value == key) {
		return path
	}
	if value == nil {
		return nil
	}
	return o.Resolve(value, key)
}

// code reads a function's code and says where it cannot be run.
func (r *Reader) code(o *property.Object, f *stack.Function, c code) {
	image := o.Choice("PackageType", "Zip", "Zip", "Image") == "Image"
	switch {
	case image || c.image != nil:
		f.Unsupported = "container images are not run"
	case f.Runtime == "":
		o.Fail(f.Pos, "the function %s has no Runtime, such as provided.al2023", f.LogicalID)
		return
	case f.Handler == "":
		o.Fail(f.Pos, "the function %s has no Handler, such as bootstrap", f.LogicalID)
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
		o.Note(stack.Refused, f.Pos, "", f.Unsupported)
	case c.inline != nil:
		f.InlineCode = inline(o, c.inline)
	default:
		f.CodeURI, f.CodePos = r.folder(o, c), f.Pos
		if c.uri != nil {
			f.CodePos = c.uri.Pos
		}
	}
}

// inline evaluates the source that stands in the template.
func inline(o *property.Object, n *syntax.Node) string {
	v := o.Resolve(n, "InlineCode")
	if v == nil || v.Kind != syntax.Scalar {
		o.Fail(n.Pos, "inline code has to be text")
		return ""
	}
	return v.Value
}

// folder gives the absolute path of the code; the template's folder where the
// template names none.
func (r *Reader) folder(o *property.Object, c code) string {
	switch {
	case c.uri == nil:
		return r.Dir
	case c.uri.Kind != syntax.Scalar:
		o.Fail(c.uri.Pos, "%s has to be a path, but here is %s", c.property, c.uri.Kind)
		return r.Dir
	case filepath.IsAbs(c.uri.Value):
		return filepath.Clean(c.uri.Value)
	}
	return filepath.Join(r.Dir, filepath.FromSlash(c.uri.Value))
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
