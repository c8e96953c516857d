package host

import (
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
