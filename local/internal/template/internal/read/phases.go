package read

import (
	"errors"
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/api"
	"maru/local/internal/template/internal/read/function"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// phase is a step of reading: what reads the resources of which types.
type phase map[string]func(*reader, *resolve.Resource)

// phases gives the steps of reading in their order: APIs, then what their
// routes depend on, then the routes.
func phases() []phase {
	return []phase{
		{
			resolve.TypeAPI: (*reader).samAPI, resolve.TypeHTTPAPI: (*reader).samAPI,
			resolve.TypeCloudFormationREST: cloudFormationAPI((*api.Reader).CloudFormationREST),
			resolve.TypeCloudFormationHTTP: cloudFormationAPI((*api.Reader).CloudFormationHTTP),
			resolve.TypeLayer:              (*reader).samLayer, resolve.TypeCloudFormationLayer: (*reader).cloudFormationLayer,
		}, {
			resolve.TypeRESTStage: part((*api.Reader).RESTStage), resolve.TypeHTTPStage: part((*api.Reader).HTTPStage),
			resolve.TypeDeployment: part((*api.Reader).Deployment), resolve.TypePathPart: part((*api.Reader).PathPart),
			resolve.TypeGatewayResponse: part((*api.Reader).GatewayResponse), resolve.TypeModel: part((*api.Reader).Model),
			resolve.TypeRequestValidator: part((*api.Reader).RequestValidator),
		}, {
			// These may need a stage's variables; events lose against a definition.
			resolve.TypeRESTAuthorizer: part((*api.Reader).RESTAuthorizer), resolve.TypeHTTPAuthorizer: part((*api.Reader).HTTPAuthorizer),
			resolve.TypeAPI: (*reader).definition, resolve.TypeHTTPAPI: (*reader).definition,
			resolve.TypeCloudFormationREST: (*reader).definition, resolve.TypeCloudFormationHTTP: (*reader).definition,
			resolve.TypeIntegration: part((*api.Reader).Integration),
		}, {
			resolve.TypeFunction: (*reader).samFunction, resolve.TypeCloudFormationFunction: (*reader).cloudFormationFunction,
			resolve.TypeStateMachine: (*reader).stateMachine,
			resolve.TypeStack:        (*reader).nested, resolve.TypeApplication: (*reader).nested,
		}, {
			// SAM knows nothing of these routes when it makes preflights.
			resolve.TypeAPI: (*reader).preflights,
		}, {
			resolve.TypeMethod: part((*api.Reader).Method), resolve.TypeRoute: part((*api.Reader).Route),
			resolve.TypeOverrides: part((*api.Reader).ManagedOverrides), resolve.TypeURL: (*reader).functionURL,
			// These wait for the functions of the whole tree.
			resolve.TypeEventInvoke: (*reader).eventInvokeConfig, resolve.TypeVersion: (*reader).version, resolve.TypeAlias: (*reader).alias,
		},
	}
}

// plain gives the properties of a resource that SAM's Globals have no part in.
func (r *reader) plain(res *resolve.Resource) *property.Object {
	return property.New(r.scope, r.report, res, res.Node.Get("Properties"))
}

// sam gives the properties of a resource with those of Globals.
func (r *reader) sam(res *resolve.Resource) *property.Object {
	r.report.ResourceProblem(res, errors.Join(r.globalFaults[res.Type]...))
	return property.New(r.scope, r.report, res, r.merged(res))
}

// part makes a step of what reads a part of an API.
func part(read func(*api.Reader, *property.Object)) func(*reader, *resolve.Resource) {
	return func(r *reader, res *resolve.Resource) { read(r.apis, r.plain(res)) }
}

// cloudFormationAPI makes a step of what reads an API of CloudFormation's own.
func cloudFormationAPI(read func(*api.Reader, *property.Object) *stack.API) func(*reader, *resolve.Resource) {
	return func(r *reader, res *resolve.Resource) { r.addAPI(read(r.apis, r.plain(res))) }
}

func (r *reader) samAPI(res *resolve.Resource)     { r.addAPI(r.apis.SAM(r.sam(res))) }
func (r *reader) definition(res *resolve.Resource) { r.apis.Definition(res) }
func (r *reader) preflights(res *resolve.Resource) { r.apis.Preflights(res) }

// addAPI puts an API into the Stack, unless it is nil.
func (r *reader) addAPI(a *stack.API) {
	if a != nil {
		r.stack.APIs = append(r.stack.APIs, a)
	}
}

func (r *reader) samFunction(res *resolve.Resource) {
	f, u := r.functions.SAM(r.sam(res))
	r.stack.Functions = append(r.stack.Functions, f)
	r.addAPI(u)
}

func (r *reader) cloudFormationFunction(res *resolve.Resource) {
	r.stack.Functions = append(r.stack.Functions, r.functions.CloudFormation(r.plain(res)))
}

func (r *reader) functionURL(res *resolve.Resource) { r.addAPI(function.URL(r.plain(res))) }

func (r *reader) samLayer(res *resolve.Resource) { r.addLayer(r.functions.SAMLayer(r.sam(res))) }
func (r *reader) cloudFormationLayer(res *resolve.Resource) {
	r.addLayer(r.functions.CloudFormationLayer(r.plain(res)))
}

// addLayer puts a layer into the Stack, unless it is nil.
func (r *reader) addLayer(l *stack.Layer) {
	if l != nil {
		r.stack.Layers = append(r.stack.Layers, l)
	}
}

// resources reads every resource whose condition holds.
func (r *reader) resources(serverless bool) {
	present, phases := r.present(serverless), phases()
	for _, res := range present {
		if slices.ContainsFunc(phases, func(p phase) bool { return p[res.Type] != nil }) {
			r.report.NoteResource(stack.Emulated, res, "")
			r.attributes(res)
		} else {
			r.other(res)
		}
	}
	for _, p := range phases {
		for _, res := range present {
			if read := p[res.Type]; read != nil {
				read(r, res)
			}
		}
	}
}

// noteAbsent says that a resource is not created, and whether that is certain.
func (r *reader) noteAbsent(res *resolve.Resource) {
	if r.scope.PresenceKnown(res) {
		r.report.NoteResource(stack.Emulated, res, "is not created: its condition is false")
		return
	}
	r.report.NoteResource(stack.Approximated, res, "is taken for not created: its condition depends on what is not known here")
}

// present gives the resources whose condition holds, and those of which that cannot be
// said.
func (r *reader) present(serverless bool) []*resolve.Resource {
	var present []*resolve.Resource
	var missing error // of the transform, where the first resource needs it
	for _, res := range r.scope.Resources() {
		ok, err := r.scope.Present(res)
		if !ok && err == nil {
			r.noteAbsent(res)
			continue
		}
		r.report.ResourceProblem(res, err)
		if !serverless && strings.HasPrefix(res.Type, "AWS::Serverless::") {
			if missing == nil {
				missing = syntax.Errorf(res.Pos, "the type %s needs the line \"Transform: %s\" at the template's top", res.Type, samTransform)
			}
			r.report.ResourceProblem(res, missing)
		}
		present = append(present, res)
	}
	return present
}
