package host

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

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
	h := &Host{log: slog.New(slog.DiscardHandler), Stack: &template.Stack{Functions: []*template.Function{
		{LogicalID: "Text"},
		{LogicalID: "Debug", Logging: template.Logging{JSON: true, SystemLevel: "DEBUG"}},
		{LogicalID: "Info", Logging: template.Logging{JSON: true, SystemLevel: "INFO"}},
		{LogicalID: "Warn", Logging: template.Logging{JSON: true, SystemLevel: "WARN"}},
	}}}
	got := map[string]string{}
	for _, f := range h.functions(&environment{}) {
		got[f.LogicalID] = fmt.Sprint(f.JSONLog, " ", f.SystemLogLevel)
	}
	want := map[string]string{"Text": "false INFO", "Debug": "true DEBUG", "Info": "true INFO", "Warn": "true WARN"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
