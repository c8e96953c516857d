package lambda_test

import (
	"errors"
	"testing"
	"time"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// The caller of an invocation gets the figures of its REPORT line: the init phase
// is that of a new environment alone, and a timeout is no more than the limit.
func TestUsage(t *testing.T) {
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "echo"))
	cold, warm := lambdatest.Run(t, l, lambda.Request{}).Usage, lambdatest.Run(t, l, lambda.Request{}).Usage
	if cold.Duration <= 0 || cold.InitDuration <= 0 || cold.PeakMemory < 1<<20 {
		t.Errorf("got %+v of a new environment, want all figures", cold)
	}
	if warm.Duration <= 0 || warm.InitDuration != 0 {
		t.Errorf("got %+v of a warm environment, want no init phase", warm)
	}
	f := lambdatest.NewFunction(t, "sleep")
	f.Timeout = time.Second
	l, _ = lambdatest.Start(t, f)
	r := lambdatest.Run(t, l, lambda.Request{})
	var failed *lambda.FunctionError
	if r.Usage.Duration != time.Second || !errors.As(r.Err("Fn"), &failed) || !failed.TimedOut || failed.Function != "Fn" {
		t.Errorf("got %+v with %v, want a second and a timeout", r.Usage, r.Err("Fn"))
	}
}
