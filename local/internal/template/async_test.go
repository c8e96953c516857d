package template

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/stack"
)

// What the parts of asynchronous invocation say, in SAM's words and in
// CloudFormation's.
func TestAsync(t *testing.T) {
	const (
		own   = "  R: {Type: AWS::Lambda::Function, Properties: {Runtime: provided, Handler: h, Code: .%s}}\n"
		extra = "  Q: {Type: AWS::SQS::Queue}\n  T: {Type: AWS::SNS::Topic}\n" +
			"  G: {Type: AWS::Serverless::Function, Properties: {Runtime: provided, Handler: h, FunctionName: other}}\n"
		queue, topic = "arn:aws:sqs:us-east-1:123456789012:Q", "arn:aws:sns:us-east-1:123456789012:T"
		other        = "arn:aws:lambda:us-east-1:123456789012:function:other"
	)
	for _, test := range []struct {
		name, src string
		change    func(*Async)
	}{
		{"nothing", function, func(*Async) {}},
		{"limits", function + "      EventInvokeConfig: {MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60}\n",
			func(a *Async) { a.MaximumRetryAttempts, a.MaximumEventAge = 0, time.Minute }},
		{"in Globals", "Globals: {Function: {EventInvokeConfig: {MaximumRetryAttempts: 1}}}\n" + function,
			func(a *Async) { a.MaximumRetryAttempts = 1 }},
		{"queue and function", function + "      EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SQS, Destination: !GetAtt Q.Arn}, " +
			"OnFailure: {Type: Lambda, Destination: !GetAtt G.Arn}}}\n" + extra,
			func(a *Async) {
				a.OnSuccess, a.OnFailure = Destination{ARN: queue}, Destination{ARN: other, Function: "G"}
			}},
		{"function of another stack", function + "      EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: Lambda, Destination: !Sub '" + other + "s'}}}\n",
			func(a *Async) { a.OnFailure = Destination{ARN: other + "s"} }},
		{"made by SAM", function + "      EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SQS, Destination: !Ref AWS::NoValue}, OnFailure: {Type: SNS}}}\n",
			func(a *Async) {
				a.OnSuccess.ARN = "arn:aws:sqs:us-east-1:123456789012:FEventInvokeConfigOnSuccessQueue"
				a.OnFailure.ARN = "arn:aws:sns:us-east-1:123456789012:FEventInvokeConfigOnFailureTopic"
			}},
		{"DeadLetterQueue", function + "      DeadLetterQueue: {Type: SNS, TargetArn: !Ref T}\n" + extra,
			func(a *Async) { a.DeadLetter.ARN = topic }},
		{"DeadLetterConfig", "Resources:\n" + strings.Replace(own, "%s", ", DeadLetterConfig: {TargetArn: !GetAtt Q.Arn}", 1) + "  Q: {Type: AWS::SQS::Queue}\n",
			func(a *Async) { a.DeadLetter.ARN = queue }},
		{"EventInvokeConfig of its own", function + extra + "  C: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref F, Qualifier: $LATEST, " +
			"MaximumEventAgeInSeconds: 90, DestinationConfig: {OnSuccess: {Destination: !GetAtt G.Arn}, OnFailure: {Destination: !Ref T}}}}\n",
			func(a *Async) {
				a.MaximumEventAge = 90 * time.Second
				a.OnSuccess, a.OnFailure = Destination{ARN: other, Function: "G"}, Destination{ARN: topic}
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := stack.DefaultAsync()
			test.change(&want)
			if diff := cmp.Diff(want, mustParse(t, test.src).Functions[0].Async); diff != "" {
				t.Errorf("asynchronous invocation (-want +got):\n%s", diff)
			}
		})
	}
}

