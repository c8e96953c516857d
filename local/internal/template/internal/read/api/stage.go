package api

import (
	"cmp"
	"slices"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
)

// staged is one stage of an API.
type staged struct {
	name      string
	variables map[string]string
	// fault is what is wrong with it; empty for nothing.
	fault string
	rank  stageRank
}

// stageRank says where a stage comes from. Of several the least is the one that a path
// without a stage means, and then the first of the template.
type stageRank int

const (
	ownStage      stageRank = iota // the API's own, and an HTTP API's $default
	declaredStage                  // of a resource of its own
	deployedStage                  // made by a deployment, as SAM has it make one that nobody asked for
)

// staged adds the stage that o names, with its variables in the object variables.
func (a *draft) staged(o *property.Object, key string, variables *property.Object, rank stageRank) *staged {
	if !o.Has("StageName") {
		o.Fail(o.Pos(), "the stage %s has no StageName", o.Resource().LogicalID)
	}
	s := &staged{name: stage(o, a.Kind, ""), variables: variables.TextMap(key, checkStageVariable), rank: rank}
	if s.name == stack.DefaultStage {
		s.rank = ownStage
	}
	if first := slices.IndexFunc(a.stages, func(other *staged) bool { return other.name == s.name }); first >= 0 {
		if a.stages[first].rank == rank {
			o.Fail(o.PosOf("StageName"), "the API %s has the stage %s already", a.LogicalID, s.name)
			return a.stages[first]
		}
		o.Note(stack.Ignored, o.PosOf("StageName"), "StageName", "the API "+a.LogicalID+" has the stage "+s.name+" already")
		return s
	}
	a.addStage(s)
	return s
}

// addStage adds a stage, behind those that are no less.
func (a *draft) addStage(s *staged) {
	a.stages = append(a.stages, s)
	slices.SortStableFunc(a.stages, func(a, b *staged) int { return int(a.rank - b.rank) })
	a.Stage, a.StageVariables = a.stages[0].name, a.stages[0].variables
}

// settleStages gives the API its other stages, once its routes are what they are in
// every stage, and then what is wrong with a stage to the routes in it.
func (r *Reader) settleStages(a *draft) {
	for _, s := range a.stages[min(1, len(a.stages)):] {
		a.Stages = append(a.Stages, r.inStage(a, s))
	}
	for i, api := range a.EveryStage() {
		for _, route := range api.Routes {
			if i < len(a.stages) {
				route.Unsupported = cmp.Or(route.Unsupported, a.stages[i].fault)
			}
		}
	}
}

// inStage gives the API as it is in another stage than its first.
func (r *Reader) inStage(a *draft, s *staged) *stack.API {
	api := *a.API
	api.Stage, api.StageVariables, api.Routes, api.Stages = s.name, s.variables, nil, nil
	authorizers := map[*stack.Authorizer]*stack.Authorizer{}
	for _, route := range a.Routes {
		there := *route
		if route.URI != "" {
			r.invokeIn(&api, &there)
		}
		there.Auth = r.authIn(s, route.Auth, authorizers)
		api.Routes = append(api.Routes, &there)
	}
	return &api
}

// invokeIn gives a route the function that it has in the API's stage.
func (r *Reader) invokeIn(api *stack.API, route *stack.Route) {
	uri := resolve.ExpandStageVariables(route.URI, api.StageVariables)
	route.Function, route.MissingFunction = stack.Qualified(r.scope.FunctionOf(uri)), ""
	if route.Function == "" {
		route.MissingFunction = uri
		r.report.Note(stack.Note{
			Level: stack.Refused, Resource: route.Resource, Type: r.typeOf(route.Resource), Property: route.Property, Pos: route.Pos,
			Text: "in the stage " + api.Stage + " " + route.Key() + " " + notThere,
		})
	}
}

// typeOf gives the type of a resource; empty for an implicit API.
func (r *Reader) typeOf(logicalID string) string {
	if res := r.scope.Resource(logicalID); res != nil {
		return res.Type
	}
	return ""
}

// authIn gives what a route asks of its callers in a stage, whose variables may be in the
// URI of an authorizer's function. What is the same there is shared.
func (r *Reader) authIn(s *staged, auth *stack.Auth, known map[*stack.Authorizer]*stack.Authorizer) *stack.Auth {
	if auth == nil || auth.Authorizer == nil || auth.Authorizer.Lambda == nil || auth.Authorizer.Lambda.URI == "" {
		return auth
	}
	there := known[auth.Authorizer]
	if there == nil {
		authorizer, lambda := *auth.Authorizer, *auth.Authorizer.Lambda
		lambda.Function = stack.Qualified(r.scope.FunctionOf(resolve.ExpandStageVariables(lambda.URI, s.variables)))
		if authorizer.Lambda = &lambda; lambda.Function == "" {
			authorizer.Lambda = nil
		}
		there = &authorizer
		known[auth.Authorizer] = there
	}
	asked := *auth
	asked.Authorizer = there
	return &asked
}
