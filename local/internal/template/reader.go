package template

import (
	"cmp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// samTransform is the macro that gives the AWS::Serverless types their meaning.
const samTransform = "AWS::Serverless-2016-10-31"

// The resource types that are read. What follows "raw" in names here is
// CloudFormation's own, without SAM.
const (
	typeFunction = "AWS::Serverless::Function"
	typeAPI      = "AWS::Serverless::Api"
	typeHTTPAPI  = "AWS::Serverless::HttpApi"

	typeRawFunction = "AWS::Lambda::Function"
	typeURL         = "AWS::Lambda::Url"
	typeEventInvoke = "AWS::Lambda::EventInvokeConfig"
	typeVersion     = "AWS::Lambda::Version"
	typeAlias       = "AWS::Lambda::Alias"

	typeLayer    = "AWS::Serverless::LayerVersion"
	typeRawLayer = "AWS::Lambda::LayerVersion"

	typeRawREST          = "AWS::ApiGateway::RestApi"
	typePathPart         = "AWS::ApiGateway::Resource"
	typeMethod           = "AWS::ApiGateway::Method"
	typeRESTStage        = "AWS::ApiGateway::Stage"
	typeDeployment       = "AWS::ApiGateway::Deployment"
	typeRESTAuthorizer   = "AWS::ApiGateway::Authorizer"
	typeGatewayResponse  = "AWS::ApiGateway::GatewayResponse"
	typeModel            = "AWS::ApiGateway::Model"
	typeRequestValidator = "AWS::ApiGateway::RequestValidator"

	typeRawHTTP        = "AWS::ApiGatewayV2::Api"
	typeOverrides      = "AWS::ApiGatewayV2::ApiGatewayManagedOverrides"
	typeRoute          = "AWS::ApiGatewayV2::Route"
	typeIntegration    = "AWS::ApiGatewayV2::Integration"
	typeHTTPStage      = "AWS::ApiGatewayV2::Stage"
	typeHTTPAuthorizer = "AWS::ApiGatewayV2::Authorizer"
)

// reader collects a Stack while it goes through a template.
type reader struct {
	scope *resolve.Scope
	stack *Stack
	errs  []error
	// globals holds the sections of Globals by resource type.
	globals map[string]*syntax.Node
	// apis holds the APIs read so far by logical ID.
	apis map[string]*api
	// gateway holds what CloudFormation's own resources of APIs came to.
	gateway gatewayParts
	// invokeConfigs are the EventInvokeConfigs of CloudFormation.
	invokeConfigs []invokeConfig
	// askings and scopes are the places that speak of authorization.
	askings []asking
	scopes  []scoped
	// methods holds where each of Metadata.Maru.Methods was claimed.
	methods map[string]Position
	// infersGo is Options.InfersGo.
	infersGo func(runtime, codeURI string) bool
}

func newReader(scope *resolve.Scope, stack *Stack) *reader {
	for _, a := range scope.Approximations() {
		stack.Notes = append(stack.Notes, Note{Level: Approximated, Text: a.Text, Pos: a.Pos})
	}
	return &reader{
		scope:   scope,
		stack:   stack,
		globals: map[string]*syntax.Node{},
		apis:    map[string]*api{},
		gateway: gatewayParts{
			ids:          map[string]string{},
			paths:        map[string]pathPart{},
			integrations: map[string]*Route{},
			authorizers:  map[string]*Auth{},
			validators:   map[string]rules{},
		},
		methods: map[string]Position{},
	}
}

// problem records an error, each of several joined ones by itself; nil is none.
func (r *reader) problem(err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			r.problem(e)
		}
	} else if err != nil {
		r.errs = append(r.errs, err)
	}
}

func (r *reader) fail(pos Position, format string, args ...any) {
	r.problem(syntax.Errorf(pos, format, args...))
}

// problems gives the errors from the top of the template to its end. One that
// was met twice, as one in Globals is by every function, is given once.
func (r *reader) problems() []error {
	position := func(err error) Position {
		if e, ok := err.(*syntax.Error); ok {
			return e.Pos
		}
		return Position{}
	}
	slices.SortFunc(r.errs, func(a, b error) int {
		return cmp.Or(r.scope.Compare(position(a), position(b)), cmp.Compare(a.Error(), b.Error()))
	})
	return slices.CompactFunc(r.errs, func(a, b error) bool { return a.Error() == b.Error() })
}

// collect puts the implicit APIs behind the explicit ones, resource policies
// before the routes, and looks at the models that the routes came to need.
func (r *reader) collect() {
	for _, id := range []string{implicitREST, implicitHTTP} {
		if a := r.apis[id]; a != nil && a.Implicit {
			a.preflights()
			r.stack.APIs = append(r.stack.APIs, a.API)
		}
	}
	for _, a := range r.apis {
		a.applyPolicy()
		r.noteModels(a)
	}
	r.noteAuth()
}

// finish gives the Stack with its notes in the template's order.
func (r *reader) finish() *Stack {
	r.collect()
	slices.SortStableFunc(r.stack.APIs, func(a, b *API) int { return isURL(a) - isURL(b) })
	r.checkQualifiers()
	r.report()
	return r.stack
}

// isURL is 1 for a function URL, by which it comes after what is none.
func isURL(a *API) int {
	if a.Kind == URL {
		return 1
	}
	return 0
}

// sections are the keys of a template's top level:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html.
// A text makes a line of the report; those without one are read, or have no
// effect on what a stack does once it is there. None makes a note: Rules and Hooks
// are about whether and how AWS deploys.
var sections = []struct{ name, note string }{
	{"AWSTemplateFormatVersion", ""}, {"Description", ""}, {"Metadata", ""}, {"Parameters", ""}, {"Mappings", ""},
	{"Conditions", ""}, {"Transform", ""}, {"Globals", ""}, {"Resources", ""}, {"Outputs", ""},
	{"Rules", "the rules are not checked"},
	{"Hooks", "the hooks are not called"},
}

