package lambda_test

import (
	"testing"

	"maru/local/internal/lambda"
)

func TestKindString(t *testing.T) {
	for kind, want := range map[lambda.Kind]string{
		lambda.ServiceError: "service error", lambda.Unavailable: "unavailable", -1: "Kind(-1)", lambda.Unavailable + 1: "Kind(7)",
	} {
		if got := kind.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
