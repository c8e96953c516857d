package invokeapi_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"maru/local/internal/lambda/lambdatest"
)

// need returns a command's path. Where there is none the test is skipped, but not
// in CI, which has them all.
func need(t *testing.T, command, install string) string {
	t.Helper()
	path, err := exec.LookPath(command)
	if err == nil && exec.Command(path, "--version").Run() == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing; %s", command, install)
	}
	t.Skipf("%s is missing; %s", command, install)
	return ""
}

// run runs a client with the variables that it needs, and returns what it prints.
func run(t *testing.T, command string, args ...string) string {
	t.Helper()
	cmd := exec.Command(command, args...)
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_DEFAULT_REGION=eu-west-1", "AWS_PAGER=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", command, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// The AWS CLI invokes functions and lists them.
func TestAWSCLI(t *testing.T) {
	aws := need(t, "aws", "pip install awscli")
	url := start(t, nil, versioned(t, "echo"))
	event, answer := filepath.Join(t.TempDir(), "event.json"), filepath.Join(t.TempDir(), "answer.json")
	if err := os.WriteFile(event, []byte(`{"a":1}`), 0o644); err != nil {
		t.Fatal(err)
	}
	out := run(t, aws, "lambda", "invoke", "--endpoint-url", url, "--function-name", "fn", "--qualifier", "live",
		"--payload", "fileb://"+event, "--output", "text", "--query", "[StatusCode,ExecutedVersion]", answer)
	got, err := os.ReadFile(answer)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(strings.Fields(out), " ") != "200 1" || string(got) != `{"a":1}` {
		t.Errorf("got %q and payload %s", out, got)
	}
	out = run(t, aws, "lambda", "list-functions", "--endpoint-url", url, "--output", "text", "--query", "Functions[].FunctionName")
	if strings.TrimSpace(out) != "fn" {
		t.Errorf("got functions %q", out)
	}
}

// boto3 invokes functions, learns of their errors, and reads streams.
func TestBoto3(t *testing.T) {
	python := need(t, "python3", "see https://www.python.org")
	if exec.Command(python, "-c", "import boto3").Run() != nil {
		need(t, "boto3", "pip install boto3")
	}
	failing := lambdatest.NamedFunction(t, "Failing", "fail")
	streaming := lambdatest.NamedFunction(t, "Streaming", "stream")
	url := start(t, nil, lambdatest.NewFunction(t, "echo"), failing, streaming)
	got := run(t, python, "-c", `
import boto3, sys
client = boto3.client("lambda", endpoint_url=sys.argv[1])
print(client.invoke(FunctionName="fn", Payload=b'{"a":1}')["Payload"].read().decode())
print(client.invoke(FunctionName="failing")["FunctionError"])
try:
    client.invoke(FunctionName="nope")
except client.exceptions.ResourceNotFoundException as e:
    print(e.response["Error"]["Message"])
events = client.invoke_with_response_stream(FunctionName="streaming", Payload=b"{}")["EventStream"]
print("".join(e["PayloadChunk"]["Payload"].decode() for e in events if "PayloadChunk" in e))
`, url)
	want := "{\"a\":1}\nUnhandled\nFunction not found: arn:aws:lambda:eu-west-1:123456789012:function:nope:$LATEST\nsomemore\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
