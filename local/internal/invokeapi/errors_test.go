package invokeapi_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"maru/local/internal/invokeapi"
	"maru/local/internal/lambda"
)

// Every kind of refusal has its status, also inside of another error; what is no
// refusal went wrong on the host's side.
func TestStatusOf(t *testing.T) {
	want := map[lambda.Kind]int{
		lambda.ServiceError: 500, lambda.InvalidParameter: 400, lambda.NotFound: 404, lambda.EventTooLarge: 413,
		lambda.Throttled: 429, lambda.Unsupported: 501, lambda.Unavailable: 502,
	}
	for kind := lambda.Kind(0); !strings.HasPrefix(kind.String(), "Kind("); kind++ {
		err := fmt.Errorf("invoking: %w", &lambda.Error{Kind: kind})
		if got := invokeapi.StatusOf(err); got != want[kind] {
			t.Errorf("%s: got %d, want %d", kind, got, want[kind])
		}
	}
	if got := invokeapi.StatusOf(errors.New("disk full")); got != 500 {
		t.Errorf("got %d for an error of the host, want 500", got)
	}
}
