package resolve

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// shape says what references to one type of resource come to. In its texts,
// ${Name} is the resource's physical name, ${Qualifier} what that has behind a
// colon, ${ID} ten letters made of its path, ${URL} the address of the function
// URL that it is or has, ${Region} and ${Account} those of the stack.
type shape struct {
	// property names the resource; where the template leaves it out, its path,
	// in a stack that is not nested the logical ID, is the name.
	property string
	// ref is what Ref gives; empty for ${Name}.
	ref string
	// attributes are what Fn::GetAtt gives.
	attributes map[string]string
}

// shapes are taken from "Return values" on each type's page of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html.
var shapes = map[string]shape{
	TypeFunction:               {"FunctionName", "", map[string]string{"Arn": functionARN}},
	TypeCloudFormationFunction: {"FunctionName", "", map[string]string{"Arn": functionARN}},
	TypeAlias:                  {"FunctionName", functionARN, map[string]string{"AliasArn": functionARN}},
	TypeVersion:                {"FunctionName", functionARN, map[string]string{"FunctionArn": functionARN, "Version": "${Qualifier}"}},
	TypeURL: {"TargetFunctionArn", functionARN, map[string]string{
		"FunctionArn": functionARN, "FunctionUrl": "${URL}",
	}},
	TypeAPI:                             restAPI,
	TypeHTTPAPI:                         httpAPI,
	"AWS::Serverless::SimpleTable":      {"TableName", "", map[string]string{"Arn": "arn:aws:dynamodb:${Region}:${Account}:table/${Name}"}},
	TypeStateMachine:                    stateMachine,
	TypeLayer:                           layer,
	"AWS::ApiGateway::Model":            {"Name", "", nil},
	"AWS::ApiGateway::RestApi":          restAPI,
	"AWS::ApiGateway::RequestValidator": {"", "", map[string]string{"RequestValidatorId": "${Name}"}},
	"AWS::ApiGateway::Stage":            {"StageName", "", nil},
	"AWS::ApiGatewayV2::Api":            httpAPI,
	"AWS::ApiGatewayV2::Stage":          {"StageName", "", nil},
	"AWS::Cognito::UserPool": {"", "${Region}_${ID}", map[string]string{
		"Arn":         "arn:aws:cognito-idp:${Region}:${Account}:userpool/${Region}_${ID}",
		"ProviderURL": "https://cognito-idp.${Region}.amazonaws.com/${Region}_${ID}",
		"UserPoolId":  "${Region}_${ID}",
	}},
	"AWS::Cognito::UserPoolClient": {"", "${ID}", map[string]string{"ClientId": "${ID}"}},
	"AWS::DynamoDB::Table":         {"TableName", "", map[string]string{"Arn": "arn:aws:dynamodb:${Region}:${Account}:table/${Name}"}},
	"AWS::Events::EventBus": {"Name", "", map[string]string{
		"Arn": "arn:aws:events:${Region}:${Account}:event-bus/${Name}", "Name": "${Name}",
	}},
	"AWS::IAM::Role":        {"RoleName", "", map[string]string{"Arn": "arn:aws:iam::${Account}:role/${Name}"}},
	"AWS::KMS::Key":         {"", "${ID}", map[string]string{"Arn": "arn:aws:kms:${Region}:${Account}:key/${ID}", "KeyId": "${ID}"}},
	"AWS::Kinesis::Stream":  {"Name", "", map[string]string{"Arn": "arn:aws:kinesis:${Region}:${Account}:stream/${Name}"}},
	TypeCloudFormationLayer: layer,
	"AWS::Logs::LogGroup":   {"LogGroupName", "", map[string]string{"Arn": "arn:aws:logs:${Region}:${Account}:log-group:${Name}:*"}},
	"AWS::S3::Bucket": {"BucketName", "", map[string]string{
		"Arn": "arn:aws:s3:::${Name}", "DomainName": "${Name}.s3.amazonaws.com",
		"RegionalDomainName": "${Name}.s3.${Region}.amazonaws.com",
	}},
	"AWS::SNS::Topic": {"TopicName", "arn:aws:sns:${Region}:${Account}:${Name}", map[string]string{
		"TopicArn": "arn:aws:sns:${Region}:${Account}:${Name}", "TopicName": "${Name}",
	}},
	"AWS::SQS::Queue": {"QueueName", "https://sqs.${Region}.amazonaws.com/${Account}/${Name}", map[string]string{
		"Arn": "arn:aws:sqs:${Region}:${Account}:${Name}", "QueueName": "${Name}",
		"QueueUrl": "https://sqs.${Region}.amazonaws.com/${Account}/${Name}",
	}},
	"AWS::SSM::Parameter": {"Name", "", map[string]string{}},
	"AWS::SecretsManager::Secret": {"Name", "arn:aws:secretsmanager:${Region}:${Account}:secret:${Name}", map[string]string{
		"Id": "arn:aws:secretsmanager:${Region}:${Account}:secret:${Name}",
	}},
	"AWS::StepFunctions::StateMachine": stateMachine,
}