// Settings hold for the qualifier that they are made for, and the dead-letter queue
// for all. SAM makes those of the function for its alias.
func TestAsyncByQualifier(t *testing.T) {
	const (
		letters   = "arn:aws:sqs:us-east-1:123456789012:Q"
		published = function + "      AutoPublishAlias: live\n      DeadLetterQueue: {Type: SQS, TargetArn: " + letters + "}\n"
		own       = "  C: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref F, Qualifier: %s, MaximumRetryAttempts: 1}}\n"
	)
	for _, test := range []struct {
		name, src string
		want      map[string]int // retries by qualifier
	}{
		{"nothing", published, map[string]int{"": 2, "$LATEST": 2, "live": 2}},
		{"SAM's alias", published + "      EventInvokeConfig: {MaximumRetryAttempts: 0}\n", map[string]int{"": 2, "$LATEST": 2, "live": 0, "1": 2}},
		{"$LATEST", published + strings.Replace(own, "%s", "$LATEST", 1), map[string]int{"": 1, "$LATEST": 1, "live": 2}},
		{"both", published + "      EventInvokeConfig: {MaximumRetryAttempts: 0}\n" + strings.Replace(own, "%s", "$LATEST", 1),
			map[string]int{"": 1, "$LATEST": 1, "live": 0}},
		{"a version", published + strings.Replace(own, "%s", "'1'", 1), map[string]int{"": 2, "live": 2, "1": 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := mustParse(t, test.src).Functions[0]
			for qualifier, want := range test.want {
				if a := f.AsyncOf(qualifier); a.MaximumRetryAttempts != want || a.DeadLetter.ARN != letters {
					t.Errorf("qualifier %q: got %d retries, then %q, want %d, then %q", qualifier, a.MaximumRetryAttempts, a.DeadLetter.ARN, want, letters)
				}
			}
		})
	}
}

func TestAsyncErrors(t *testing.T) {
	for _, test := range []struct{ name, lines, want string }{
		{"attempts", "EventInvokeConfig: {MaximumRetryAttempts: 3}",
			`8:49: MaximumRetryAttempts has to be a whole number from 0 to 2, but here is "3"`},
		{"age", "EventInvokeConfig: {MaximumEventAgeInSeconds: 59}",
			`8:53: MaximumEventAgeInSeconds has to be a whole number from 60 to 21600, but here is "59"`},
		{"type", "EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SQ, Destination: a}}}",
			`8:65: Type has to be SQS or SNS or EventBridge or Lambda or S3Bucket, but here is "SQ"; did you mean "SQS"?`},
		{"no type", "EventInvokeConfig: {DestinationConfig: {OnSuccess: {Destination: a}}}",
			"8:58: OnSuccess has no Type: SQS, SNS, EventBridge, Lambda or S3Bucket"},
		{"no destination", "EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: Lambda}}}",
			"8:58: OnFailure has no Destination, which only the types SQS and SNS go without"},
		{"dead letters to a bus", "DeadLetterQueue: {Type: EventBridge, TargetArn: a}",
			`8:31: Type has to be SQS or SNS, but here is "EventBridge"`},
		{"dead letters to nowhere", "DeadLetterQueue: {Type: SQS}", "8:24: DeadLetterQueue needs a Type, SQS or SNS, and a TargetArn"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(function+"      "+test.lines+"\n", Options{})
			if diff := cmp.Diff([]string{"template.yaml:" + test.want}, messages(err)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAsyncNotes(t *testing.T) {
	const config = "  C: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref F, Qualifier: "
	for _, test := range []struct {
		name, lines string
		want        []string
	}{
		{"function of the template", "      EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: Lambda, Destination: !GetAtt F.Arn}}}", nil},
		{"queue", "      EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SQS, Destination: 'arn:aws:sqs:us-east-1:1:q'}}}",
			[]string{"8:83 approximated F.EventInvokeConfig.DestinationConfig.OnSuccess.Destination: " + inFile}},
		{"queue of SAM's", "      EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SQS}}}",
			[]string{"8:58 approximated F.EventInvokeConfig.DestinationConfig.OnSuccess: " + inFile}},
		{"dead letters", "      DeadLetterQueue: {Type: SQS, TargetArn: 'arn:aws:sqs:us-east-1:1:q'}",
			[]string{"8:47 approximated F.DeadLetterQueue.TargetArn: " + inFile}},
		{"unknown", "      EventInvokeConfig: {Weather: 1}",
			[]string{`8:27 ignored F.EventInvokeConfig.Weather: is not a property of EventInvokeConfig`}},
		{"of no function", "  C: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: other, Qualifier: live, MaximumRetryAttempts: 1}}",
			[]string{"8:3 ignored C.FunctionName: leads to no function of this template"}},
		{"of no version or alias", config + "dead}}",
			[]string{"8:91 refused F.: has no version or alias dead, so AWS does not deploy the EventInvokeConfig C, and here it holds for no invocation"}},
		{"of $LATEST", config + "$LATEST}}", nil},
		{"of a version", config + "!GetAtt V.Version}}\n  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}",
			[]string{"9:3 approximated V.: " + sameCode}},
		{"of an alias that comes behind it", config + "live}}\n  L: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, FunctionVersion: $LATEST, Name: live}}",
			[]string{"9:3 approximated L.: " + sameCode}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, noted(mustParse(t, function+test.lines+"\n"))); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}
