package lambda_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
)

// A configuration is for one qualifier, and for no other that means the same version.
func TestEventInvokeConfig(t *testing.T) {
	defaults := lambda.EventInvokeConfig{MaximumRetryAttempts: 2, MaximumEventAge: 6 * time.Hour}
	latest, live := lambda.EventInvokeConfig{MaximumRetryAttempts: 1}, lambda.EventInvokeConfig{}
	configured := map[string]lambda.EventInvokeConfig{"$LATEST": latest, "live": live}
	for _, test := range []struct {
		configs   map[string]lambda.EventInvokeConfig
		qualifier string
		want      lambda.EventInvokeConfig
	}{
		{nil, "", defaults},
		{nil, "live", defaults},
		{configured, "", latest},
		{configured, "$LATEST", latest},
		{configured, "live", live},
		{configured, "1", defaults},
	} {
		f := &lambda.Function{EventInvokeConfigs: test.configs}
		if diff := cmp.Diff(test.want, f.EventInvokeConfig(test.qualifier)); diff != "" {
			t.Errorf("%v, qualifier %q (-want +got):\n%s", test.configs, test.qualifier, diff)
		}
	}
}