var (
	restAPI = shape{"", "${ID}", map[string]string{"RootResourceId": "${ID}", "RestApiId": "${ID}"}}
	httpAPI = shape{"", "${ID}", map[string]string{
		"ApiEndpoint": "https://${ID}.execute-api.${Region}.amazonaws.com", "ApiId": "${ID}",
	}}
	layer = shape{"LayerName", "arn:aws:lambda:${Region}:${Account}:layer:${Name}:1", map[string]string{
		"LayerVersionArn": "arn:aws:lambda:${Region}:${Account}:layer:${Name}:1",
	}}
	stateMachine = shape{"Name", "arn:aws:states:${Region}:${Account}:stateMachine:${Name}", map[string]string{
		"Arn": "arn:aws:states:${Region}:${Account}:stateMachine:${Name}", "Name": "${Name}",
	}}
)

// APIID gives the ten lower-case letters and digits that stand for an API's ID.
func APIID(logicalID string) string {
	sum := sha256.Sum256([]byte(logicalID))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:10]
}

// expand fills in a shape's text; name stands for ${Name}.
func (s *Scope) expand(text, name string) string {
	_, qualifier, _ := strings.Cut(name, ":")
	return strings.NewReplacer("${Name}", name, "${Qualifier}", qualifier, "${Region}", s.settings.Region, "${Account}", s.settings.AccountID).Replace(text)
}

// shaped fills in a shape's text for a resource.
func (e evaluation) shaped(pos syntax.Position, r *Resource, text string) (*syntax.Node, error) {
	name, err := e.nameOf(pos, r)
	if err != nil {
		return nil, err
	}
	text = strings.NewReplacer("${ID}", APIID(r.path), "${URL}", e.url(r)).Replace(text)
	return syntax.Text(pos, e.expand(text, name)), nil
}

// url gives the address of the function URL that r is or has.
func (s *Scope) url(r *Resource) string {
	id := r.LogicalID
	if r.Type == TypeFunction {
		id += "Url" // as SAM names the resource
	}
	if s.settings.URL != nil {
		return s.settings.URL(id)
	}
	return s.expand("https://"+APIID(r.path)+".lambda-url.${Region}.on.aws/", "")
}

// nameOf gives the resource's physical name; pos is where it is used.
func (e evaluation) nameOf(pos syntax.Position, r *Resource) (string, error) {
	key := shapes[r.Type].property
	if r.Type == TypeAlias || r.Type == TypeVersion || r.Type == TypeURL {
		return e.qualified(pos, r, key)
	}
	return e.property(pos, r, key, r.path)
}

// property gives a resource's property that is text, the fallback where the
// resource does not have it. It is evaluated once, however often it is used.
func (e evaluation) property(pos syntax.Position, r *Resource, key, fallback string) (string, error) {
	given := cmp.Or(r.Node.Get("Properties").Get(key), e.globals.Get(strings.TrimPrefix(r.Type, "AWS::Serverless::")).Get(key))
	if key == "" || given == nil {
		return fallback, nil
	}
	known, ok := r.properties[key]
	if ok && known == nil {
		return "", syntax.Fatalf(pos, "the %s of the resource %s depends on itself", key, r.LogicalID)
	}
	if !ok {
		r.properties[key] = nil
		value, err := e.resolve(given)
		if err != nil {
			delete(r.properties, key)
			return "", err
		}
		if value == nil || value.Kind != syntax.Scalar {
			value = syntax.Text(given.Pos, fallback)
		}
		known = value
		r.properties[key] = value
	}
	return known.Value, nil
}

