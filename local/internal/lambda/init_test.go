package lambda_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

func init() {
	handlers["second-init"] = func() {
		if marker := os.Getenv("MARKER"); os.Mkdir(marker, 0o755) == nil {
			os.Exit(4)
		}
		awslambda.Start(func() (string, error) { return "up", nil })
	}
}

// An init phase that failed is done again as part of the invocation (D.14), and
// the log tells of each one that failed.
func TestInitAgain(t *testing.T) {
	f := lambdatest.NewFunction(t, "second-init")
	f.Environment = map[string]string{"MARKER": filepath.Join(t.TempDir(), "failed")}
	l, log := lambdatest.Start(t, f)
	if got, err := l.Invoke(t.Context(), lambda.Request{Function: "Fn", Event: []byte("{}")}); err != nil || string(got) != `"up"` {
		t.Fatalf("got %s, %v, want the answer of the second init", got, err)
	}
	broken := lambdatest.NewFunction(t, "init-exit")
	l, brokenLog := lambdatest.Start(t, broken)
	if _, err := l.Invoke(t.Context(), lambda.Request{Function: "Fn", Event: []byte("{}")}); err == nil {
		t.Fatal("a function whose init fails answered")
	}
	for name, test := range map[string]struct {
		log  *lambdatest.Log
		want string
	}{
		"once": {log, "INIT_START INIT_REPORT(init,Runtime.ExitError) INIT_START START END REPORT "},
		"twice": {brokenLog, "INIT_START INIT_REPORT(init,Runtime.ExitError) " +
			"INIT_START INIT_REPORT(invoke,Runtime.ExitError) START END REPORT RequestId: Runtime.ExitError "},
	} {
		lines := regexp.MustCompile(`(?m)^Fn (\S+)(?:.*\tPhase: (\S+)\tStatus: error\tError Type: (\S+))?.*$`)
		got := ""
		for _, m := range lines.FindAllStringSubmatch(test.log.String(), -1) {
			if got += m[1]; m[2] != "" {
				got += "(" + m[2] + "," + m[3] + ")"
			}
			got += " "
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s\n%s", name, diff, test.log)
		}
	}
}
