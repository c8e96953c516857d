package read

import (
	"slices"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
)

// stateMachine reads the Events of an AWS::Serverless::StateMachine, of which those of
// type Api make routes; nothing runs the state machine itself:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html.
func (r *reader) stateMachine(res *resolve.Resource) {
	r.other(res)
	o := r.sam(res)
	for e, event := range o.Object("Events").Objects() {
		switch kind := event.Text("Type", ""); {
		case kind == "Api":
			r.apis.StateMachineEvent(event.Object("Properties"), e.Pos)
		case slices.Contains(stateMachineEvents, kind):
			event.Note(stack.Ignored, e.Pos, "", kind+" "+property.NoEvents)
		default:
			event.Fail(e.Pos, "%q is not a type of a state machine's event", kind)
		}
	}
}

// stateMachineEvents are the types of event that start a state machine without HTTP.
var stateMachineEvents = []string{"CloudWatchEvent", "EventBridgeRule", "Schedule", "ScheduleV2"}
