package lambda_test

import (
	"testing"

	"maru/local/internal/lambda"
)

// BenchmarkInvoke is the road between the gateway and a function and back, with
// the function's own share.
func BenchmarkInvoke(b *testing.B) {
	l, _ := start(b, lambda.Config{Functions: []*lambda.Function{newFunction(b, "echo")}})
	event := []byte(`{"version":"2.0","rawPath":"/"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Invoke(b.Context(), lambda.Request{Function: "Fn", Event: event}); err != nil {
			b.Fatal(err)
		}
	}
}
