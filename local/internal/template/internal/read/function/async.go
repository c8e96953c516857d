package function

import (
	"strings"
	"time"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// minEventAge is Lambda's least MaximumEventAgeInSeconds:
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html.
const minEventAge = 60

// setAsync sets what the AsyncOf of f returns.
func setAsync(f *stack.Function, qualifier string, a stack.Async) {
	if qualifier == "" || qualifier == stack.Latest {
		f.Async = a
		return
	}
	if f.QualifiedAsync == nil {
		f.QualifiedAsync = map[string]stack.Async{}
	}
	f.QualifiedAsync[qualifier] = a
}

// eventInvokeConfig reads EventInvokeConfig of a SAM function that publish has
// read. SAM configures the alias where it makes one, and else $LATEST
// (_construct_event_invoke_config in samtranslator/model/sam_resources.py):
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventinvokeconfiguration.html.
func eventInvokeConfig(o *property.Object, f *stack.Function) {
	config := o.Object("EventInvokeConfig")
	_, alias, _ := strings.Cut(invoked(f), ":")
	async(config, f, alias, func(d *property.Object, key string) stack.Destination {
		return samDestination(d, key, f.LogicalID+"EventInvokeConfig"+key)
	})
	config.Done(eventInvokeSchema)
}

// InvokeConfig says for what an EventInvokeConfig is.
type InvokeConfig struct {
	// LogicalID is the resource's.
	LogicalID string
	// Target is the logical ID of a function with the Qualifier behind a colon; empty
	// for a function that is not in the template.
	Target string
	// Pos is where the Qualifier stands; the zero value where there is none.
	Pos stack.Position
}

// EventInvokeConfig reads an AWS::Lambda::EventInvokeConfig of one of the functions:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html.
func EventInvokeConfig(o *property.Object, functions Functions) InvokeConfig {
	qualifier := o.PlainText("Qualifier")
	id := stack.Unqualified(o.Function("FunctionName", nil))
	f := functions(id)
	if f == nil {
		o.Note(stack.Ignored, o.Resource().Pos, "FunctionName", property.NoTarget)
		f = new(stack.Function)
	}
	config := InvokeConfig{LogicalID: o.Resource().LogicalID, Target: stack.Qualified(id, qualifier)}
	if n := o.Get("Qualifier"); n != nil {
		config.Pos = n.Pos
	} else {
		o.Fail(o.Resource().Pos, "the EventInvokeConfig %s has no Qualifier, such as $LATEST", config.LogicalID)
	}
	async(o, f, qualifier, destination)
	o.Done(eventInvokeSchema)
	return config
}

// async reads what both forms of the configuration have for a qualifier; read reads
// one of its destinations.
func async(o *property.Object, f *stack.Function, qualifier string, read func(*property.Object, string) stack.Destination) {
	a := f.AsyncOf(qualifier)
	if n := o.Integer("MaximumRetryAttempts", 0, stack.MaxRetryAttempts); n != nil {
		a.MaximumRetryAttempts = *n
	}
	if seconds := o.Integer("MaximumEventAgeInSeconds", minEventAge, int(stack.MaxEventAge/time.Second)); seconds != nil {
		a.MaximumEventAge = time.Duration(*seconds) * time.Second
	}
	destinations := o.Object("DestinationConfig")
	a.OnSuccess = read(destinations, "OnSuccess")
	a.OnFailure = read(destinations, "OnFailure")
	destinations.Done(destinationsSchema)
	if o.Exists() {
		setAsync(f, qualifier, a)
	}
}

// destination reads OnSuccess or OnFailure as CloudFormation has them.
func destination(o *property.Object, key string) stack.Destination {
	outer := o.Object(key)
	d := sendTo(outer, "Destination")
	outer.Done(destinationSchema)
	return d
}

// samDestination reads OnSuccess or OnFailure as SAM has them: with the Type
// alone SAM makes a queue or a topic, whose logical ID begins with prefix
// (_validate_and_inject_resource in samtranslator/model/sam_resources.py).
func samDestination(o *property.Object, key, prefix string) stack.Destination {
	outer := o.Object(key)
	if !outer.Exists() {
		return stack.Destination{}
	}
	kind := outer.Choice("Type", "", "SQS", "SNS", "EventBridge", "Lambda", "S3Bucket")
	d := sendTo(outer, "Destination")
	made := map[string]string{"SQS": "Queue", "SNS": "Topic"}[kind]
	switch {
	case kind == "" && !outer.Has("Type"):
		outer.Fail(outer.Pos(), "%s has no Type: SQS, SNS, EventBridge, Lambda or S3Bucket", key)
	case d.ARN == "" && made != "":
		d.ARN = "arn:aws:" + strings.ToLower(kind) + ":" + o.Scope().Region() + ":" + o.Scope().AccountID() + ":" + prefix + made
		outer.Note(stack.Approximated, outer.Pos(), "", inFile)
	case d.ARN == "" && kind != "":
		outer.Fail(outer.Pos(), "%s has no Destination, which only the types SQS and SNS go without", key)
	}
	outer.Done(destinationSchema)
	return d
}

// deadLetterQueue reads SAM's DeadLetterQueue, whose properties are both required.
func deadLetterQueue(o *property.Object) stack.Destination {
	queue := o.Object("DeadLetterQueue")
	kind, d := queue.Choice("Type", "", "SQS", "SNS"), sendTo(queue, "TargetArn")
	if queue.Exists() && (kind == "" && !queue.Has("Type") || d.ARN == "") {
		o.Fail(queue.Pos(), "DeadLetterQueue needs a Type, SQS or SNS, and a TargetArn")
	}
	queue.Done(deadLetterSchema)
	return d
}

// deadLetterConfig reads CloudFormation's DeadLetterConfig.
func deadLetterConfig(o *property.Object) stack.Destination {
	config := o.Object("DeadLetterConfig")
	d := sendTo(config, "TargetArn")
	config.Done(deadLetterSchema)
	return d
}

// inFile says where messages to services go that are not here.
const inFile = "what is sent there is appended to .maru/async/messages.jsonl"

// sendTo reads an ARN to send to.
func sendTo(o *property.Object, key string) stack.Destination {
	d := stack.Destination{ARN: o.PlainText(key)}
	if strings.Contains(d.ARN, ":function:") {
		d.Function, _ = o.Scope().FunctionOf(d.ARN)
	}
	if d.ARN != "" && d.Function == "" {
		o.Note(stack.Approximated, o.PosOf(key), key, inFile)
	}
	return d
}
