package function

import (
	"cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/auth"
	"maru/local/internal/template/internal/read/response"
	"maru/local/internal/template/internal/stack"
)

// url reads FunctionUrlConfig, whose URL is the alias's where SAM publishes one; nil
// for none:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functionurlconfig.html.
func url(o *property.Object, f *stack.Function) *stack.API {
	config := o.Object("FunctionUrlConfig")
	if !config.Exists() {
		return nil
	}
	u := readURL(config, f.LogicalID+"Url", invoked(f))
	config.Done(functionURLSchema)
	u.Routes[0].Unsupported = config.Fault()
	return u
}

// URL reads an AWS::Lambda::Url, which may be of a function that the template does not
// have:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html.
func URL(o *property.Object) *stack.API {
	function := o.Function("TargetFunctionArn", nil)
	if qualifier := o.Text("Qualifier", ""); qualifier != "" {
		function = stack.Qualified(stack.Unqualified(function), qualifier)
	}
	u := readURL(o, o.Resource().LogicalID, function)
	o.Done(functionURLSchema)
	u.Routes[0].Unsupported = o.Fault()
	if function == "" {
		o.Note(stack.Refused, o.Resource().Pos, "TargetFunctionArn", property.NoTarget)
		u.Routes[0].MissingFunction = cmp.Or(o.PlainText("TargetFunctionArn"), "TargetFunctionArn")
	}
	return u
}

// readURL reads what a function's URL is, in either of its places: an API of one route,
// which leads to a function or one of its aliases.
func readURL(o *property.Object, logicalID, function string) *stack.API {
	u := &stack.API{
		LogicalID: logicalID, ID: o.Scope().APIID(o.Resource().LogicalID), Kind: stack.URL, Stage: stack.DefaultStage, Pos: o.Pos(),
	}
	route := &stack.Route{
		Method: stack.AnyMethod, Path: stack.DefaultRoute, Function: function, PayloadFormat: stack.Format2, Pos: o.Pos(),
		Resource: o.Resource().LogicalID, Property: o.Path(),
	}
	u.Routes = []*stack.Route{route}
	route.Auth = auth.URL(o)
	const buffered, stream = "BUFFERED", "RESPONSE_STREAM"
	route.Stream = o.Choice("InvokeMode", buffered, buffered, stream) == stream
	u.CORS = response.HTTPCORS(o, "Cors")
	return u
}
