package template

import (
	"path/filepath"
	"slices"

	"maru/local/internal/template/internal/resolve"
)

// The resource types that are stacks inside of the stack.
const (
	typeStack       = "AWS::CloudFormation::Stack"
	typeApplication = "AWS::Serverless::Application"
)

// nested reads a stack inside of the stack, with a reader of its own since it
// has Globals, APIs and an implicit API of its own. What it has goes into the
// stack around it.
func (r *reader) nested(res *resolve.Resource) {
	scope, err := r.scope.Nested(res)
	r.problem(err)
	if scope == nil {
		if err == nil {
			r.other(res)
		}
		return
	}
	o := r.properties(res, res.Node.Get("Properties"))
	o.asked = []string{"Location", "Parameters", "TemplateURL"} // of the scope
	o.done(nestedSchema)
	dir, err := filepath.Abs(filepath.Dir(scope.File()))
	if err != nil {
		r.fail(res.Pos, "finding the folder of %s: %v", scope.File(), err)
		return
	}
	child := newReader(scope, &Stack{
		File: scope.File(), Dir: dir, Name: r.stack.Name, Region: r.stack.Region, AccountID: r.stack.AccountID,
	})
	child.methods, child.infersGo = r.methods, r.infersGo
	child.template(scope.Template())
	child.collect()
	for _, a := range child.stack.APIs {
		if !a.Implicit {
			continue
		}
		a.LogicalID = res.LogicalID + a.LogicalID
		if slices.ContainsFunc(r.stack.APIs, func(other *API) bool { return other.LogicalID == a.LogicalID }) {
			r.fail(res.Pos, "the implicit API of the nested stack is called %s, as another API is; give the stack another name", a.LogicalID)
		}
	}
	r.errs = append(r.errs, child.errs...)
	r.stack.Functions = append(r.stack.Functions, child.stack.Functions...)
	r.stack.Layers = append(r.stack.Layers, child.stack.Layers...)
	r.stack.APIs = append(r.stack.APIs, child.stack.APIs...)
	r.stack.Notes = append(r.stack.Notes, child.stack.Notes...)
}

// nestedSchema is what both types of nested stack have beside their template
// and its parameters.
var nestedSchema = schema{of: "a nested stack", properties: map[string]property{
	"Description":      {Listed, noAccount},
	"NotificationARNs": {Listed, noAccount},
	"StackName":        {Listed, noAccount},
	"Tags":             {Listed, noAccount},
	"TimeoutInMinutes": {Listed, noAccount},
}}
