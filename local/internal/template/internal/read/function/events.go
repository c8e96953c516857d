package function

import (
	"maps"
	"slices"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// eventTypes are the types of event that nothing here reads:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html.
var eventTypes = []string{
	"AlexaSkill", "CloudWatchEvent", "CloudWatchLogs", "Cognito", "DocumentDB", "DynamoDB", "EventBridgeRule",
	"IoTRule", "Kinesis", "MQ", "MSK", "S3", "SNS", "SQS", "Schedule", "ScheduleV2", "SelfManagedKafka",
}

// events reads a function's Events.
func (r *Reader) events(o *property.Object, f *stack.Function) {
	events := o.Object("Events")
	for e, event := range events.Objects() {
		if !resolve.Alphanumeric(e.Key) {
			events.Fail(e.Pos, "an event has to be named by letters and digits, as SAM makes logical IDs of it, but here is %q", e.Key)
		}
		kind := event.Text("Type", "")
		switch read := r.Events[kind]; {
		case read != nil:
			read(event.Object("Properties"), Event{Name: e.Key, Function: invoked(f), Pos: e.Pos})
		case slices.Contains(eventTypes, kind):
			event.Note(stack.Ignored, e.Pos, "", kind+" "+property.NoEvents)
		case kind == "":
			events.Fail(e.Pos, "the event %s has no Type%s", e.Key, syntax.Instead("Type", event.Node().Keys()))
		default:
			names := slices.Concat(slices.Sorted(maps.Keys(r.Events)), eventTypes)
			events.Fail(e.Pos, "%q is not a type of event%s", kind, syntax.Suggestion(kind, names))
		}
	}
}
