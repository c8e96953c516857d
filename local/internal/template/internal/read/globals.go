package read

import (
	"maps"
	"slices"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// globalSections are the sections that Globals may have:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html.
var globalSections = []string{
	"Function", "Api", "HttpApi", "WebSocketApi", "SimpleTable", "StateMachine", "LayerVersion", "CapacityProvider", "MicrovmImage", "NetworkConnector",
}

// notGlobal are the properties that a resource may have and Globals may not,
// for the sections that are read.
var notGlobal = map[string][]string{
	"Function": {
		"FunctionName", "Role", "Policies", "Events", "InlineCode", "ImageUri", "PackageType", "ImageConfig",
		"AutoPublishCodeSha256", "VersionDescription",
	},
	"Api": {
		"StageName", "DefinitionBody", "Description", "Tags", "Models", "FailOnWarnings", "Mode",
		"DisableExecuteApiEndpoint", "ApiKeySourceType", "Policy",
	},
	"HttpApi": {"StageName", "DefinitionBody", "DefinitionUri", "Name", "Description", "DisableExecuteApiEndpoint"},
}

// readGlobals reads Globals, without evaluating anything in it. What is wrong with one of
// its sections is wrong with every resource that the section is for.
func (r *reader) readGlobals(n *syntax.Node) {
	if n == nil {
		return
	}
	if n.Kind != syntax.Mapping {
		r.failGlobals(n.Pos, "Globals has to be a mapping, but here is %s", n.Kind)
		return
	}
	for _, e := range n.Entries {
		if !slices.Contains(globalSections, e.Key) {
			r.failGlobals(e.Pos, "%q is not a section of Globals%s", e.Key, syntax.Suggestion(e.Key, globalSections))
			continue
		}
		r.globalSection("AWS::Serverless::"+e.Key, e)
	}
}

// failGlobals records what is wrong with Globals as a whole, and so with every resource
// that may have something of it: nobody knows for which it was meant.
func (r *reader) failGlobals(pos stack.Position, format string, args ...any) {
	for _, section := range globalSections {
		r.failGlobal("AWS::Serverless::"+section, pos, format, args...)
	}
}

// failGlobal records what is wrong with the section for a type.
func (r *reader) failGlobal(resourceType string, pos stack.Position, format string, args ...any) {
	err := syntax.Errorf(pos, format, args...)
	r.report.Problem(err)
	r.globalFaults[resourceType] = append(r.globalFaults[resourceType], err)
}

// globalSection reads the section for a type.
func (r *reader) globalSection(resourceType string, section syntax.Entry) {
	fail := func(pos stack.Position, format string, args ...any) { r.failGlobal(resourceType, pos, format, args...) }
	if section.Value.Kind != syntax.Mapping {
		fail(section.Value.Pos, "Globals.%s has to be a mapping, but here is %s", section.Key, section.Value.Kind)
		return
	}
	for _, p := range section.Value.Entries {
		if slices.Contains(notGlobal[section.Key], p.Key) {
			fail(p.Pos, "%s cannot stand in Globals.%s; give it to each resource", p.Key, section.Key)
		}
	}
	r.globals[resourceType] = section.Value
}

// merged gives a resource's properties with those of Globals, nil where it has
// neither. IgnoreGlobals, an attribute of the resource, is "*" or a list.
func (r *reader) merged(res *resolve.Resource) *syntax.Node {
	global, local := r.globals[res.Type], res.Node.Get("Properties")
	switch ignore := res.Node.Get("IgnoreGlobals"); {
	case ignore == nil || global == nil:
	case ignore.Kind == syntax.Scalar && ignore.Value == "*":
		global = nil
	case ignore.Kind == syntax.Sequence:
		global = without(global, ignore.Items)
	default:
		r.report.FailResource(res, ignore.Pos, "IgnoreGlobals has to be \"*\" or a list of properties")
	}
	if global == nil {
		return local
	}
	if local == nil || local.Kind == syntax.Null {
		return global.At(res.Pos)
	}
	return merge(global, local)
}

// without gives a mapping less the keys that the nodes name.
func without(mapping *syntax.Node, keys []*syntax.Node) *syntax.Node {
	drop := map[string]bool{}
	for _, k := range keys {
		drop[k.Value] = true
	}
	rest := *mapping
	rest.Entries = slices.DeleteFunc(slices.Clone(mapping.Entries), func(e syntax.Entry) bool { return drop[e.Key] })
	return &rest
}

// merge lays a resource's value over that of Globals as SAM does: mappings are
// merged key by key, lists joined with the global part first, anything else,
// intrinsic functions among it, is the resource's own. The result stands where
// the resource's value does.
func merge(global, local *syntax.Node) *syntax.Node {
	_, _, globalCall := global.Intrinsic()
	_, _, localCall := local.Intrinsic()
	if global.Kind != local.Kind || globalCall || localCall {
		return local
	}
	result := *local
	switch local.Kind {
	case syntax.Sequence:
		result.Items = slices.Concat(global.Items, local.Items)
	case syntax.Mapping:
		own := make(map[string]syntax.Entry, len(local.Entries))
		for _, e := range local.Entries {
			own[e.Key] = e
		}
		result.Entries = nil
		for _, e := range global.Entries {
			if l, ok := own[e.Key]; ok {
				e = syntax.Entry{Key: l.Key, Pos: l.Pos, Value: merge(e.Value, l.Value)}
				delete(own, e.Key)
			}
			result.Entries = append(result.Entries, e)
		}
		result.Entries = append(result.Entries, slices.SortedFunc(maps.Values(own), func(a, b syntax.Entry) int {
			return a.Pos.Compare(b.Pos)
		})...)
	}
	return &result
}
