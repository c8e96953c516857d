package template

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// Limits and defaults of a function:
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html.
const (
	defaultTimeout = 3
	maxTimeout     = 900
	minMemory      = 128
	maxMemory      = 10240
	maxConcurrency = 1 << 20 // far above any account's quota, which AWS checks
)

// function reads one AWS::Serverless::Function:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html.
func (r *reader) function(res *resolve.Resource) {
	o := r.properties(res, r.merged(res))
	f := &Function{LogicalID: res.LogicalID, Pos: res.Pos}
	f.Name = o.text("FunctionName", f.LogicalID)
	f.ARN = r.scope.FunctionARN(f.Name)
	f.Timeout = defaultTimeout * time.Second
	if seconds := o.integer("Timeout", 1, maxTimeout); seconds != nil {
		f.Timeout = time.Duration(*seconds) * time.Second
	}
	f.MemorySize = minMemory
	if size := o.integer("MemorySize", minMemory, maxMemory); size != nil {
		f.MemorySize = *size
	}
	f.ReservedConcurrency = o.integer("ReservedConcurrentExecutions", 0, maxConcurrency)
	f.Architecture = o.architecture()
	f.Environment = o.environment()
	f.URL = o.functionURL()
	o.code(f)
	o.metadata(f)
	r.stack.Functions = append(r.stack.Functions, f)
	o.events(f)
	o.done(functionSchema)
	r.attributes(res)
}

// architecture reads Architectures, a list of one.
func (o *object) architecture() string {
	const fallback = "x86_64"
	names := o.texts("Architectures")
	if len(names) == 0 {
		return fallback
	}
	if len(names) > 1 {
		o.fail(names[1].Pos, "Architectures has to be a list of one")
	}
	if known := []string{fallback, "arm64"}; !slices.Contains(known, names[0].Value) {
		o.fail(names[0].Pos, "Architectures has to be x86_64 or arm64, but here is %q%s", names[0].Value, syntax.Suggestion(names[0].Value, known))
	}
	return names[0].Value
}

// code reads where the function's code is and how it runs.
func (o *object) code(f *Function) {
	image := o.choice("PackageType", "Zip", "Zip", "Image") == "Image"
	f.Runtime, f.Handler = o.text("Runtime", ""), o.text("Handler", "")
	uri := o.value("CodeUri")
	switch inline, imageURI := o.raw("InlineCode"), o.raw("ImageUri"); {
	case image || imageURI != nil:
		f.Unsupported = "container images are not run"
	case inline != nil:
		f.Unsupported = "inline code is not run"
	case uri != nil && (uri.Kind == syntax.Mapping || strings.HasPrefix(uri.Value, "s3://")):
		f.Unsupported = "code in S3 is not fetched; give CodeUri a folder"
	case f.Runtime == "":
		o.fail(f.Pos, "the function %s has no Runtime, such as provided.al2023", f.LogicalID)
	case f.Handler == "":
		o.fail(f.Pos, "the function %s has no Handler, such as bootstrap", f.LogicalID)
	}
	if f.Unsupported == "" && f.Runtime != "" && !runnable(f.Runtime) {
		f.Unsupported = "functions of the runtime " + f.Runtime + " are not run, only those with a bootstrap" +
			syntax.Suggestion(f.Runtime, bootstrapRuntimes)
	}
	if f.Unsupported != "" {
		o.note(Refused, f.Pos, "", f.Unsupported)
		return
	}
	f.CodeURI = o.folder(uri)
}

// bootstrapRuntimes run a program of the function's own:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html.
var bootstrapRuntimes = []string{"provided.al2023", "provided.al2", "provided", "go1.x"}

func runnable(runtime string) bool { return slices.Contains(bootstrapRuntimes, runtime) }

// folder gives the absolute path of a CodeUri; the template's folder where
// there is none.
func (o *object) folder(uri *syntax.Node) string {
	switch {
	case uri == nil:
		return o.stack.Dir
	case uri.Kind != syntax.Scalar:
		o.fail(uri.Pos, "CodeUri has to be a path, but here is %s", uri.Kind)
		return o.stack.Dir
	case filepath.IsAbs(uri.Value):
		return filepath.Clean(uri.Value)
	}
	return filepath.Join(o.stack.Dir, filepath.FromSlash(uri.Value))
}

// functionURL reads FunctionUrlConfig:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functionurlconfig.html.
func (o *object) functionURL() *FunctionURL {
	config := o.object("FunctionUrlConfig")
	if !config.exists() {
		return nil
	}
	u := &FunctionURL{Pos: config.pos}
	u.AuthType = config.choice("AuthType", "", "NONE", "AWS_IAM")
	u.InvokeMode = config.choice("InvokeMode", "BUFFERED", "BUFFERED", "RESPONSE_STREAM")
	if config.node.Get("AuthType") == nil {
		o.fail(u.Pos, "FunctionUrlConfig has no AuthType, NONE or AWS_IAM")
	}
	o.note(Ignored, u.Pos, "FunctionUrlConfig", "the function URL is not served")
	config.done(functionURLSchema)
	return u
}

// hostMethods are the methods that API Gateway does not carry, so no event can
// stand for them: RFC 9110, sections 9.3.6 and 9.3.8.
var hostMethods = []string{"CONNECT", "TRACE"}

// metadata reads the resource's Metadata. Other tools keep their own keys
// there, so only what stands below Maru is checked.
func (o *object) metadata(f *Function) {
	m := &object{reader: o.reader, resource: o.resource, path: "Metadata", pos: f.Pos}
	if n := o.resource.Node.Get("Metadata"); n != nil && n.Kind != syntax.Null {
		m.node = m.mapping(n, "Metadata")
	}
	f.BuildMethod = m.text("BuildMethod", "")
	maru := m.object("Maru")
	for _, n := range maru.texts("Methods") {
		method := strings.ToUpper(n.Value)
		first, taken := o.methods[method]
		switch {
		case !slices.Contains(hostMethods, method):
			o.fail(n.Pos, "Metadata.Maru.Methods takes TRACE and CONNECT, but here is %q; other methods are events of an API", n.Value)
		case taken:
			o.fail(n.Pos, "the method %s was claimed before, at %s", method, first)
		default:
			o.methods[method] = n.Pos
			f.Methods = append(f.Methods, method)
		}
	}
	maru.done(maruSchema)
}
