package read

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/function"
	"maru/local/internal/template/internal/resolve"
)

// Steps of what is read once the functions of the whole tree are known: the stack that
// has a version, an alias or an EventInvokeConfig need not be the function's. An alias
// stands for a version.
const (
	versionsFirst = iota
	aliasesNext
	deferredSteps
)

// deferred are resources that wait for the functions of the tree, by their step. Each is
// read for the root, whose report has what is said of it.
type deferred [deferredSteps][]func(root *reader)

// later has read called with the properties of a resource and the functions of the tree.
func (r *reader) later(step int, res *resolve.Resource, read func(root *reader, o *property.Object)) {
	r.deferred[step] = append(r.deferred[step], func(root *reader) {
		read(root, property.New(r.scope, root.report, res, res.Node.Get("Properties")))
	})
}

// readDeferred reads what waited, in the root of the tree.
func (r *reader) readDeferred() {
	for _, step := range r.deferred {
		for _, read := range step {
			read(r)
		}
	}
}

func (r *reader) version(res *resolve.Resource) {
	r.later(versionsFirst, res, func(root *reader, o *property.Object) { function.Version(o, root.stack.Function) })
}

func (r *reader) alias(res *resolve.Resource) {
	r.later(aliasesNext, res, func(root *reader, o *property.Object) { function.Alias(o, root.stack.Function) })
}

func (r *reader) eventInvokeConfig(res *resolve.Resource) {
	r.later(versionsFirst, res, func(root *reader, o *property.Object) {
		root.invokeConfigs = append(root.invokeConfigs, function.EventInvokeConfig(o, root.stack.Function))
	})
}
