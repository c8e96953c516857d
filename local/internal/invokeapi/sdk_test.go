package invokeapi_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// newClient returns the client of the AWS SDK for Go.
func newClient(url string) *sdk.Client {
	return sdk.New(sdk.Options{
		BaseEndpoint: &url, Region: "eu-west-1", RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
}

// versioned returns a function that has a version and an alias for it.
func versioned(t *testing.T, handler string) *lambda.Function {
	f := lambdatest.NewFunction(t, handler)
	f.Qualifiers = map[string]string{"1": "1", "live": "1"}
	return f
}

// A qualifier decides what is executed and what the function is told (D.22, recorded
// in test_invocation_with_qualifier).
func TestSDKQualifier(t *testing.T) {
	client := newClient(start(t, nil, versioned(t, "context")))
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:fn"
	for _, test := range []struct{ name, qualifier, version, invokedARN string }{
		{"fn", "", "$LATEST", arn},
		{"fn", "$LATEST", "$LATEST", arn + ":$LATEST"},
		{"fn", "1", "1", arn + ":1"},
		{"fn", "live", "1", arn + ":live"},
		{"fn:live", "", "1", arn + ":live"},
		{"123456789012:function:fn:1", "", "1", arn + ":1"},
		{arn + ":live", "live", "1", arn + ":live"},
	} {
		in := &sdk.InvokeInput{FunctionName: &test.name}
		if test.qualifier != "" {
			in.Qualifier = &test.qualifier
		}
		out, err := client.Invoke(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		want := `{"arn":"` + test.invokedARN + `","custom":"","tenant":"","version":"` + test.version + `"}`
		if string(out.Payload) != want || aws.ToString(out.ExecutedVersion) != test.version {
			t.Errorf("%s %s: got %s, version %s, want %s", test.name, test.qualifier, out.Payload, aws.ToString(out.ExecutedVersion), want)
		}
	}
	_, err := client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("fn"), Qualifier: aws.String("nope")})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) || aws.ToString(missing.Message) != "Function not found: "+arn+":nope" {
		t.Errorf("got %v for an unknown alias, want a ResourceNotFoundException", err)
	}
	_, err = client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("fn:live"), Qualifier: aws.String("1")})
	var invalid *types.InvalidParameterValueException
	if !errors.As(err, &invalid) {
		t.Errorf("got %v for two qualifiers, want an InvalidParameterValueException", err)
	}
}

func TestSDKClientContextAndTenant(t *testing.T) {
	isolating := lambdatest.NamedFunction(t, "Isolating", "context")
	isolating.IsolatesTenants = true
	client := newClient(start(t, nil, lambdatest.NewFunction(t, "context"), isolating))
	in := &sdk.InvokeInput{
		FunctionName:  aws.String("isolating"),
		ClientContext: aws.String(base64.StdEncoding.EncodeToString([]byte("{\"custom\":\n{\"k\":\"v\"}}"))),
		TenantId:      aws.String("blue"),
	}
	out, err := client.Invoke(t.Context(), in)
	if err != nil || !strings.Contains(string(out.Payload), `"custom":"v","tenant":"blue"`) {
		t.Fatalf("got %s, %v", out.Payload, err)
	}
	var invalid *types.InvalidParameterValueException
	if in.TenantId = nil; !errors.As(second(client.Invoke(t.Context(), in)), &invalid) {
		t.Error("a function that isolates tenants ran without one")
	}
	in.FunctionName, in.TenantId = aws.String("fn"), aws.String("blue")
	if !errors.As(second(client.Invoke(t.Context(), in)), &invalid) {
		t.Error("a function that isolates no tenants ran for one")
	}
}

func second(_ *sdk.InvokeOutput, err error) error { return err }

// A streamed response comes in chunks (D.27); its end tells of the error and the log.
func TestSDKStream(t *testing.T) {
	for _, test := range []struct{ rest, payload, errorCode, details string }{
		{"comes", "somemore", "", ""},
		{"fails", "some", "errorString", "broken"},
		{"stalls", "some", "Sandbox.Timedout", "timed out"},
	} {
		t.Run(test.rest, func(t *testing.T) {
			f := lambdatest.NewFunction(t, "stream")
			f.Timeout, f.Environment = time.Second, map[string]string{"REST": test.rest}
			// Without a payload: this client breaks off a response that has begun
			// before it is done with the request's body, which takes it a moment.
			out, err := newClient(start(t, nil, f)).InvokeWithResponseStream(t.Context(), &sdk.InvokeWithResponseStreamInput{
				FunctionName: aws.String("fn"), LogType: types.LogTypeTail,
			})
			if err != nil {
				t.Fatal(err)
			}
			var payload []byte
			var end *types.InvokeWithResponseStreamCompleteEvent
			stream := out.GetStream()
			defer stream.Close()
			for event := range stream.Events() {
				switch e := event.(type) {
				case *types.InvokeWithResponseStreamResponseEventMemberPayloadChunk:
					payload = append(payload, e.Value.Payload...)
				case *types.InvokeWithResponseStreamResponseEventMemberInvokeComplete:
					end = &e.Value
				}
			}
			if err := stream.Err(); err != nil || end == nil {
				t.Fatalf("got %v at the end %v", err, end)
			}
			if string(payload) != test.payload || aws.ToString(end.ErrorCode) != test.errorCode {
				t.Errorf("got %q, code %q, want %q, %q", payload, aws.ToString(end.ErrorCode), test.payload, test.errorCode)
			}
			if !strings.Contains(aws.ToString(end.ErrorDetails), test.details) {
				t.Errorf("got details %q", aws.ToString(end.ErrorDetails))
			}
			if log, _ := base64.StdEncoding.DecodeString(aws.ToString(end.LogResult)); !strings.Contains(string(log), "REPORT") {
				t.Errorf("got log %q", log)
			}
		})
	}
}

func TestSDKFunctions(t *testing.T) {
	none := 0
	f := versioned(t, "echo")
	f.ReservedConcurrency = &none
	broken := lambdatest.NamedFunction(t, "Broken", "echo")
	broken.Dir = ""
	broken.Unavailable = errors.New("it did not build")
	client := newClient(start(t, nil, f, broken))

	list, err := client.ListFunctions(t.Context(), &sdk.ListFunctionsInput{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range list.Functions {
		names = append(names, aws.ToString(c.FunctionName)+" "+string(c.State))
	}
	if diff := cmp.Diff([]string{"fn Active", "broken Failed"}, names); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}

	got, err := client.GetFunction(t.Context(), &sdk.GetFunctionInput{FunctionName: aws.String("fn"), Qualifier: aws.String("live")})
	if err != nil {
		t.Fatal(err)
	}
	c := got.Configuration
	if aws.ToString(c.FunctionArn) != f.ARN+":live" || aws.ToString(c.Version) != "1" || aws.ToInt32(c.Timeout) != 10 ||
		aws.ToInt32(got.Concurrency.ReservedConcurrentExecutions) != 0 || aws.ToString(got.Code.Location) != "file://"+f.Dir {
		t.Errorf("got %+v", c)
	}
	if got, err := client.GetFunction(t.Context(), &sdk.GetFunctionInput{FunctionName: aws.String("broken")}); err != nil || got.Code.Location != nil {
		t.Errorf("broken: got %+v, %v, want no place of its code", got, err)
	}
	var missing *types.ResourceNotFoundException
	if _, err := client.GetFunctionConfiguration(t.Context(), &sdk.GetFunctionConfigurationInput{FunctionName: aws.String("nope")}); !errors.As(err, &missing) {
		t.Errorf("got %v, want a ResourceNotFoundException", err)
	}
}
