package template

import (
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
)

// functionURL reads FunctionUrlConfig, whose URL is the alias's where SAM publishes
// one:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functionurlconfig.html.
func (o *object) functionURL(f *Function) {
	config := o.object("FunctionUrlConfig")
	if !config.exists() {
		return
	}
	o.stack.APIs = append(o.stack.APIs, config.url(f.LogicalID+"Url", invoked(f)))
	config.done(functionURLSchema)
}

// rawURL reads an AWS::Lambda::Url:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html.
func (r *reader) rawURL(res *resolve.Resource) {
	o := r.properties(res, res.Node.Get("Properties"))
	function := stack.Qualified(o.target("TargetFunctionArn", nil), o.text("Qualifier", ""))
	u := o.url(res.LogicalID, function)
	if function == "" {
		o.note(Ignored, res.Pos, "TargetFunctionArn", noTarget)
	} else {
		o.stack.APIs = append(o.stack.APIs, u)
	}
	o.done(functionURLSchema)
}

// url reads what a function's URL is, in either of its places: an API of one route,
// which leads to a function or one of its aliases.
func (o *object) url(logicalID, function string) *API {
	u := &API{LogicalID: logicalID, ID: o.scope.APIID(o.resource.LogicalID), Kind: URL, Stage: defaultRoute, Pos: o.pos}
	route := &Route{Method: anyMethod, Path: defaultRoute, Function: function, PayloadFormat: formatHTTP, Pos: o.pos}
	u.Routes = []*Route{route}
	reported := len(o.errs)
	authType := o.choice("AuthType", "", nameNone, nameIAM)
	if authType == "" && len(o.errs) == reported {
		o.fail(u.Pos, "a function URL has no AuthType, NONE or AWS_IAM")
	}
	const buffered, stream = "BUFFERED", "RESPONSE_STREAM"
	route.Stream = o.choice("InvokeMode", buffered, buffered, stream) == stream
	u.CORS = o.httpCORS("Cors")
	if authType == nameIAM {
		route.Auth = &Auth{IAM: true, Pos: o.pos}
		o.asksFor(route.Auth, o.node.Get("AuthType").Pos, "AuthType", "IAM authorization is not emulated: the URL refuses every request"+opensIt)
	}
	return u
}