// template reads the top level.
func (r *reader) template(root *syntax.Node) {
	if root.Kind != syntax.Mapping {
		r.fail(root.Pos, "a template is a mapping with Resources, but here is %s", root.Kind)
		return
	}
	var names []string
	notes := map[string]string{}
	for _, s := range sections {
		names, notes[s.name] = append(names, s.name), s.note
	}
	for _, e := range root.Entries {
		switch text, ok := notes[e.Key]; {
		case !ok:
			r.fail(e.Pos, "%q is not a section of a template%s", e.Key, syntax.Suggestion(e.Key, names))
		case text != "":
			r.stack.Notes = append(r.stack.Notes, Note{Level: Listed, Property: e.Key, Text: text, Pos: e.Pos})
		}
	}
	if v := root.Get("AWSTemplateFormatVersion"); v != nil && v.Value != "2010-09-09" {
		r.fail(v.Pos, "AWSTemplateFormatVersion has to be 2010-09-09, the only one there is")
	}
	if n := root.Get("Resources"); n == nil || n.Kind == syntax.Null || n.Kind == syntax.Mapping && len(n.Entries) == 0 {
		suggestion := ""
		if n == nil {
			suggestion = syntax.Suggestion("Resources", root.Keys())
		}
		r.fail(root.Pos, "the template has no Resources%s", suggestion)
	}
	serverless := r.transforms(root.Get("Transform"))
	r.readGlobals(root.Get("Globals"))
	r.resources(serverless)
}

// transforms tells whether the template has SAM's transform, and notes others.
func (r *reader) transforms(n *syntax.Node) (serverless bool) {
	if n == nil {
		return false
	}
	items := n.Items
	if n.Kind == syntax.Scalar {
		items = []*syntax.Node{n}
	}
	for _, item := range items {
		if item.Value == samTransform {
			serverless = true
		}
		if item.Value == samTransform || item.Value == resolve.Extensions {
			continue
		}
		r.stack.Notes = append(r.stack.Notes, Note{
			Level: Ignored, Property: "Transform", Pos: item.Pos,
			Text: "the macro " + item.Value + " is not run" + syntax.Suggestion(item.Value, []string{samTransform}),
		})
	}
	return serverless
}

// phase is a step of reading: what reads the resources of which types.
type phase map[string]func(*reader, *resolve.Resource)

// phases gives the steps of reading in their order: APIs, then what their
// routes depend on, then the routes.
func phases() []phase {
	return []phase{
		{
			typeAPI: (*reader).explicitAPI, typeHTTPAPI: (*reader).explicitAPI,
			typeRawREST: (*reader).rawREST, typeRawHTTP: (*reader).rawHTTP,
			typeLayer: (*reader).layer, typeRawLayer: (*reader).rawLayer,
		}, {
			typeRESTStage: (*reader).restStage, typeDeployment: (*reader).deployment, typeHTTPStage: (*reader).httpStage,
			typeGatewayResponse: (*reader).gatewayResponse, typePathPart: (*reader).pathPart,
			typeRequestValidator: (*reader).requestValidator, typeModel: (*reader).restModel,
		}, {
			// These may need a stage's variables; events lose against a definition.
			typeRESTAuthorizer: (*reader).restAuthorizer, typeHTTPAuthorizer: (*reader).httpAuthorizer,
			typeAPI: (*reader).definition, typeHTTPAPI: (*reader).definition,
			typeRawREST: (*reader).definition, typeRawHTTP: (*reader).definition,
			typeIntegration: (*reader).httpIntegration,
		}, {
			typeFunction: (*reader).function, typeRawFunction: (*reader).rawFunction,
			typeStack: (*reader).nested, typeApplication: (*reader).nested,
		}, {
			// SAM knows nothing of these routes when it makes preflights.
			typeAPI: (*reader).preflights,
		}, {
			typeMethod: (*reader).restMethod, typeRoute: (*reader).httpRoute, typeOverrides: (*reader).managedOverrides,
			typeURL: (*reader).rawURL, typeEventInvoke: (*reader).rawEventInvokeConfig, typeVersion: (*reader).version,
		}, {
			// An alias stands for a version.
			typeAlias: (*reader).alias,
		},
	}
}

// resources reads every resource whose condition holds.
func (r *reader) resources(serverless bool) {
	present := r.present(serverless)
	r.nameParts()
	known := map[string]bool{}
	for _, p := range phases() {
		for _, res := range present {
			if read := p[res.Type]; read != nil {
				known[res.Type] = true
				read(r, res)
			}
		}
	}
	for _, res := range present {
		if !known[res.Type] {
			r.other(res)
			continue
		}
		r.row(Emulated, res, "")
		r.attributes(res)
	}
}

// present gives the resources whose condition holds.
func (r *reader) present(serverless bool) []*resolve.Resource {
	var present []*resolve.Resource
	missing := false
	for _, res := range r.scope.Resources() {
		if !serverless && !missing && strings.HasPrefix(res.Type, "AWS::Serverless::") {
			missing = true
			r.fail(res.Pos, "the type %s needs the line \"Transform: %s\" at the template's top", res.Type, samTransform)
		}
		ok, err := r.scope.Present(res)
		r.problem(err)
		if ok {
			present = append(present, res)
		} else if err == nil {
			r.row(Emulated, res, "is not created: its condition is false")
		}
	}
	return present
}
