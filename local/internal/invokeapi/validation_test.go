package invokeapi_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"maru/local/internal/lambda/lambdatest"
)

// TestNamesThatNothingCanHave (D.23) tells these from names that nothing has, in
// every operation that takes one. A name that is none of AWS's, of a function that
// is there, is found.
func TestNamesThatNothingCanHave(t *testing.T) {
	f := lambdatest.NewFunction(t, "echo")
	f.Aliases = []string{"Parent/Fn"}
	isolating := lambdatest.NewFunction(t, "echo")
	isolating.LogicalID, isolating.Name, isolating.Aliases, isolating.IsolatesTenants = "Isolating", "isolating", []string{"Parent/Isolating"}, true
	server := start(t, nil, f, isolating)
	const (
		namePattern = `(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?` +
			`([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`
		qualifierPattern = `(|[a-zA-Z0-9$_-]+)`
	)
	long := strings.Repeat("x", 171)
	violation := func(value, parameter, constraint string) string {
		return "Value '" + value + "' at '" + parameter + "' failed to satisfy constraint: Member must " + constraint
	}
	for _, test := range []struct {
		name, qualifier string
		status          int
		message         string // of status 400
	}{
		{"bad name", "", 400, "1 validation error detected: " + violation("bad name", "functionName", "satisfy regular expression pattern: "+namePattern)},
		{"arn:aws:lambda:eu-west-1::function:fn:x:y", "", 400, "1 validation error detected: " +
			violation("arn:aws:lambda:eu-west-1::function:fn:x:y", "functionName", "satisfy regular expression pattern: "+namePattern)},
		{long, "", 400, "1 validation error detected: " + violation(long, "functionName", "have length less than or equal to 170")},
		{long[:170], strings.Repeat("q", 128), 404, ""}, // just not too long
		{"fn", "a b", 400, "1 validation error detected: " + violation("a b", "qualifier", "satisfy regular expression pattern: "+qualifierPattern)},
		{"fn", long, 400, "1 validation error detected: " + violation(long, "qualifier", "have length less than or equal to 128")},
		{"a/b", "a/b", 400, "2 validation errors detected: " + violation("a/b", "functionName", "satisfy regular expression pattern: "+namePattern) +
			"; " + violation("a/b", "qualifier", "satisfy regular expression pattern: "+qualifierPattern)},
		{"nope", "", 404, ""},
		{"fn", "nope", 404, ""},
		{"my.fn_1-2:$LATEST", "", 404, ""},
		{"Parent/Fn", "", 200, ""},
	} {
		for method, suffix := range map[string]string{http.MethodPost: "/invocations", http.MethodGet: "/configuration"} {
			status, errorType, body := ask(t, method, server+"/2015-03-31/functions/"+url.PathEscape(test.name)+suffix+"?Qualifier="+url.QueryEscape(test.qualifier))
			if status != test.status {
				t.Errorf("%s %s %s: got %d %s, want %d", method, test.name, test.qualifier, status, body, test.status)
			}
			if want := `{"message":"` + test.message + `"}`; status == 400 && (body != want || errorType != "ValidationException") {
				t.Errorf("%s %s %s: got %s %s, want %s", method, test.name, test.qualifier, errorType, body, want)
			}
		}
	}
	status, errorType, body := ask(t, http.MethodPost, server+"/2015-03-31/functions/Parent%2FIsolating/invocations")
	if status != 400 || errorType != "InvalidParameterValueException" {
		t.Errorf("got %d %s %s, want to be asked for the tenant", status, errorType, body)
	}
}

func ask(t *testing.T, method, url string) (status int, errorType, body string) {
	t.Helper()
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return response.StatusCode, response.Header.Get("X-Amzn-ErrorType"), string(raw)
}

// An SDK reads the exception and its message.
func TestSDKValidation(t *testing.T) {
	client := newClient(start(t, nil, lambdatest.NewFunction(t, "echo")))
	_, err := client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("bad name")})
	var refused interface {
		ErrorCode() string
		ErrorMessage() string
	}
	if !errors.As(err, &refused) || refused.ErrorCode() != "ValidationException" || !strings.HasPrefix(refused.ErrorMessage(), "1 validation error detected: Value 'bad name' at 'functionName'") {
		t.Errorf("got %v, want a ValidationException", err)
	}
}
