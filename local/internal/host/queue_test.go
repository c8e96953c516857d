package host

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maru/local/internal/async"
	"maru/local/internal/lambda"
	"maru/local/internal/template"
)

// told is a log that says when a text is in it.
type told struct {
	text string
	seen chan struct{}
}

func (l *told) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(l.text)) {
		select {
		case l.seen <- struct{}{}:
		default:
		}
	}
	return len(p), nil
}

// An event goes through the queue of a host to a function and to its
// destination; a host beside it goes without a queue.
func TestQueue(t *testing.T) {
	fn, err := filepath.Abs("../../testdata/stack/fn")
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "template.yaml", `Transform: AWS::Serverless-2016-10-31
Resources:
  Count:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      CodeUri: `+fn+`
      Environment: {Variables: {MODE: count}}
      EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SQS}}}
`)
	log := &told{"REPORT RequestId", make(chan struct{}, 1)}
	h, err := Start(t.Context(), Config{Template: path, Environ: os.Environ(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	var beside bytes.Buffer
	second, err := Start(t.Context(), Config{Template: path, Environ: os.Environ(), Output: &beside})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if want := async.ErrInUse.Error(); !strings.Contains(beside.String(), want) {
		t.Errorf("a second host: got %q, want %q in it", beside.String(), want)
	}

	id, err := h.queue.Enqueue(t.Context(), lambda.Request{Function: "Count", Event: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	<-log.seen
	if err := h.Close(context.Background()); err != nil {
		t.Error(err)
	}
	content, err := os.ReadFile(filepath.Join(filepath.Dir(path), ".maru/async", async.MessagesFile))
	if err != nil {
		t.Fatal(err)
	}
	var m async.Message
	if err := json.Unmarshal(content, &m); err != nil {
		t.Fatal(err)
	}
	if m.RequestID != id || !strings.Contains(string(m.Body), `"responsePayload":{"calls":1`) {
		t.Errorf("got the message %s, want what request %s was answered", content, id)
	}
}

// Events whose function the template has no more are told of, and stay.
func TestOrphans(t *testing.T) {
	path := write(t, "template.yaml", oneAPI)
	dir := filepath.Join(filepath.Dir(path), ".maru/async")
	q, err := async.Open(async.Config{Dir: dir, Functions: []*lambda.Function{{LogicalID: "Gone"}}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := q.Enqueue(t.Context(), lambda.Request{Function: "Gone"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("2 queued events of function Gone, which the template does not have, kept in %s until it has\n", dir)
	for range 2 {
		var said bytes.Buffer
		h, err := Start(t.Context(), Config{Template: path, Output: &said})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if !strings.Contains(said.String(), want) {
			t.Errorf("got %q, want %q in it", said.String(), want)
		}
	}
}

// Deliveries leave room for callers that wait.
func TestDeliveries(t *testing.T) {
	for _, test := range []struct{ environments, functions, want int }{
		{0, 3, 8},
		{0, 25, 2},
		{100, 1, 8},
		{100, 10, 5},
		{100, 80, 1},
		{2, 1, 1},
		{1, 1, 1},
		{100, 0, 8},
	} {
		d := &deployment{config: Config{MaxEnvironments: test.environments}, stack: &template.Stack{Functions: make([]*template.Function, test.functions)}}
		if got := d.deliveries(); got != test.want {
			t.Errorf("%d functions, %d environments: got %d deliveries, want %d", test.functions, test.environments, got, test.want)
		}
	}
}
