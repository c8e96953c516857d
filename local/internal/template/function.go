package template

import (
	"slices"
	"strings"
	"time"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
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
	f := o.configuration()
	o.publish(f)
	o.functionURL(f)
	o.eventInvokeConfig(f)
	f.Async.DeadLetter = o.deadLetterQueue()
	o.samCode(f)
	o.metadata(f)
	r.stack.Functions = append(r.stack.Functions, f)
	o.events(f)
	o.done(functionSchema)
}

// rawFunction reads one AWS::Lambda::Function, CloudFormation's own type and
// what the CDK synthesizes:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html.
func (r *reader) rawFunction(res *resolve.Resource) {
	o := r.properties(res, res.Node.Get("Properties"))
	f := o.configuration()
	f.Async.DeadLetter = o.deadLetterConfig()
	o.rawCode(f)
	o.metadata(f)
	r.stack.Functions = append(r.stack.Functions, f)
	o.done(rawFunctionSchema)
}

// configuration reads what both types of function have.
func (o *object) configuration() *Function {
	f := &Function{LogicalID: o.resource.LogicalID, Aliases: o.resource.Aliases(), Pos: o.resource.Pos}
	// Reading the property reports what is wrong with it; what references to
	// the function say is the name without one.
	if f.Name = o.text("FunctionName", ""); f.Name == "" {
		f.Name, _ = o.scope.FunctionName(o.resource)
	}
	f.ARN = o.scope.FunctionARN(f.Name)
	f.Timeout = defaultTimeout * time.Second
	if seconds := o.integer("Timeout", 1, maxTimeout); seconds != nil {
		f.Timeout = time.Duration(*seconds) * time.Second
	}
	f.MemorySize = minMemory
	if size := o.integer("MemorySize", minMemory, maxMemory); size != nil {
		f.MemorySize = *size
		o.note(Listed, o.node.Get("MemorySize").Pos, "MemorySize", "the limit holds for the runtime's process, not for those that it starts")
	}
	f.ReservedConcurrency = o.integer("ReservedConcurrentExecutions", 0, maxConcurrency)
	f.Async = stack.DefaultAsync()
	f.Architecture = o.architecture()
	f.Environment = o.environment()
	f.Logging = o.logging()
	f.Runtime, f.Handler = o.text("Runtime", ""), o.text("Handler", "")
	f.IsolatesTenants = o.isolatesTenants()
	f.Layers = o.layers()
	return f
}

// architecture reads Architectures, a list of one.
func (o *object) architecture() string {
	const fallback = "x86_64"
	names := o.texts("Architectures")
	if len(names) == 0 {
		return fallback
	}
	o.note(Listed, names[0].Pos, "Architectures", "functions run on this machine's processor, whatever it is")
	if len(names) > 1 {
		o.fail(names[1].Pos, "Architectures has to be a list of one")
	}
	if known := []string{fallback, "arm64"}; !slices.Contains(known, names[0].Value) {
		o.fail(names[0].Pos, "Architectures has to be x86_64 or arm64, but here is %q%s", names[0].Value, syntax.Suggestion(names[0].Value, known))
	}
	return names[0].Value
}

// hostMethods are the methods that API Gateway does not carry, so no event can
// stand for them: RFC 9110, sections 9.3.6 and 9.3.8.
var hostMethods = []string{"CONNECT", "TRACE"}

// metadata reads the resource's Metadata. Other tools keep their own keys
// there, so only what stands below Maru is checked.
func (o *object) metadata(f *Function) {
	m := o.resourceMetadata()
	f.BuildMethod = m.text("BuildMethod", "")
	f.BuildProperties = m.object("BuildProperties").buildProperties()
	o.noteInferred(f)
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

// noteInferred notes Go code that is built here and, as it stands, not by sam build: that
// looks for a Makefile where the runtime is a provided one and nothing says otherwise
// (PROVIDED_MAKE_CONFIG in samcli/lib/build/workflow_config.py of aws/aws-sam-cli).
func (o *object) noteInferred(f *Function) {
	if o.infersGo == nil || f.CodeURI == "" || f.BuildMethod != "" || !strings.HasPrefix(f.Runtime, "provided") {
		return
	}
	if o.infersGo(f.Runtime, f.CodeURI) {
		o.note(Approximated, f.Pos, "Metadata.BuildMethod", "is missing; the code is built as Go, but sam build needs go1.x here, or it looks for a Makefile")
	}
}

// resourceMetadata gives the object over the resource's Metadata.
func (o *object) resourceMetadata() *object {
	m := &object{reader: o.reader, resource: o.resource, path: "Metadata", pos: o.resource.Pos}
	if n := o.resource.Node.Get("Metadata"); n != nil && n.Kind != syntax.Null {
		m.node = m.mapping(n, "Metadata")
	}
	return m
}

// buildProperties reads Metadata.BuildProperties, which the tools that build
// share with others: what is not asked for here is theirs.
func (o *object) buildProperties() BuildProperties {
	p := BuildProperties{
		Format: o.text("Format", ""), Target: o.text("Target", ""), MainFields: o.text("MainFields", ""),
		Sourcemap: o.boolean("Sourcemap", false), Binary: o.text("Binary", ""),
	}
	for key, list := range map[string]*[]string{
		"EntryPoints": &p.EntryPoints, "External": &p.External, "Loader": &p.Loader, "OutExtension": &p.OutExtension, "Banner": &p.Banner,
	} {
		for _, n := range o.texts(key) {
			*list = append(*list, n.Value)
		}
	}
	if o.node.Get("SourcesContent") != nil {
		content := o.boolean("SourcesContent", true)
		p.SourcesContent = &content
	}
	if o.node.Get("Minify") != nil {
		minify := o.boolean("Minify", true)
		p.Minify = &minify
	}
	return p
}
