package resolve

// The resource types that are read, or to which others refer by more than a name.
// Where SAM has such a type too, the name of CloudFormation's own says so.
const (
	TypeFunction     = "AWS::Serverless::Function"
	TypeAPI          = "AWS::Serverless::Api"
	TypeHTTPAPI      = "AWS::Serverless::HttpApi"
	TypeLayer        = "AWS::Serverless::LayerVersion"
	TypeStateMachine = "AWS::Serverless::StateMachine"

	TypeCloudFormationFunction = "AWS::Lambda::Function"
	TypeURL                    = "AWS::Lambda::Url"
	TypeEventInvoke            = "AWS::Lambda::EventInvokeConfig"
	TypeVersion                = "AWS::Lambda::Version"
	TypeAlias                  = "AWS::Lambda::Alias"
	TypeCloudFormationLayer    = "AWS::Lambda::LayerVersion"

	TypeCloudFormationREST = "AWS::ApiGateway::RestApi"
	TypePathPart           = "AWS::ApiGateway::Resource"
	TypeMethod             = "AWS::ApiGateway::Method"
	TypeRESTStage          = "AWS::ApiGateway::Stage"
	TypeDeployment         = "AWS::ApiGateway::Deployment"
	TypeRESTAuthorizer     = "AWS::ApiGateway::Authorizer"
	TypeGatewayResponse    = "AWS::ApiGateway::GatewayResponse"
	TypeModel              = "AWS::ApiGateway::Model"
	TypeRequestValidator   = "AWS::ApiGateway::RequestValidator"

	TypeCloudFormationHTTP = "AWS::ApiGatewayV2::Api"
	TypeOverrides          = "AWS::ApiGatewayV2::ApiGatewayManagedOverrides"
	TypeRoute              = "AWS::ApiGatewayV2::Route"
	TypeIntegration        = "AWS::ApiGatewayV2::Integration"
	TypeHTTPStage          = "AWS::ApiGatewayV2::Stage"
	TypeHTTPAuthorizer     = "AWS::ApiGatewayV2::Authorizer"

	TypeStack       = "AWS::CloudFormation::Stack"
	TypeApplication = "AWS::Serverless::Application"
)
