package function

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// code is where a function's code is, in the words of its type.
type code struct {
	// image and inline hold what the properties of that meaning say, nil for
	// nothing.
	image, inline *syntax.Node
	// property names asset.
	property string
	asset    property.Asset
}

// samCode reads the code of an AWS::Serverless::Function.
func (r *Reader) samCode(o *property.Object, f *stack.Function) {
	c := code{image: o.Raw("ImageUri"), inline: o.Raw("InlineCode"), asset: o.Asset("CodeUri"), property: "CodeUri"}
	c.image = samImage(o, c)
	if uri := c.asset.Value; uri != nil && uri.Kind == syntax.Mapping && (uri.Get("Bucket") == nil || uri.Get("Key") == nil) {
		o.Fail(uri.Pos, "CodeUri needs a Bucket and a Key, or has to be a path")
	}
	if c.inline != nil && c.asset.Value != nil {
		o.Note(stack.Ignored, c.asset.Value.Pos, "CodeUri", "has no effect beside InlineCode, on AWS neither")
	}
	r.code(o, f, c)
}

// cloudFormationCode reads the code of an AWS::Lambda::Function. Code is a mapping, or
// a path for tools that upload it, as "aws cloudformation package" does.
func (r *Reader) cloudFormationCode(o *property.Object, f *stack.Function) {
	c := code{asset: o.Asset("Code"), property: "Code"}
	if c.asset.Value != nil && c.asset.Value.Kind == syntax.Mapping {
		inner := o.Inside("Code", c.asset.Value)
		checkCode(inner)
		c.image, c.inline = inner.Raw("ImageUri"), inner.Raw("ZipFile")
		inner.Done(codeSchema)
	}
	if c.asset.Value == nil {
		o.Fail(f.Pos, "the function %s has no Code", f.LogicalID)
	}
	r.code(o, f, c)
}

// noRuntime tells whether the Runtime is misspelt: it is of no language or system that there
// is. What is none of the runtimes may be of a newer version.
func noRuntime(o *property.Object) bool {
	v := o.Scalar("Runtime")
	family := func(runtime string) string { return strings.TrimRight(runtime, "0123456789.x") }
	ofFamily := func(known string) bool { return family(known) == family(v.Value) }
	return v != nil && !v.StandIn && syntax.Misspelt(v.Value, runtimes) && !slices.ContainsFunc(runtimes, ofFamily)
}

// code reads a function's code and says where it cannot be run.
func (r *Reader) code(o *property.Object, f *stack.Function, c code) {
	image := packaged(o)
	switch {
	case image || c.image != nil:
		f.Unsupported = "container images are not run"
	case f.Runtime == "":
		o.Fail(f.Pos, "the function %s has no Runtime, such as provided.al2023", f.LogicalID)
		return
	case f.Handler == "":
		o.Fail(f.Pos, "the function %s has no Handler, such as bootstrap", f.LogicalID)
		return
	case noRuntime(o):
		o.Fail(o.PosOf("Runtime"), "Lambda has no runtime %s%s", f.Runtime, syntax.Suggestion(f.Runtime, runtimes))
		return
	case !runnable.MatchString(f.Runtime):
		f.Unsupported = "functions of the runtime " + f.Runtime + " are not run, only those with a bootstrap, of Python 3 and of Node.js" +
			syntax.Suggestion(f.Runtime, runtimes)
	case c.inline != nil && !interpreted.MatchString(f.Runtime):
		f.Unsupported = "inline code is run for Python and Node.js only"
	case c.inline == nil && c.asset.Missing != nil:
		f.Unsupported = notFetched(c.asset.Missing) + "; give " + c.property + " a folder"
	}
	switch {
	case f.Unsupported != "":
		o.Note(stack.Refused, f.Pos, "", f.Unsupported)
	case c.inline != nil:
		f.InlineCode = inline(o, c.inline)
	default:
		f.CodeURI, f.CodePos, f.Built = r.folder(o, c), f.Pos, c.asset.Staged
		if c.asset.Value != nil {
			f.CodePos = c.asset.Value.Pos
		}
	}
}

// notFetched says what keeps an object in S3 from being used.
func notFetched(object *resolve.S3Object) string {
	if object.Key == "" {
		return noS3
	}
	return noS3 + ", and " + object.String() + " is not beside the template"
}

// packaged tells whether PackageType asks for an image.
func packaged(o *property.Object) bool {
	return o.Choice("PackageType", "Zip", "Zip", "Image") == "Image"
}

// samImage gives the image of a SAM function, nil for one that SAM passes over: it takes
// ImageUri with PackageType: Image alone.
func samImage(o *property.Object, c code) *syntax.Node {
	image := packaged(o)
	checkImage(o, image)
	switch {
	case c.image == nil || image:
	case c.inline != nil || c.asset.Value != nil:
		o.Note(stack.Ignored, c.image.Pos, "ImageUri", "has no effect without PackageType: Image, on AWS neither")
		return nil
	default:
		o.Fail(c.image.Pos, "ImageUri needs PackageType: Image%s", notDeployed)
	}
	return c.image
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
	uri := c.asset.Value
	switch {
	case uri == nil:
		return r.Dir
	case uri.Kind != syntax.Scalar:
		o.Fail(uri.Pos, "%s has to be a path, but here is %s", c.property, uri.Kind)
		return r.Dir
	case filepath.IsAbs(uri.Value):
		return filepath.Clean(uri.Value)
	}
	return filepath.Join(r.Dir, filepath.FromSlash(uri.Value))
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
