package host

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
	"maru/local/internal/template"
)

// The variables of a runtime are those of all its functions, so they stay as they
// are; a function that logs text has no more than these.
func TestWithLogging(t *testing.T) {
	shared := map[string]string{"PATH": "/bin"}
	for _, test := range []struct {
		variables map[string]string
		logging   template.Logging
		want      map[string]string
	}{
		{shared, template.Logging{}, map[string]string{"PATH": "/bin"}},
		{shared, template.Logging{JSON: true, Level: "WARN"}, map[string]string{
			"PATH": "/bin", "AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "WARN",
		}},
		{nil, template.Logging{JSON: true, Level: "INFO"}, map[string]string{"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"}},
		{nil, template.Logging{}, nil},
	} {
		if diff := cmp.Diff(test.want, withLogging(test.variables, test.logging)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.logging, diff)
		}
	}
	if len(shared) != 1 {
		t.Errorf("got %v, want the runtime's variables as they were", shared)
	}
}

// TestLogging has what LoggingConfig comes to in Lambda's words: INFO is the level
// of a function that names none, as in text logs, which have none.
func TestLogging(t *testing.T) {
	d := &deployment{log: slog.New(slog.DiscardHandler), environment: &environment{}, stack: &template.Stack{Functions: []*template.Function{
		{LogicalID: "Text"},
		{LogicalID: "Debug", Logging: template.Logging{JSON: true, SystemLevel: "DEBUG", Level: "TRACE"}},
		{LogicalID: "Info", Logging: template.Logging{JSON: true, SystemLevel: "INFO", Level: "INFO"}},
		{LogicalID: "Warn", Logging: template.Logging{JSON: true, SystemLevel: "WARN", Level: "FATAL"}},
	}}}
	got := map[string]string{}
	for _, f := range d.configure() {
		got[f.LogicalID] = fmt.Sprint(f.JSONLog, " ", f.SystemLogLevel, " ", f.LogLevel)
	}
	want := map[string]string{
		"Text": "false INFO INFO", "Debug": "true DEBUG DEBUG-4", "Info": "true INFO INFO", "Warn": "true WARN ERROR+4",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What the template says of asynchronous invocations is Lambda's by qualifier, and
// the dead-letter queue is the function's.
func TestAsynchronousConfiguration(t *testing.T) {
	to := template.Destination{ARN: "arn:aws:lambda:us-east-1:123456789012:function:G", Function: "G"}
	d := &deployment{log: slog.New(slog.DiscardHandler), environment: &environment{}, stack: &template.Stack{Functions: []*template.Function{{
		Async: template.Async{MaximumRetryAttempts: 1, MaximumEventAge: time.Hour, OnFailure: to, DeadLetter: template.Destination{ARN: "letters"}},
		QualifiedAsync: map[string]template.Async{
			"live": {MaximumEventAge: time.Minute, OnSuccess: template.Destination{ARN: "queue"}},
		},
	}}}}
	f := d.configure()[0]
	want := map[string]lambda.EventInvokeConfig{
		"$LATEST": {MaximumRetryAttempts: 1, MaximumEventAge: time.Hour, OnFailure: lambda.Destination{ARN: to.ARN, Function: "G"}},
		"live":    {MaximumEventAge: time.Minute, OnSuccess: lambda.Destination{ARN: "queue"}},
	}
	if diff := cmp.Diff(want, f.EventInvokeConfigs); diff != "" || f.DeadLetterQueue.ARN != "letters" {
		t.Errorf("got the dead-letter queue %+v and (-want +got):\n%s", f.DeadLetterQueue, diff)
	}
}

// Code that is not there is told of where the template names it, and holds up no
// other function.
func TestMissingCode(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "template.yaml")
	err := os.WriteFile(file, []byte(`Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: provided.al2023, Handler: bootstrap}}
Resources:
  Gone: {Type: AWS::Serverless::Function, Properties: {CodeUri: functions/gone}}
  There: {Type: AWS::Serverless::Function, Properties: {CodeUri: .}}
`), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	stack, err := template.Load(file, template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := &deployment{stack: stack}
	targets, unbuildable := d.targets(t.Context())
	if len(targets) != 1 || targets[0].LogicalID != "There" {
		t.Errorf("got the targets %v, want There alone", targets)
	}
	got := fmt.Sprint(unbuildable["Gone"].Err)
	want := file + ":4:65: finding the code of Gone: stat " + filepath.Join(dir, "functions", "gone") + ": no such file or directory"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
