package template

import (
	"slices"
	"strings"
	"time"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
)

// minEventAge is Lambda's least MaximumEventAgeInSeconds:
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html.
const minEventAge = 60

// setAsync sets what the AsyncOf of f returns.
func setAsync(f *Function, qualifier string, a Async) {
	if qualifier == "" || qualifier == stack.Latest {
		f.Async = a
		return
	}
	if f.QualifiedAsync == nil {
		f.QualifiedAsync = map[string]Async{}
	}
	f.QualifiedAsync[qualifier] = a
}

// eventInvokeConfig reads EventInvokeConfig of a SAM function that publish has
// read. SAM configures the alias where it makes one, and else $LATEST
// (_construct_event_invoke_config in samtranslator/model/sam_resources.py):
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventinvokeconfiguration.html.
func (o *object) eventInvokeConfig(f *Function) {
	config := o.object("EventInvokeConfig")
	_, alias, _ := strings.Cut(invoked(f), ":")
	config.async(f, alias, func(d *object, key string) Destination {
		return d.samDestination(key, f.LogicalID+"EventInvokeConfig"+key)
	})
	config.done(eventInvokeSchema)
}

// invokeConfig is an EventInvokeConfig: its logical ID, what it is for, a function's
// with the qualifier, and where it says so.
type invokeConfig struct {
	id, target string
	pos        Position
}

// rawEventInvokeConfig reads an AWS::Lambda::EventInvokeConfig:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html.
func (r *reader) rawEventInvokeConfig(res *resolve.Resource) {
	o := r.plain(res)
	qualifier := o.plainText("Qualifier")
	id := o.target("FunctionName", nil)
	i := slices.IndexFunc(r.stack.Functions, func(f *Function) bool { return f.LogicalID == id })
	f := new(Function)
	if i < 0 {
		o.note(Ignored, res.Pos, "FunctionName", noTarget)
	} else {
		f = r.stack.Functions[i]
	}
	if n := o.node.Get("Qualifier"); n != nil {
		r.invokeConfigs = append(r.invokeConfigs, invokeConfig{res.LogicalID, stack.Qualified(id, qualifier), n.Pos})
	}
	o.async(f, qualifier, (*object).destination)
	o.done(eventInvokeSchema)
}

// async reads what both forms of the configuration have for a qualifier; read reads
// one of its destinations.
func (o *object) async(f *Function, qualifier string, read func(*object, string) Destination) {
	a := f.AsyncOf(qualifier)
	if n := o.integer("MaximumRetryAttempts", 0, stack.MaxRetryAttempts); n != nil {
		a.MaximumRetryAttempts = *n
	}
	if seconds := o.integer("MaximumEventAgeInSeconds", minEventAge, int(stack.MaxEventAge/time.Second)); seconds != nil {
		a.MaximumEventAge = time.Duration(*seconds) * time.Second
	}
	destinations := o.object("DestinationConfig")
	a.OnSuccess = read(destinations, "OnSuccess")
	a.OnFailure = read(destinations, "OnFailure")
	destinations.done(destinationsSchema)
	if o.exists() {
		setAsync(f, qualifier, a)
	}
}

// destination reads OnSuccess or OnFailure as CloudFormation has them.
func (o *object) destination(key string) Destination {
	outer := o.object(key)
	d := outer.sendTo("Destination")
	outer.done(destinationSchema)
	return d
}

// samDestination reads OnSuccess or OnFailure as SAM has them: with the Type
// alone SAM makes a queue or a topic, whose logical ID begins with prefix
// (_validate_and_inject_resource in samtranslator/model/sam_resources.py).
func (o *object) samDestination(key, prefix string) Destination {
	outer := o.object(key)
	if !outer.exists() {
		return Destination{}
	}
	kind := outer.choice("Type", "", "SQS", "SNS", "EventBridge", "Lambda", "S3Bucket")
	d := outer.sendTo("Destination")
	made := map[string]string{"SQS": "Queue", "SNS": "Topic"}[kind]
	switch {
	case kind == "" && outer.node.Get("Type") == nil:
		outer.fail(outer.pos, "%s has no Type: SQS, SNS, EventBridge, Lambda or S3Bucket", key)
	case d.ARN == "" && made != "":
		d.ARN = "arn:aws:" + strings.ToLower(kind) + ":" + o.stack.Region + ":" + o.stack.AccountID + ":" + prefix + made
		outer.note(Approximated, outer.pos, "", inFile)
	case d.ARN == "" && kind != "":
		outer.fail(outer.pos, "%s has no Destination, which only the types SQS and SNS go without", key)
	}
	outer.done(destinationSchema)
	return d
}

// deadLetterQueue reads SAM's DeadLetterQueue, whose properties are both required.
func (o *object) deadLetterQueue() Destination {
	queue := o.object("DeadLetterQueue")
	kind, d := queue.choice("Type", "", "SQS", "SNS"), queue.sendTo("TargetArn")
	if queue.exists() && (kind == "" && queue.node.Get("Type") == nil || d.ARN == "") {
		o.fail(queue.pos, "DeadLetterQueue needs a Type, SQS or SNS, and a TargetArn")
	}
	queue.done(deadLetterSchema)
	return d
}

// deadLetterConfig reads CloudFormation's DeadLetterConfig.
func (o *object) deadLetterConfig() Destination {
	config := o.object("DeadLetterConfig")
	d := config.sendTo("TargetArn")
	config.done(deadLetterSchema)
	return d
}

// inFile says where messages to services go that are not here.
const inFile = "what is sent there is appended to .maru/async/messages.jsonl"

// sendTo reads an ARN to send to.
func (o *object) sendTo(key string) Destination {
	d := Destination{ARN: o.plainText(key)}
	if strings.Contains(d.ARN, ":function:") {
		d.Function, _ = o.scope.FunctionOf(d.ARN)
	}
	if d.ARN != "" && d.Function == "" {
		o.note(Approximated, o.node.Get(key).Pos, key, inFile)
	}
	return d
}
