package api

import (
	"slices"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// inlineOnly are the properties of SAM's APIs that SAM writes into the definition, which
// has to stand in the template for that: ApiGenerator and HttpApiGenerator in
// samtranslator/model/api of aws/serverless-application-model.
var inlineOnly = map[stack.Kind][]string{
	stack.REST: {"Auth", "Cors", "DisableExecuteApiEndpoint", "GatewayResponses", "Models"},
	stack.HTTP: {"Auth", "CorsConfiguration", "Description", "DisableExecuteApiEndpoint", "Name", "Tags"},
}

// checkInline finds what SAM cannot write into the definition of its API o.
func (a *draft) checkInline(o *property.Object) {
	file, body := given(o, "DefinitionUri"), given(o, "DefinitionBody")
	switch {
	case file && body:
		o.Fail(o.PosOf("DefinitionUri"), "DefinitionUri cannot stand beside DefinitionBody")
		return
	case file && a.Kind == stack.REST && o.Boolean("MergeDefinitions", false):
		o.Fail(o.PosOf("MergeDefinitions"), "MergeDefinitions needs the definition in DefinitionBody; SAM does not read DefinitionUri")
	}
	why := unreadable(o)
	for _, key := range inlineOnly[a.Kind] {
		switch {
		case !given(o, key) || !file && why == "":
		case file:
			o.Fail(o.PosOf(key), "%s needs the definition in DefinitionBody; SAM does not read DefinitionUri", key)
		default:
			o.Fail(o.PosOf(key), "%s needs a DefinitionBody that SAM can write it into, %s", key, why)
		}
	}
	if a.Kind == stack.HTTP && body {
		a.checkInfo(o)
	}
}

// given reports whether a property has a value that SAM does not take for none.
func given(o *property.Object, key string) bool {
	n := o.Get(key)
	if n == nil || n.Kind == syntax.Null || n.Kind == syntax.Mapping && len(n.Entries) == 0 {
		return false
	}
	return key == "DisableExecuteApiEndpoint" || n.Kind != syntax.Scalar || n.Value != "" && n.Value != "false"
}

// unreadable says why SAM cannot write into the DefinitionBody; "" where it can, or makes
// a definition itself. CloudFormation runs AWS::Include after SAM.
func unreadable(o *property.Object) string {
	body := o.Get("DefinitionBody")
	if !given(o, "DefinitionBody") || body.Kind != syntax.Mapping {
		return ""
	}
	if name, _, call := body.Intrinsic(); call {
		return "but here is " + name + "; put the call below paths"
	}
	if paths := body.Get("paths"); paths == nil || paths.Kind != syntax.Mapping {
		return "but it has no paths"
	}
	return ""
}

// checkInfo finds what an HttpApi has to say in its definition. SAM gives its name to
// definitions of its own only.
func (a *draft) checkInfo(o *property.Object) {
	if given(o, "Name") {
		o.Fail(o.PosOf("Name"), "Name cannot stand beside DefinitionBody; say it there, by info.title")
	}
	if given(o, "Description") && o.Get("DefinitionBody").Get("info").Get("description") != nil {
		o.Fail(o.PosOf("Description"), "Description is said by info.description in DefinitionBody already")
	}
}

// itemKeys are the keys of a path item that have a value of their own.
var itemKeys = append([]string{"get", "put", "post", "delete", "options", "head", "patch"}, openapi.ExtensionAny)

// checkItem finds a path of the definition, or a method of it, with nothing behind its
// name. CloudFormation takes no null in a template, and in a file API Gateway drops what
// has it.
func (a *draft) checkItem(root *property.Object, e syntax.Entry) {
	empty := func(e syntax.Entry, what string) {
		switch {
		case e.Value.Kind != syntax.Null:
		case a.document.File:
			root.Note(stack.Ignored, e.Pos, "paths."+what, "has nothing behind it: API Gateway makes nothing of it")
		default:
			root.Inside("paths."+what, nil).Fail(e.Pos, "%s has nothing behind it, and CloudFormation takes no null", what)
		}
	}
	empty(e, e.Key)
	for _, m := range e.Value.Entries {
		if slices.Contains(itemKeys, m.Key) {
			empty(m, e.Key+"."+m.Key)
		}
	}
}
