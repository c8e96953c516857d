// Package api reads the REST APIs and HTTP APIs of a template and their routes. An API
// and its routes stand in up to four places, which come together here:
//
//	SAM's APIs            sam.go          with what SAM makes for them: implicit.go
//	SAM's events          event.go
//	OpenAPI definitions   definition.go
//	CloudFormation        cloudformationrest.go, cloudformationhttp.go
//
// What is beside the routes has packages of its own: who may call (auth), what is
// checked of a request (validation), what API Gateway answers by itself (response).
//
// WebSocket APIs are not read yet. They will have a type of their own in package stack,
// since their routes have keys and no methods, and a package beside this one.
package api

import (
	"cmp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/auth"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/read/response"
	"maru/local/internal/template/internal/read/validation"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Reader reads the APIs of one template. Its methods are called in the order in which
// APIs depend on each other's parts: the APIs; stages, paths, validators and models;
// authorizers, definitions and integrations; events; Preflights; methods and routes;
// End.
type Reader struct {
	scope  *resolve.Scope
	report *property.Report
	// globals holds the sections of Globals by resource type, for implicit APIs.
	globals map[string]*syntax.Node
	// apis holds the APIs read so far by logical ID.
	apis map[string]*draft

	// What CloudFormation's own resources came to, by logical ID, for others to refer
	// to: AWS::ApiGateway::Resources, authorizers, request validators, and of
	// AWS::ApiGatewayV2::Integrations what they give to the routes that target them.
	paths        map[string]pathPart
	authorizers  map[string]*stack.Auth
	validators   map[string]validation.Rules
	integrations map[string]*stack.Route
}

// NewReader gives the Reader of one template. The sections of its Globals, by the
// resource type that they are for, may be filled in later.
func NewReader(scope *resolve.Scope, report *property.Report, globals map[string]*syntax.Node) *Reader {
	return &Reader{
		scope: scope, report: report, globals: globals,
		apis:         map[string]*draft{},
		paths:        map[string]pathPart{},
		authorizers:  map[string]*stack.Auth{},
		validators:   map[string]validation.Rules{},
		integrations: map[string]*stack.Route{},
	}
}

// draft is an API while its routes are collected.
type draft struct {
	*stack.API
	// resourceType is the API's in the template.
	resourceType string
	authorizers  auth.Authorizers
	validation   *validation.API
	// routes holds each of Routes by its key, "GET /path".
	routes map[string]*stack.Route
	// joined holds where the routes have parts of beside their own places.
	joined map[*stack.Route][]place
	// parameters are those of a REST API's routes.
	parameters siblings
	// cors is a SAM Api's Cors; nil where it has none.
	cors *response.RESTCORS
	// document is the API's OpenAPI definition; nil where it has none.
	document *openapi.Document
	// operations holds the definition's by the keys of their routes, and security
	// what the definition asks for as a whole.
	operations map[string]operation
	security   auth.Demand
	// lost says of a route that its place is not known; empty for none.
	lost string
	// bare are the definition's operations without an integration.
	bare []bareOperation
	// policy is what the API's resource policy asks of all routes; nil for none.
	policy *stack.Auth
	// inline is true where SAM edits the definition, which a file it leaves as it is.
	inline bool
	// merges is true where SAM adds events to the definition.
	merges bool
	// quick is the route of a quick create; nil for none.
	quick *stack.Route
	// stages are the API's, the first as Stage has it.
	stages []*staged
	// cloudFormation is true for an API that is not SAM's; SAM adds no events to it.
	cloudFormation bool
}

// add files an API without properties.
func (r *Reader) add(res *resolve.Resource, kind stack.Kind) *draft {
	a := &draft{
		API: &stack.API{
			LogicalID: res.LogicalID,
			ID:        r.scope.APIID(res.LogicalID),
			Kind:      kind,
			Pos:       res.Pos,
		},
		resourceType: res.Type,
		routes:       map[string]*stack.Route{},
		joined:       map[*stack.Route][]place{},
		parameters:   siblings{},
		operations:   map[string]operation{},
	}
	a.validation = validation.New(a.API)
	r.apis[a.LogicalID] = a
	return a
}

// closeWith adds what a resource policy asks for; nil is for nothing.
func (a *draft) closeWith(policy *stack.Auth) { a.policy = cmp.Or(a.policy, policy) }

// takeBinary adds to the API's binary types, of which none is there twice. Their "/" may
// be written as "~1", the way of a JSON Pointer:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html.
func (a *draft) takeBinary(mediaTypes []string) {
	for _, mediaType := range mediaTypes {
		mediaType = strings.ReplaceAll(mediaType, "~1", "/")
		if !slices.Contains(a.BinaryMediaTypes, mediaType) {
			a.BinaryMediaTypes = append(a.BinaryMediaTypes, mediaType)
		}
	}
}

// of gives the API of a kind that the property key of one of its parts leads to; nil
// for none, which is noted.
func (r *Reader) of(o *property.Object, key string, kind stack.Kind) *draft {
	if a := r.apis[o.Link(key)]; a != nil && a.Kind == kind {
		return a
	}
	if !o.Has(key) {
		o.Fail(o.Pos(), "the %s %s has no %s", o.Resource().Type, o.Resource().LogicalID, key)
		return nil
	}
	o.Note(stack.Ignored, o.PosOf(key), key, "leads to no "+kind.String()+" of this template")
	return nil
}

// End gives the implicit APIs, which events have made, with the preflights that SAM
// adds to them. Resource policies close the routes of all APIs, and the models that
// routes came to need and that cannot be compiled are noted.
func (r *Reader) End() []*stack.API {
	var implicit []*stack.API
	for _, id := range []string{resolve.ImplicitREST, resolve.ImplicitHTTP} {
		if a := r.apis[id]; a != nil && a.Implicit {
			a.preflights()
			implicit = append(implicit, a.API)
		}
	}
	for _, a := range r.apis {
		a.refuseBare()
		a.trimSlashes(r.report)
		for _, route := range a.Routes {
			route.Auth = auth.Close(route.Auth, a.policy)
			route.Unsupported = cmp.Or(route.Unsupported, a.lost, r.faultOf(a, route))
		}
		r.settleStages(a)
		a.validation.NoteBroken(r.report)
	}
	return implicit
}
