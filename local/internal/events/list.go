package events

// Fields that several events have, with sam's defaults.
var (
	account   = Field{"account-id", "123456789012"}
	partition = Field{"partition", "aws"}
	region    = Field{"region", "us-east-1"}
	body      = Field{"body", `{"test":"body"}`}
	method    = Field{"method", "POST"}
	path      = Field{"path", "path/to/resource"}
	bucket    = Field{"bucket", "example-bucket"}
	key       = Field{"key", "test/key"}
)

// All are the events that can be generated, by service. The command line makes
// a command of each. "lambda function-url" and the service "eventbridge" are
// this host's own; sam has neither.
var All = []Event{
	{"alb", "request", "a request by way of an Application Load Balancer", []Field{
		body, method, path, account, {"dns-suffix", "us-east-2.elb.amazonaws.com"},
	}, "alb"},
	{"apigateway", "aws-proxy", "a request by way of a REST API (payload 1.0)", []Field{
		body, {"stage", "prod"}, method, {"resource", "/{proxy+}"}, path, account, {"dns-suffix", "us-east-1.amazonaws.com"},
	}, "rest"},
	{"apigateway", "http-api-proxy", "a request by way of an HTTP API (payload 2.0)", []Field{
		body, {"stage", "$default"}, method, path, account, {"dns-suffix", "us-east-1.amazonaws.com"},
	}, "httpapi"},
	{"apigateway", "authorizer", "what a TOKEN authorizer of a REST API is asked", []Field{
		account, partition, region, {"stage", "prod"}, method, {"resource", "{proxy+}"}, {"restApiId", "example"},
	}, "token"},
	{"apigateway", "request-authorizer", "what a REQUEST authorizer of a REST API is asked", []Field{
		account, partition, region, {"stage", "test"}, {"method", "GET"}, {"resource", "request"}, {"restApiId", "abcdef123"},
	}, "request"},
	{"cloudwatch", "scheduled-event", "a rule that runs on a schedule", []Field{
		account, partition, region, {"rule", "ExampleRule"},
	}, "schedule"},
	{"dynamodb", "update", "changes of a table, from its stream", []Field{
		account, partition, region, {"table", "ExampleTableWithStream"},
	}, "dynamodb"},
	{"eventbridge", "scheduled-event", "a rule that runs on a schedule", []Field{
		account, partition, region, {"rule", "ExampleRule"},
	}, "schedule"},
	{"eventbridge", "event", "an event of your own from a bus", []Field{
		account, region, {"source", "com.example.shop"}, {"detail-type", "order placed"}, {"detail", `{"order":1}`},
	}, "eventbridge"},
	{"kinesis", "get-records", "a record of a stream", []Field{
		region, partition, {"sequence", "49545115243490985018280067714973144582180062593244200961"},
		{"data", "Hello, this is a test 123."}, {"partition-key", "partitionKey-03"},
	}, "kinesis"},
	{"lambda", "function-url", "a request by way of a function URL", []Field{
		body, method, path, account, region,
	}, "functionurl"},
	{"s3", "delete", "an object was deleted", []Field{region, partition, bucket, key}, "s3delete"},
	{"s3", "put", "an object was written", []Field{region, partition, bucket, key}, "s3put"},
	{"ses", "email-receiving", "mail came in", []Field{
		region, partition, account, {"dns-suffix", "us-east-1.amazonaws.com"},
	}, "ses"},
	{"sns", "notification", "a message of a topic", []Field{
		account, partition, region, {"topic", "ExampleTopic"}, {"subject", "example subject"}, {"message", "example message"},
	}, "sns"},
	{"sqs", "receive-message", "a message of a queue", []Field{
		partition, region, account, {"queue-name", "MyQueue"}, {"body", "Hello from SQS!"},
	}, "sqs"},
}
