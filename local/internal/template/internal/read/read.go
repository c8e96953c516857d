// Package read makes a Stack of a template: its top level, Globals, nested stacks, and
// the resources in the order in which they depend on each other. What a resource means
// is read by the packages below, each with its subject; an arrow means "imports":
//
//	read ──▶ function     functions and what belongs to each; layers
//	     └─▶ api          REST APIs and HTTP APIs with their routes
//	function ──▶ auth, response
//	api ──▶ auth          authorizers, and what a route asks of its callers
//	    ├─▶ validation    what is checked of a request, and models of bodies
//	    ├─▶ response      what API Gateway answers by itself: CORS, mocks, errors
//	    └─▶ openapi       definitions, which auth and validation read too
//
// A function knows no REST or HTTP API: what its events mean is handed to package
// function as a table by type. There is no way back from a subject to this package; what
// one subject needs of another comes as an argument, and what is about several of them
// stands here, such as the versions and aliases that routes, authorizers and
// EventInvokeConfigs lead to, and what of the resources that are not read has a function
// called.
//
// Still to come, as types of package stack and here:
//
//	WebSocket APIs                   a package beside api
//	what calls functions without     a package source: SAM's events of other types,
//	HTTP: schedules, queues,         AWS::Lambda::EventSourceMapping, AWS::Events::Rule,
//	streams, buckets                 AWS::Scheduler::Schedule
//	Cognito's user pools             auth/userpool.go; this package then imports auth
//	API keys and usage plans         auth/apikey.go, for AWS::ApiGateway::ApiKey,
//	                                 UsagePlan and UsagePlanKey
package read

