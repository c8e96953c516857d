package read

import (
	"cmp"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// checkFunctionNames finds functions of one name, of which AWS creates the first:
// CreateFunction answers ResourceConflictException to the second. Nested stacks are of
// the same account and region.
func (r *reader) checkFunctionNames() {
	first := map[string]*stack.Function{}
	for _, f := range r.stack.Functions {
		if other := first[f.Name]; other != nil && f.Name != "" {
			err := syntax.Errorf(f.Pos, "the function %s is called %s, as %s is, at %s", f.LogicalID, f.Name, other.LogicalID, other.Pos)
			r.report.ResourceProblem(&resolve.Resource{LogicalID: f.LogicalID, Type: r.scope.FunctionType(f.LogicalID)}, err)
			f.Unsupported = cmp.Or(f.Unsupported, err.Error())
			continue
		}
		first[f.Name] = f
	}
}
