package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

// find gives an event that is there.
func find(service, name string) Event {
	return All[slices.IndexFunc(All, func(e Event) bool { return e.Service == service && e.Name == name })]
}

// decoded generates an event and reads it into the type that functions use,
// which has to know every member.
func decoded[T any](t *testing.T, service, name string, values map[string]string) T {
	t.Helper()
	raw, err := find(service, name).Generate(values)
	if err != nil {
		t.Fatal(err)
	}
	var event T
	if err := json.Unmarshal(raw, &event); err != nil {
		t.Fatalf("reading %s %s into %T: %v", service, name, event, err)
	}
	return event
}

// What is set arrives in the types of aws-lambda-go.
func TestFieldsArrive(t *testing.T) {
	hard := `"quotes", \ and 한글` + "\n"
	url := "/songs/{id}"
	alb := decoded[events.ALBTargetGroupRequest](t, "alb", "request", map[string]string{"method": "PUT", "path": url, "body": "x", "account-id": "1"})
	rest := decoded[events.APIGatewayProxyRequest](t, "apigateway", "aws-proxy", map[string]string{"path": "/a/b", "stage": "dev", "body": "x"})
	http := decoded[events.APIGatewayV2HTTPRequest](t, "apigateway", "http-api-proxy", map[string]string{"path": "a/b", "stage": "dev", "method": "GET"})
	function := decoded[events.LambdaFunctionURLRequest](t, "lambda", "function-url", map[string]string{"path": url, "region": "eu-west-1"})
	token := decoded[events.APIGatewayCustomAuthorizerRequest](t, "apigateway", "authorizer", map[string]string{"restApiId": "abc", "method": "GET"})
	request := decoded[events.APIGatewayCustomAuthorizerRequestTypeRequest](t, "apigateway", "request-authorizer", map[string]string{"resource": "pets"})
	schedule := decoded[events.EventBridgeEvent](t, "cloudwatch", "scheduled-event", map[string]string{"rule": "nightly"})
	bus := decoded[events.EventBridgeEvent](t, "eventbridge", "event", map[string]string{"source": hard, "detail": `{"a":[1]}`})
	table := decoded[events.DynamoDBEvent](t, "dynamodb", "update", map[string]string{"table": "songs", "region": "eu-west-1"})
	stream := decoded[events.KinesisEvent](t, "kinesis", "get-records", map[string]string{"data": hard, "partition-key": "p"})
	put := decoded[events.S3Event](t, "s3", "put", map[string]string{"bucket": "photos", "key": "a cat/한.jpg"})
	gone := decoded[events.S3Event](t, "s3", "delete", map[string]string{"key": "k"})
	mail := decoded[events.SimpleEmailEvent](t, "ses", "email-receiving", map[string]string{"account-id": "7", "region": "eu-west-1"})
	topic := decoded[events.SNSEvent](t, "sns", "notification", map[string]string{"topic": "news", "subject": "s", "message": hard})
	queue := decoded[events.SQSEvent](t, "sqs", "receive-message", map[string]string{"queue-name": "orders", "body": hard})
	hello := decoded[events.SQSEvent](t, "sqs", "receive-message", nil)

	for _, test := range []struct{ what, got, want string }{
		{"alb method, path, body", alb.HTTPMethod + " " + alb.Path + " " + alb.Body, "PUT /songs/{id} eA=="},
		{"rest path, stage, body", rest.Path + " " + rest.RequestContext.Path + " " + rest.Body, "/a/b /dev/a/b eA=="},
		{"rest proxy", rest.PathParameters["proxy"], "a/b"},
		{"http path, method", http.RawPath + " " + http.RequestContext.HTTP.Path + " " + http.RequestContext.HTTP.Method, "/a/b /a/b GET"},
		{"http stage", http.RequestContext.Stage, "dev"},
		{"function URL path, region", function.RawPath + " " + function.RequestContext.DomainName[33:], "/songs/{id} lambda-url.eu-west-1.on.aws"},
		{"token ARN", token.MethodArn, "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/{proxy+}"},
		{"request authorizer resource", request.Resource, "/pets"},
		{"schedule", schedule.Resources[0], "arn:aws:events:us-east-1:123456789012:rule/nightly"},
		{"bus source, detail", bus.Source + string(bytes.Join(bytes.Fields(bus.Detail), nil)), hard + `{"a":[1]}`},
		{"table", table.Records[2].EventSourceArn, "arn:aws:dynamodb:eu-west-1:123456789012:table/songs/stream/2015-06-27T00:48:05.899"},
		{"table key", table.Records[0].Change.Keys["Id"].Number(), "101"},
		{"stream", stream.Records[0].Kinesis.PartitionKey + string(stream.Records[0].Kinesis.Data), "p" + hard},
		{"bucket", put.Records[0].S3.Bucket.Arn, "arn:aws:s3:::photos"},
		{"key as sent", put.Records[0].S3.Object.Key, "a+cat/%ED%95%9C.jpg"},
		{"key", put.Records[0].S3.Object.URLDecodedKey, "a cat/한.jpg"},
		{"delete", gone.Records[0].EventName, "ObjectRemoved:Delete"},
		{"mail", mail.Records[0].SES.Receipt.Action.FunctionARN, "arn:aws:lambda:eu-west-1:7:function:Example"},
		{"topic", topic.Records[0].SNS.TopicArn, "arn:aws:sns:us-east-1:123456789012:news"},
		{"message", topic.Records[0].SNS.Subject + topic.Records[0].SNS.Message, "s" + hard},
		{"queue", queue.Records[0].EventSourceARN, "arn:aws:sqs:us-east-1:123456789012:orders"},
		{"queue body", queue.Records[0].Body, hard},
		// What AWS's own sample has for this body: samples-lambda.html of the SQS chapter.
		{"queue checksum", hello.Records[0].Md5OfBody, "7b270e59b47ff90a553787216d55d91d"},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", test.what, test.got, test.want)
		}
	}
}

