package resolve

import "testing"

func TestFunctionOf(t *testing.T) {
	const arn = "arn:aws:lambda:ap-northeast-2:123456789012:function:"
	uri := func(arn string) string {
		return "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/" + arn + "/invocations"
	}
	sc, _ := scope(t, stack, settings)
	for _, test := range []struct{ value, want string }{ // the logical ID, and behind a colon the qualifier
		{"hello-dev", "Hello:"},
		{"hello-dev:live", "Hello:live"},
		{arn + "hello-dev", "Hello:"},
		{arn + "hello-dev:live", "Hello:live"},
		{"123456789012:function:Plain", "Plain:"},
		{uri(arn + "Plain"), "Plain:"},
		{uri(arn + "hello-dev:$LATEST"), "Hello:$LATEST"},
		{"arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/" + arn + "Raw/response-streaming-invocations", "Raw:"},
		{uri(ExpandStageVariables(arn+"hello-${stageVariables.stage}:${stageVariables.alias}", map[string]string{"stage": "dev"})), "Hello:"},

		{"Hello", ":"}, // has a FunctionName, which is its only name
		{"Loop", ":"},
		{"Table", ":"},
		{uri(arn + "other:live"), ":"},
		{"https://example.com/functions/", ":"},
		{"", ":"},
	} {
		id, qualifier := sc.FunctionOf(test.value)
		if got := id + ":" + qualifier; got != test.want {
			t.Errorf("FunctionOf(%q): got %q, want %q", test.value, got, test.want)
		}
	}
}
