package lambda_test

import (
	"testing"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// BenchmarkInvoke is the road between the gateway and a function and back, with
// the function's own share.
func BenchmarkInvoke(b *testing.B) {
	l, _ := lambdatest.Start(b, lambdatest.NewFunction(b, "echo"))
	event := []byte(`{"version":"2.0","rawPath":"/"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Invoke(b.Context(), lambda.Request{Function: "Fn", Event: event}); err != nil {
			b.Fatal(err)
		}
	}
}
