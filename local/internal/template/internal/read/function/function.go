// Package function reads the Lambda functions of a template, SAM's and
// CloudFormation's own, with what belongs to each: code, environment variables, layers,
// logging, asynchronous invocation, versions and aliases, the function's URL, and what
// Metadata says of its build.
//
// Events of SAM's functions are read by whoever has their subject; Reader.Events says
// who. Those of other services (schedules, queues, streams, buckets) are noted only;
// they will be read by a package source beside this one.
package function

import (
	"cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// Reader reads the functions and layers of one template. Functions come before
// EventInvokeConfigs and versions, and versions before aliases.
type Reader struct {
	// Dir is the absolute path of the template's folder, to which CodeUris are
	// relative.
	Dir string
	// InfersGo reports whether the host builds a folder as Go though no BuildMethod
	// says so; nil where nothing is to be noted of it.
	InfersGo func(runtime, codeURI string) bool
	// Events has what reads the events of each type.
	Events map[string]ReadEvent
	// Claims holds where each of Metadata.Maru.Methods was claimed. The templates of
	// nested stacks share it.
	Claims map[string]stack.Position
}

// ReadEvent reads the properties of an event of a type.
type ReadEvent func(properties *property.Object, e Event)

// Event is an entry of a function's Events.
type Event struct {
	// Name is its key there. SAM names what it makes of an event by the function's
	// logical ID with the key behind it.
	Name string
	// Function is what the event invokes: a function's logical ID and, behind a colon,
	// the alias that SAM publishes.
	Function string
	Pos      stack.Position
}

// Functions gives the function with a logical ID, of any stack of the tree; nil for none.
type Functions func(logicalID string) *stack.Function

// SAM reads an AWS::Serverless::Function and its URL, nil for none:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html.
func (r *Reader) SAM(o *property.Object) (*stack.Function, *stack.API) {
	f := configuration(o)
	publish(o, f)
	u := url(o, f)
	eventInvokeConfig(o, f)
	f.Async.DeadLetter = deadLetterQueue(o)
	r.samCode(o, f)
	r.metadata(o, f)
	r.events(o, f)
	checkTenancy(o, f)
	checkPreference(o)
	o.RefuseList("Tags") // CloudFormation's own type has one
	o.Done(functionSchema)
	f.Unsupported = cmp.Or(f.Unsupported, o.FaultIf(own))
	return f, u
}

// own chooses the properties whose errors keep a function from running: what is wrong
// with an event or with the URL concerns these alone.
func own(path string) bool {
	return !property.Below("Events")(path) && !property.Below("FunctionUrlConfig")(path)
}

// CloudFormation reads an AWS::Lambda::Function, CloudFormation's own type and what the
// CDK synthesizes:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html.
func (r *Reader) CloudFormation(o *property.Object) *stack.Function {
	f := configuration(o)
	f.Async.DeadLetter = deadLetterConfig(o)
	r.cloudFormationCode(o, f)
	r.metadata(o, f)
	o.Done(cloudFormationFunctionSchema)
	f.Unsupported = cmp.Or(f.Unsupported, o.Fault())
	return f
}
