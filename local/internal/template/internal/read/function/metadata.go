package function

import (
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// hostMethods are the methods that API Gateway does not carry, so no event can
// stand for them: RFC 9110, sections 9.3.6 and 9.3.8.
var hostMethods = []string{"CONNECT", "TRACE"}

// metadata reads the resource's Metadata, where other tools keep their own keys too.
func (r *Reader) metadata(o *property.Object, f *stack.Function) {
	m := o.Metadata()
	f.BuildMethod = m.Text("BuildMethod", "")
	f.BuildProperties = buildProperties(m.Object("BuildProperties"), f.BuildMethod)
	r.noteInferred(o, f)
	maru := m.Object("Maru")
	for _, n := range maru.TextNodes("Methods") {
		method := strings.ToUpper(n.Value)
		first, taken := r.Claims[method]
		switch {
		case !slices.Contains(hostMethods, method):
			o.Fail(n.Pos, "Metadata.Maru.Methods takes TRACE and CONNECT, but here is %q; other methods are events of an API", n.Value)
		case taken:
			o.Fail(n.Pos, "the method %s was claimed before, at %s", method, first)
		default:
			r.Claims[method] = n.Pos
			f.Methods = append(f.Methods, method)
		}
	}
	maru.Done(maruSchema)
	m.Done(metadataSchema)
}

// noteInferred notes Go code that is built here and, as it stands, not by sam build: that
// looks for a Makefile where the runtime is a provided one and nothing says otherwise
// (PROVIDED_MAKE_CONFIG in samcli/lib/build/workflow_config.py of aws/aws-sam-cli).
func (r *Reader) noteInferred(o *property.Object, f *stack.Function) {
	if r.InfersGo == nil || f.CodeURI == "" || f.BuildMethod != "" || !strings.HasPrefix(f.Runtime, "provided") {
		return
	}
	if r.InfersGo(f.Runtime, f.CodeURI) {
		o.Note(stack.Approximated, f.Pos, "Metadata.BuildMethod", "is missing; the code is built as Go, but sam build needs go1.x here, or it looks for a Makefile")
	}
}

// buildProperties reads Metadata.BuildProperties for a build by the method, and notes
// those of another one.
func buildProperties(o *property.Object, method string) stack.BuildProperties {
	defer o.Done(buildPropertiesSchema)
	for _, e := range o.Entries() {
		of := "esbuild"
		if e.Key == "Binary" {
			of = "rust-cargolambda"
		}
		if slices.Contains(heeded, e.Key) && of != method {
			o.Note(stack.Ignored, e.Pos, e.Key, "only the build method "+of+" heeds it")
		}
	}
	p := stack.BuildProperties{
		Format: o.Text("Format", ""), Target: o.Text("Target", ""), MainFields: o.Text("MainFields", ""),
		Sourcemap: o.Boolean("Sourcemap", false), Binary: o.Text("Binary", ""),
	}
	for key, list := range map[string]*[]string{
		"EntryPoints": &p.EntryPoints, "External": &p.External, "Loader": &p.Loader, "OutExtension": &p.OutExtension, "Banner": &p.Banner,
	} {
		*list = o.Texts(key)
	}
	if o.Has("SourcesContent") {
		content := o.Boolean("SourcesContent", true)
		p.SourcesContent = &content
	}
	if o.Has("Minify") {
		minify := o.Boolean("Minify", true)
		p.Minify = &minify
	}
	return p
}

// heeded are the BuildProperties that buildProperties reads.
var heeded = []string{
	"Banner", "Binary", "EntryPoints", "External", "Format", "Loader", "MainFields", "Minify", "OutExtension",
	"Sourcemap", "SourcesContent", "Target",
}
