package lambda_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

func init() {
	handlers["print-on"] = func() { // prints after its answer, too
		_, id := next()
		fmt.Print(strings.Repeat("before\n", 1000))
		call("POST", "/runtime/invocation/"+id+"/response", "1")
		fmt.Print(strings.Repeat("after\n", 1000) + "over\n")
		next()
	}
}

// The log that a caller gets ends with its invocation, and is the caller's:
// what the function goes on to print does not get into it.
func TestTailIsTheCallers(t *testing.T) {
	l, log := lambdatest.Start(t, lambdatest.NewFunction(t, "print-on"))
	r := lambdatest.Run(t, l, lambda.Request{Tail: true})
	before := bytes.Clone(r.Log)
	log.WaitFor(t, "over", 1)
	if !bytes.Equal(before, r.Log) {
		t.Errorf("the log changed from\n%s\nto\n%s", before, r.Log)
	}
	lines := strings.Split(string(r.Log), "\n")
	if last := lines[max(0, len(lines)-2)]; len(r.Log) != 4096 || !strings.HasPrefix(last, "REPORT RequestId: ") {
		t.Errorf("got %d bytes that end in %q, want 4096 and the report", len(r.Log), last)
	}
}
