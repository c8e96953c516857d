package template

import "maru/local/internal/template/internal/resolve"

// FunctionURL is a FunctionUrlConfig or an AWS::Lambda::Url.
type FunctionURL struct {
	// LogicalID is the key of the AWS::Lambda::Url; that of a FunctionUrlConfig
	// is the function's with "Url" behind it, as SAM names the resource.
	LogicalID string
	// ID stands for the URL in events, as an API's does.
	ID string
	// Function is the logical ID of the function, and behind a colon the alias
	// where the URL leads to one: "Hello:live".
	Function string
	// AuthType is "NONE" or "AWS_IAM".
	AuthType string
	// InvokeMode is "BUFFERED" or "RESPONSE_STREAM".
	InvokeMode string
	// CORS is what the URL answers preflight requests with by itself, and adds
	// to its responses; nil where it leaves all of that to the function.
	CORS *CORS
	Pos  Position
}

// Auth is the URL's authorization; nil for AuthType NONE.
func (u *FunctionURL) Auth() *Auth {
	if u.AuthType == "NONE" {
		return nil
	}
	return &Auth{Kind: AuthIAM, Pos: u.Pos}
}

// functionURL reads FunctionUrlConfig, whose URL is the alias's where SAM publishes
// one:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functionurlconfig.html.
func (o *object) functionURL(f *Function) {
	config := o.object("FunctionUrlConfig")
	if !config.exists() {
		return
	}
	u := config.url()
	u.LogicalID, u.Function = f.LogicalID+"Url", f.invoked()
	o.stack.URLs = append(o.stack.URLs, u)
	config.done(functionURLSchema)
}

// rawURL reads an AWS::Lambda::Url:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html.
func (r *reader) rawURL(res *resolve.Resource) {
	o := r.properties(res, res.Node.Get("Properties"))
	u := o.url()
	u.LogicalID, u.Function = res.LogicalID, qualified(o.target("TargetFunctionArn", nil), o.text("Qualifier", ""))
	if u.Function == "" {
		o.note(Ignored, res.Pos, "TargetFunctionArn", noTarget)
	} else {
		o.stack.URLs = append(o.stack.URLs, u)
	}
	o.done(functionURLSchema)
}

// url reads what a function's URL is, in either of its places.
func (o *object) url() *FunctionURL {
	u := &FunctionURL{Pos: o.pos, ID: o.scope.APIID(o.resource.LogicalID)}
	reported := len(o.errs)
	u.AuthType = o.choice("AuthType", "", "NONE", nameIAM)
	if u.AuthType == "" && len(o.errs) == reported {
		o.fail(u.Pos, "a function URL has no AuthType, NONE or AWS_IAM")
	}
	u.InvokeMode = o.choice("InvokeMode", "BUFFERED", "BUFFERED", "RESPONSE_STREAM")
	u.CORS = o.httpCORS("Cors")
	if u.AuthType == nameIAM {
		o.noteAuth(o.node.Get("AuthType").Pos, "AuthType", "IAM authorization is not emulated: the URL refuses every request; --disable-authorizer opens it")
	}
	return u
}
