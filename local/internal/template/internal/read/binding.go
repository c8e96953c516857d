package read

import (
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// bindingProperties are the properties by which resources of a type have functions
// called, for types that name functions in others without calling them: to watch them,
// to allow something, to write their names down. Every property of a type that is not
// here binds. Nothing of these types is read, so a type that is missing costs a line too
// many and never a silence.
var bindingProperties = map[string][]string{
	"AWS::CloudWatch::Alarm":                      alarmActions,
	"AWS::CloudWatch::CompositeAlarm":             alarmActions,
	"AWS::ApplicationAutoScaling::ScalableTarget": nil,
	"AWS::ApplicationInsights::Application":       nil,
	"AWS::CDK::Metadata":                          nil,
	"AWS::CloudTrail::Trail":                      nil,
	"AWS::CloudWatch::AnomalyDetector":            nil,
	"AWS::CloudWatch::Dashboard":                  nil,
	"AWS::CloudWatch::InsightRule":                nil,
	"AWS::CodeDeploy::DeploymentGroup":            nil,
	"AWS::EC2::VPCEndpoint":                       nil,
	"AWS::FIS::ExperimentTemplate":                nil,
	"AWS::IAM::Group":                             nil,
	"AWS::IAM::Role":                              nil,
	"AWS::IAM::User":                              nil,
	"AWS::KMS::Key":                               nil,
	"AWS::Logs::LogGroup":                         nil,
	"AWS::Logs::LogStream":                        nil,
	"AWS::Logs::MetricFilter":                     nil,
	"AWS::Logs::QueryDefinition":                  nil,
	"AWS::ResourceGroups::Group":                  nil,
	"AWS::SSM::Parameter":                         nil,
	"AWS::Serverless::Connector":                  nil,
	"AWS::XRay::Group":                            nil,
}

// alarmActions are what an alarm does: invoking a function is one of it.
var alarmActions = []string{"AlarmActions", "InsufficientDataActions", "OKActions"}

// allows tells whether resources of a type say who may do what: AWS::IAM::ManagedPolicy,
// AWS::SQS::QueuePolicy, AWS::Lambda::Permission.
func allows(resourceType string) bool {
	return strings.HasSuffix(resourceType, "Policy") || strings.HasSuffix(resourceType, "Permission")
}

// bound gives the logical IDs of the functions that a resource, which is not read, has
// called on AWS; nil for none.
func (r *reader) bound(res *resolve.Resource) []string {
	properties := res.Node.Get("Properties")
	keys, limited := bindingProperties[res.Type]
	if allows(res.Type) || properties == nil {
		return nil
	}
	if !limited {
		return r.scope.FunctionsIn(properties)
	}
	binding := &syntax.Node{Kind: syntax.Sequence, Pos: properties.Pos}
	for _, key := range keys {
		if n := properties.Get(key); n != nil {
			binding.Items = append(binding.Items, n)
		}
	}
	return r.scope.FunctionsIn(binding)
}
