package request

import (
	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/route"
	"maru/local/internal/gateway/internal/target"
	"maru/local/internal/template"
)

// kinds has how requests to one kind of API differ from those to the others.
var kinds = [...]struct {
	// ownID is true where the request ID is no extended one.
	ownID bool
	// routePath gives what the path is for policies, as routes are held against it.
	routePath func(*Request) string
	// rawPath is what rawPath is in events of format 2.0, and contextPath the path
	// of requestContext in format 1.0.
	rawPath, contextPath func(*Request) string
	// httpPath makes of rawPath the path of requestContext.http in format 2.0.
	httpPath func(rawPath string) string
	// decodes tells whether requests with this path are served.
	decodes func(sent string) bool
}{
	template.REST: {ownID: true, routePath: (*Request).matchedPath, rawPath: (*Request).decodedPath, httpPath: same, contextPath: (*Request).stagedPath, decodes: always},
	template.HTTP: {routePath: (*Request).decodedRoutePath, rawPath: (*Request).decodedPath, httpPath: same, contextPath: (*Request).decodedPath, decodes: disputed.HTTPDecodes},
	template.URL:  {ownID: true, routePath: (*Request).mergedPath, rawPath: (*Request).sentPath, httpPath: target.Unescape, contextPath: (*Request).stagedPath, decodes: always},
}

func always(string) bool { return true }

func same(path string) string { return path }

// HasPath reports whether the path is one for the kind of API that the request met,
// or that answers where it met none. Routes are matched without this being known: in
// a Table of all APIs, those of other kinds take it as it is.
func (r *Request) HasPath() bool { return kinds[r.Kind()].decodes(r.Target.Sent) }

// RawPath is the path with the stage, unless that is $default. That of a function
// URL is as the client sent it (captured from a live one).
func (r *Request) RawPath() string { return kinds[r.Kind()].rawPath(r) }

// HTTPPath is the path of requestContext.http in format 2.0, made of RawPath; that of a
// function URL is decoded once (captured, too, and recorded in
// test_lambda_url_echo_http_fixture_default).
func (r *Request) HTTPPath(rawPath string) string { return kinds[r.Kind()].httpPath(rawPath) }

// ContextPath is the path with the stage, as requestContext of format 1.0 has it.
func (r *Request) ContextPath() string { return kinds[r.Kind()].contextPath(r) }

func (r *Request) sentPath() string { return r.Target.Sent }

func (r *Request) mergedPath() string { return r.Target.Path }

func (r *Request) matchedPath() string { return disputed.RESTPolicyPath(r.Target.Path) }

func (r *Request) decodedRoutePath() string { return disputed.HTTPRoutePath(r.Target.Path) }

func (r *Request) stagedPath() string { return "/" + r.API().Stage + r.Target.Sent }

func (r *Request) decodedPath() string {
	path := disputed.HTTPPath(r.Target.Sent)
	if stage := r.API().Stage; stage != route.DefaultStage {
		return "/" + stage + path
	}
	return path
}

// ARN names what the caller wants to do, for policies to speak of: the method
// and the path as routes match it, not the route. That the path is the one that
// was matched keeps a policy and a route from seeing two paths.
func (r *Request) ARN() string {
	api := r.Route.API
	return "arn:aws:execute-api:" + r.Account.Region + ":" + r.Account.ID + ":" + api.ID + "/" + api.Stage + "/" +
		r.Method() + kinds[r.Kind()].routePath(r)
}
