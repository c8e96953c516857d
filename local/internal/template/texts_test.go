package template

// What templates are made of and what notes on them say, where several tests share
// it: what users write and read, and no names of the packages below.
const (
	samTransform  = "AWS::Serverless-2016-10-31"
	extensionAuth = "x-amazon-apigateway-auth"

	inFile   = "what is sent there is appended to .maru/async/messages.jsonl"
	noScopes = "a Lambda authorizer has no scopes"
	refused  = " is not emulated: routes that need it refuse every request; --disable-authorizer opens them"
	sameCode = "every version has the newest code"
)