import (
	"cmp"
	"errors"
	"slices"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/api"
	"maru/local/internal/template/internal/read/function"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Options are what a stack gets from outside of its template.
type Options struct {
	resolve.Settings
	// Dir is the absolute path of the template's folder.
	Dir string
	// InfersGo reports whether the host builds a folder as Go though no BuildMethod
	// says so; nil where nothing is to be noted of it.
	InfersGo func(runtime, codeURI string) bool
}

// Template reads a template and those that it nests. What is wrong with one of its parts
// costs that part, and is in the Stack's Err. The error is for what keeps the template
// from being read, and has everything else that is wrong, too, from the top of the
// template to its end; the Stack is nil then.
func Template(template *syntax.Document, o Options) (*stack.Stack, error) {
	scope, err := resolve.New(template, o.Settings)
	r := newReader(scope, &stack.Stack{
		File: scope.File(), Dir: o.Dir, Name: o.StackName, Region: o.Region, AccountID: o.AccountID,
	})
	r.functions.InfersGo = o.InfersGo
	r.functions.Claims = map[string]stack.Position{}
	r.report.Problem(err)
	r.template(scope.Template())
	r.readDeferred()
	r.checkFunctionNames()
	if r.report.Fatal() {
		return nil, errors.Join(r.errors()...)
	}
	return r.finish(), nil
}

// reader collects a Stack while it goes through one template.
type reader struct {
	scope  *resolve.Scope
	report *property.Report
	stack  *stack.Stack
	// globals holds the sections of Globals by resource type, and globalFaults what is
	// wrong with each.
	globals      map[string]*syntax.Node
	globalFaults map[string][]error
	// depths tells how many stacks are around that of an API or a function; none for
	// those of the template itself.
	depths    map[any]int
	functions *function.Reader
	apis      *api.Reader
	// deferred has what of the template and of all that it nests waits for the
	// functions of the tree.
	deferred deferred
	// invokeConfigs has those of the tree, in its root, for checkQualifiers.
	invokeConfigs []function.InvokeConfig
}

func newReader(scope *resolve.Scope, s *stack.Stack) *reader {
	r := &reader{scope: scope, report: new(property.Report), stack: s, globals: map[string]*syntax.Node{}, globalFaults: map[string][]error{}, depths: map[any]int{}}
	r.apis = api.NewReader(scope, r.report, r.globals)
	r.functions = &function.Reader{Dir: s.Dir, Events: map[string]function.ReadEvent{
		"Api": routeEvent(r.apis.RESTEvent), "HttpApi": routeEvent(r.apis.HTTPEvent),
	}}
	return r
}

// routeEvent makes a ReadEvent of what reads the events of an API, which become routes
// without a name.
func routeEvent(read func(o *property.Object, function string, pos stack.Position)) function.ReadEvent {
	return func(o *property.Object, e function.Event) { read(o, e.Function, e.Pos) }
}

// errors gives the errors from the top of the template to its end. One that was met
// twice, as one in Globals is by every function, is given once.
func (r *reader) errors() []error {
	position := func(err error) stack.Position {
		if e, ok := err.(*syntax.Error); ok {
			return e.Pos
		}
		return stack.Position{}
	}
	errs := r.report.Errors()
	slices.SortFunc(errs, func(a, b error) int {
		return cmp.Or(r.scope.Compare(position(a), position(b)), cmp.Compare(a.Error(), b.Error()))
	})
	return slices.CompactFunc(errs, func(a, b error) bool { return a.Error() == b.Error() })
}

// collect adds what is known once every resource is read: the implicit APIs behind the
// explicit ones, and the notes that waited for it.
func (r *reader) collect() {
	for _, a := range r.apis.End() {
		for _, err := range r.globalFaults[map[stack.Kind]string{stack.REST: resolve.TypeAPI, stack.HTTP: resolve.TypeHTTPAPI}[a.Kind]] {
			refuseRoutes(a, err.Error())
		}
		r.addAPI(a)
	}
	r.checkReferences()
	r.report.End()
}

// checkReferences finds what CloudFormation refuses a template for that nothing here has
// asked for: references from parts that are not read. It comes last, as such a part keeps
// no function and no route from what it does.
func (r *reader) checkReferences() {
	r.report.Problem(r.report.Unreported(append(r.scope.CheckConditions(), r.scope.CheckOutputs()...)))
	for _, res := range r.scope.Resources() {
		r.report.ResourceProblem(res, r.report.Unreported(append(
			r.scope.Dangling(res.Node.Get("Properties")), r.scope.DanglingNames(res.Node.Get("DependsOn"))...)))
	}
}

// finish gives the Stack with its notes in the template's order. Remarks are no more
// than listed: this host does with what they are about as AWS does, so that nothing is
// less than emulated, but the report has to show them.
func (r *reader) finish() *stack.Stack {
	r.collect()
	for _, a := range r.scope.Approximations() {
		r.report.Note(stack.Note{Level: stack.Approximated, Text: a.Text, Pos: a.Pos})
	}
	for _, remark := range r.scope.Remarks() {
		r.report.Note(stack.Note{Level: stack.Listed, Text: remark.Text, Pos: remark.Pos})
	}
	slices.SortStableFunc(r.stack.APIs, r.compareAPIs)
	slices.SortStableFunc(r.stack.Functions, func(a, b *stack.Function) int { return r.depths[a] - r.depths[b] })
	r.checkLayers()
	r.checkQualifiers()
	r.setReport()
	return r.stack
}

// checkLayers keeps functions from running whose layers are not what was meant.
func (r *reader) checkLayers() {
	for _, f := range r.stack.Functions {
		for _, id := range f.Layers {
			if l := r.stack.Layer(id); l != nil {
				f.Unsupported = cmp.Or(f.Unsupported, l.Unsupported)
			}
		}
	}
}

// compareAPIs orders APIs as they take precedence, see Stack.APIs.
func (r *reader) compareAPIs(a, b *stack.API) int {
	return cmp.Or(
		order(a.Kind == stack.URL, b.Kind == stack.URL),
		r.depths[a]-r.depths[b],
		order(a.Implicit, b.Implicit),
	)
}

// order puts what is not so before what is.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
