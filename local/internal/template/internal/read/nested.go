package read

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// nested reads a stack inside of the stack, with a reader of its own since it
// has Globals, APIs and an implicit API of its own. What it has goes into the
// stack around it.
func (r *reader) nested(res *resolve.Resource) {
	scope, err := r.scope.Nested(res)
	r.nestedProblem(res, err)
	if scope == nil {
		if err == nil {
			r.other(res)
		}
		return
	}
	o := r.plain(res)
	o.Ask("Location", "Parameters", "TemplateURL") // the scope has read them
	o.Done(nestedSchema)
	dir, err := filepath.Abs(filepath.Dir(scope.File()))
	if err != nil {
		r.report.Problem(fmt.Errorf("finding the folder of %s: %w", scope.File(), err))
		return
	}
	child := newReader(scope, &stack.Stack{
		File: scope.File(), Dir: dir, Name: r.stack.Name, Region: r.stack.Region, AccountID: r.stack.AccountID,
	})
	child.functions.Claims, child.functions.InfersGo = r.functions.Claims, r.functions.InfersGo
	child.template(scope.Template())
	child.collect()
	r.adopt(res, child)
}

// nestedProblem records what is wrong with a nested stack: with the resource that it is,
// or with its template as a whole.
func (r *reader) nestedProblem(res *resolve.Resource, err error) {
	for _, err := range syntax.Errors(err) {
		if wrong, ok := err.(*syntax.Error); ok && wrong.Pos.File == res.Pos.File {
			r.report.ResourceProblem(res, err)
		} else {
			r.report.Problem(err)
		}
	}
}

// refuseAll keeps everything in a nested stack from running, because of what is wrong with the
// resource that the stack is; fault is "" for nothing.
func refuseAll(s *stack.Stack, fault string) {
	for _, f := range s.Functions {
		f.Unsupported = cmp.Or(f.Unsupported, fault)
	}
	for _, a := range s.APIs {
		refuseRoutes(a, fault)
	}
}

// refuseRoutes makes every route of an API refuse requests; fault is "" for nothing.
func refuseRoutes(a *stack.API, fault string) {
	for _, there := range a.EveryStage() {
		for _, route := range there.Routes {
			route.Unsupported = cmp.Or(route.Unsupported, fault)
		}
	}
}

// adopt takes over what the nested stack has that a resource is. Its implicit APIs get
// names of their own: each stack of a tree may have them.
func (r *reader) adopt(res *resolve.Resource, child *reader) {
	for _, a := range child.stack.APIs {
		if !a.Implicit {
			continue
		}
		a.LogicalID = res.LogicalID + a.LogicalID
		if slices.ContainsFunc(r.stack.APIs, func(other *stack.API) bool { return other.LogicalID == a.LogicalID }) {
			r.report.FailResource(res, res.Pos, "the implicit API of the nested stack is called %s, as another API is; give the stack another name", a.LogicalID)
		}
	}
	refuseAll(child.stack, r.report.Fault(res.LogicalID, property.Below("")))
	for _, a := range child.stack.APIs {
		r.depths[a] = child.depths[a] + 1
	}
	for _, f := range child.stack.Functions {
		r.depths[f] = child.depths[f] + 1
	}
	r.report.Add(child.report)
	r.stack.Functions = append(r.stack.Functions, child.stack.Functions...)
	r.stack.Layers = append(r.stack.Layers, child.stack.Layers...)
	r.stack.APIs = append(r.stack.APIs, child.stack.APIs...)
	for step, reads := range child.deferred {
		r.deferred[step] = append(r.deferred[step], reads...)
	}
}

// nestedSchema is what both types of nested stack have beside their template
// and its parameters.
var nestedSchema = property.Schema{Of: "a nested stack", Properties: map[string]property.Effect{
	"Description":      property.Listed(property.NoAccount),
	"NotificationARNs": property.Listed(property.NoAccount),
	"StackName":        property.Listed(property.NoAccount),
	"Tags":             property.Listed(property.NoAccount),
	"TimeoutInMinutes": property.Listed(property.NoAccount),
}}