func (e evaluation) refResource(pos syntax.Position, r *Resource) (*syntax.Node, error) {
	if err := e.mustBePresent(pos, r); err != nil {
		return nil, err
	}
	sh, ok := shapes[r.Type]
	if !ok {
		return e.standIn(pos, r.path, "the "+r.Type+" "+r.LogicalID+" does not exist here; its logical ID stands for it"), nil
	}
	if sh.ref == "" {
		sh.ref = "${Name}"
	}
	return e.shaped(pos, r, sh.ref)
}

func (e evaluation) attributeOf(pos syntax.Position, r *Resource, attribute string) (*syntax.Node, error) {
	if text, ok := shapes[r.Type].attributes[attribute]; ok {
		return e.shaped(pos, r, text)
	}
	name := r.path + "." + attribute
	if _, ok := shapes[r.Type]; ok {
		return e.standIn(pos, name, "the attribute "+attribute+" of "+r.LogicalID+" is not known here; "+name+" stands for it"), nil
	}
	return e.standIn(pos, name, "the "+r.Type+" "+r.LogicalID+" does not exist here; "+name+" stands for its attribute"), nil
}

// standIn gives a text for a value that is not known here, and says why.
func (e evaluation) standIn(pos syntax.Position, text, why string) *syntax.Node {
	e.approximated(pos, why)
	return unknown(syntax.Text(pos, text))
}

// implicitAPIs are the references to the APIs that SAM makes for events naming
// none. An API's ID is made of its logical ID, so the first of them are empty.
var implicitAPIs = map[string]string{
	"ServerlessRestApi": "", "ServerlessRestApi.Stage": "Prod", "ServerlessRestApiProdStage": "Prod",
	"ServerlessHttpApi": "", "ServerlessHttpApi.Stage": "$default", "ServerlessHttpApiApiGatewayDefaultStage": "$default",
}

// perFunction are the resources that SAM makes for a function, by what follows
// the function's logical ID, and what references to them come to.
var perFunction = []struct{ suffix, attribute, text string }{
	{"Role", "", "${Name}Role"},
	{"Role", "Arn", "arn:aws:iam::${Account}:role/${Name}Role"},
	{"Url", "", functionARN},
	{"Url", "FunctionUrl", "${URL}"},
}

// generated gives the value of a reference to what SAM creates beside the
// template's resources, nil for other names:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html.
func (e evaluation) generated(pos syntax.Position, name string) (*syntax.Node, error) {
	id, attribute, _ := strings.Cut(name, ".")
	if r := e.resources[id]; r != nil {
		if err := e.mustBePresent(pos, r); err != nil {
			return nil, err
		}
		return e.referable(pos, r, attribute)
	}
	if value, ok := implicitAPIs[name]; ok {
		return syntax.Text(pos, cmp.Or(value, APIID(e.prefix+name))), nil
	}
	if function, alias, ok := strings.Cut(id, "Alias"); ok && attribute == "" {
		if r := e.resources[function]; r != nil && r.Type == TypeFunction {
			arn, err := e.published(pos, r, "Alias")
			if arn != nil && strings.HasSuffix(arn.Value, ":"+alias) || err != nil {
				return arn, err
			}
		}
	}
	for _, g := range perFunction {
		function, ok := strings.CutSuffix(id, g.suffix)
		if r := e.resources[function]; ok && attribute == g.attribute && r != nil && r.Type == TypeFunction {
			return e.shaped(pos, r, g.text)
		}
	}
	return nil, nil
}

// referable gives the "referenceable properties" of SAM's own resources, nil
// for other attributes.
func (e evaluation) referable(pos syntax.Position, r *Resource, attribute string) (*syntax.Node, error) {
	switch {
	case (r.Type == TypeAPI || r.Type == TypeHTTPAPI) && attribute == "Stage":
		stage, err := e.property(pos, r, "StageName", "$default")
		return syntax.Text(pos, stage), err
	case r.Type == TypeFunction && (attribute == "Version" || attribute == "Alias"):
		if arn, err := e.published(pos, r, attribute); arn != nil || err != nil {
			return arn, err
		}
		e.approximated(pos, "there is no AutoPublishAlias; the function's ARN stands for "+r.LogicalID+"."+attribute)
		return e.shaped(pos, r, functionARN)
	}
	return nil, nil
}