// Every field of every event shows in it, and every event has its defaults.
func TestEveryFieldCounts(t *testing.T) {
	for _, e := range All {
		plain, err := e.Generate(nil)
		if err != nil {
			t.Error(err)
		}
		if bytes.Contains(plain, []byte("{{")) {
			t.Errorf("%s %s: a placeholder is left in\n%s", e.Service, e.Name, plain)
		}
		for _, f := range e.Fields {
			other, err := e.Generate(map[string]string{f.Name: `"other"`})
			if err != nil || reflect.DeepEqual(plain, other) {
				t.Errorf("%s %s: --%s has no effect (%v)", e.Service, e.Name, f.Name, err)
			}
			same, err := e.Generate(map[string]string{f.Name: f.Default})
			if diff := cmp.Diff(string(plain), string(same)); diff != "" || err != nil {
				t.Errorf("%s %s: the default of --%s is another: %v\n%s", e.Service, e.Name, f.Name, err, diff)
			}
		}
	}
}

func TestGenerateErrors(t *testing.T) {
	if _, err := find("s3", "put").Generate(map[string]string{"buckt": "x"}); err == nil {
		t.Error("got no error for a field that is not there")
	}
	if _, err := find("eventbridge", "event").Generate(map[string]string{"detail": "{"}); err == nil {
		t.Error("got no error for a detail that is no JSON")
	}
}

// Whatever a value is, the event is JSON, and has it.
func FuzzGenerate(f *testing.F) {
	f.Add(`{"a": "b"}`)
	f.Add("\"\\{{region}}\x00\xff")
	e := find("sqs", "receive-message")
	f.Fuzz(func(t *testing.T, body string) {
		raw, err := e.Generate(map[string]string{"body": body})
		if err != nil {
			t.Fatal(err)
		}
		var event events.SQSEvent
		if err := json.Unmarshal(raw, &event); err != nil {
			t.Fatal(err)
		}
		if got := event.Records[0].Body; utf8.ValidString(body) && got != body {
			t.Errorf("got %q, want %q", got, body)
		}
	})
}

func ExampleEvent_Generate() {
	event, err := find("apigateway", "authorizer").Generate(map[string]string{"restApiId": "abcdef1234", "resource": "pets"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s", event)
	// Output:
	// {
	//   "type": "TOKEN",
	//   "authorizationToken": "incoming-client-token",
	//   "methodArn": "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/POST/pets"
	// }
}
