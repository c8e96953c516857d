package async

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"maru/local/internal/lambda"
)

const queueARN = "arn:aws:sqs:us-east-1:123456789012:q"

// readMessages reads the lines of a file of messages.
func readMessages(t *testing.T, path string) []Message {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var all []Message
	for line := range strings.Lines(string(content)) {
		var m Message
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, m)
	}
	return all
}

// The records and dead letters of one event, as AWS has them: LocalStack's
// recordings of it, tests/aws/services/lambda_/test_lambda_destinations.snapshot.json
// and the one of test_reserved_concurrency. ID stands for the request's.
func TestRecords(t *testing.T) {
	zero := 0
	const (
		head    = `{"version":"1.0","timestamp":"TIME","requestContext":{"requestId":"ID","functionArn":"arn:aws:lambda:us-east-1:123456789012:function:F:$LATEST",`
		failed  = `"requestPayload":{"n":1},"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},"responsePayload":{"errorMessage":"no such song","errorType":"Error"}}`
		letters = "arn:aws:sqs:us-east-1:123456789012:letters"
	)
	for _, test := range []struct {
		name   string
		change func(*lambda.Function)
		answer func() (*lambda.Response, error)
		want   string
		letter map[string]string
	}{
		{"success (D.26)", nil, answer(`{"ok":true}`), head + `"condition":"Success","approximateInvokeCount":1},` +
			`"requestPayload":{"n":1},"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"responsePayload":{"ok":true}}`, nil},
		{"answer that is no JSON", nil, answer("text"), head + `"condition":"Success","approximateInvokeCount":1},` +
			`"requestPayload":{"n":1},"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"responsePayload":"text"}`, nil},
		{"retries exhausted (D.26, test_retries)", nil, failure,
			head + `"condition":"RetriesExhausted","approximateInvokeCount":3},` + failed,
			map[string]string{"RequestID": "ID", "ErrorCode": "200", "ErrorMessage": "no such song"}},
		{"too old (test_maxeventage)", configured(func(c *lambda.EventInvokeConfig) { c.MaximumEventAge = time.Minute }), failure,
			head + `"condition":"EventAgeExceeded","approximateInvokeCount":1},` + failed,
			map[string]string{"RequestID": "ID", "ErrorCode": "200", "ErrorMessage": "no such song"}},
		{"never run", nil, throttle,
			head + `"condition":"EventAgeExceeded","approximateInvokeCount":0},"requestPayload":{"n":1},"responseContext":{"statusCode":429}}`,
			map[string]string{"RequestID": "ID", "ErrorCode": "429", "ErrorMessage": "Rate Exceeded."}},
		{"no concurrency (D.18, test_reserved_concurrency)", func(f *lambda.Function) { f.ReservedConcurrency = &zero }, failure,
			head + `"condition":"ZeroReservedConcurrency","approximateInvokeCount":0},"requestPayload":{"n":1}}`,
			map[string]string{"RequestID": "ID", "ErrorMessage": "function not invoked: its reserved concurrency is zero"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				f := function("F", test.change)
				configured(func(c *lambda.EventInvokeConfig) { c.OnSuccess.ARN, c.OnFailure.ARN = queueARN, queueARN })(f)
				f.DeadLetterQueue.ARN = letters
				q := open(t, Config{Dir: dir, Functions: []*lambda.Function{f}})
				q.Start(newAttempts(test.answer).run)
				id := enqueue(t, q, "F", `{"n":1}`)
				time.Sleep(7 * time.Hour)
				synctest.Wait()

				got := readMessages(t, filepath.Join(dir, MessagesFile))
				want := []Message{{Target: queueARN, Function: "F", RequestID: id, Body: json.RawMessage(test.want)}}
				if test.letter != nil {
					letter := Message{Target: letters, Function: "F", RequestID: id, Body: json.RawMessage(`{"n":1}`), Attributes: test.letter}
					want = append([]Message{letter}, want...)
				}
				for i := range got {
					got[i] = neutral(t, got[i])
				}
				if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Message{}, "Time")); diff != "" {
					t.Errorf("messages (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// neutral puts words in the place of what differs from run to run.
func neutral(t *testing.T, m Message) Message {
	t.Helper()
	var r struct {
		Timestamp string `json:"timestamp"`
	}
	if err := json.Unmarshal(m.Body, &r); err != nil {
		t.Fatal(err)
	}
	if _, err := time.Parse("2006-01-02T15:04:05.000Z", r.Timestamp); err != nil && r.Timestamp != "" {
		t.Errorf("timestamp: %v", err)
	}
	body := strings.ReplaceAll(string(m.Body), m.RequestID, "ID")
	if r.Timestamp != "" {
		body = strings.Replace(body, r.Timestamp, "TIME", 1)
	}
	m.Body = json.RawMessage(body)
	if m.Attributes != nil {
		m.Attributes["RequestID"] = strings.Replace(m.Attributes["RequestID"], m.RequestID, "ID", 1)
	}
	return m
}

// What an event comes to is for the destinations of the qualifier that it was
// invoked by, and of no other.
func TestDestinationsOfQualifiers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, f := t.TempDir(), function("F", nil)
		f.EventInvokeConfigs = map[string]lambda.EventInvokeConfig{
			"live": {MaximumEventAge: time.Hour, OnSuccess: lambda.Destination{ARN: "live"}, OnFailure: lambda.Destination{ARN: "dead"}},
		}
		q := open(t, Config{Dir: dir, Functions: []*lambda.Function{f}})
		runs := 0
		q.Start(func(_ context.Context, r lambda.Request) (*lambda.Response, error) {
			runs++
			if string(r.Event) == "1" {
				return answer("1")()
			}
			return failure()
		})
		for _, qualifier := range []string{"", "live"} {
			for _, event := range []string{"1", "2"} {
				if _, err := q.Enqueue(t.Context(), lambda.Request{Function: "F", Qualifier: qualifier, Event: []byte(event)}); err != nil {
					t.Fatal(err)
				}
			}
		}
		time.Sleep(time.Hour) // of the bubble: passes at once
		synctest.Wait()
		got := map[string]int{}
		for _, m := range readMessages(t, filepath.Join(dir, MessagesFile)) {
			got[m.Target]++
		}
		if diff := cmp.Diff(map[string]int{"live": 1, "dead": 1}, got); diff != "" || runs != 1+3+1+1 {
			t.Errorf("%d runs, want 6; messages by target (-want +got):\n%s", runs, diff)
		}
	})
}

// A record goes to another function as an event of its own, which has its own
// destination in turn; one that is too large for an event goes nowhere.
func TestToFunction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := lambda.Destination{ARN: "arn:aws:lambda:us-east-1:123456789012:function:G", Function: "G"}
		f, g := function("F", configured(func(c *lambda.EventInvokeConfig) { c.OnSuccess = to })), function("G", nil)
		q := open(t, Config{Functions: []*lambda.Function{f, g}, RequestIDs: counting()})
		large := `"` + strings.Repeat("x", maxEvent) + `"`
		var ids, events []string
		q.Start(func(_ context.Context, r lambda.Request) (*lambda.Response, error) {
			ids, events = append(ids, r.ID), append(events, r.Function)
			if r.Function == "F" && string(r.Event) == `"large"` {
				return answer(large)()
			}
			if r.Function == "G" {
				var record record
				if err := json.Unmarshal(r.Event, &record); err != nil || record.RequestContext.RequestID != ids[0] || string(record.ResponsePayload) != "1" {
					t.Errorf("got the event %s, %v, want the record of %s", r.Event, err, ids[0])
				}
			}
			return answer("1")()
		})
		first := enqueue(t, q, "F", "{}")
		synctest.Wait()
		time.Sleep(time.Second)
		enqueue(t, q, "F", `"large"`)
		time.Sleep(time.Second)
		if diff := cmp.Diff([]string{"F", "G", "F"}, events); diff != "" {
			t.Errorf("invoked (-want +got):\n%s", diff)
		}
		want := []string{"00000000-0000-4001-8000-000000000002", "00000000-0000-4003-8000-000000000004", "00000000-0000-4005-8000-000000000006"}
		if diff := cmp.Diff(want, ids); diff != "" || first != want[0] {
			t.Errorf("got %s and the request IDs (-want +got):\n%s", first, diff)
		}
	})
}

func TestTruncate(t *testing.T) {
	for _, test := range []struct {
		name, message string
		want          int
	}{
		{"short", "x", 1},
		{"of the limit", strings.Repeat("x", 1024), 1024},
		{"longer", strings.Repeat("x", 1025), 1024},
		{"inside of a letter", strings.Repeat("x", 1023) + "마루", 1023},
	} {
		if got := len(truncate(test.message)); got != test.want {
			t.Errorf("%s: got %d bytes, want %d", test.name, got, test.want)
		}
	}
}

// The file is put aside when it is full, so two of them bound what is kept.
func TestMessagesAreBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), MessagesFile)
	m := &messages{path: path, limit: 1000}
	for i := range 100 {
		if err := m.append(Message{RequestID: string(rune('A' + i%26)), Body: json.RawMessage(`"` + strings.Repeat("x", 100) + `"`)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.close(); err != nil {
		t.Fatal(err)
	}
	kept := append(readMessages(t, strings.TrimSuffix(path, ".jsonl")+".1.jsonl"), readMessages(t, path)...)
	if len(kept) < 2 || len(kept) > 10 {
		t.Fatalf("got %d messages, want a few", len(kept))
	}
	for i, m := range kept {
		if want := string(rune('A' + (100-len(kept)+i)%26)); m.RequestID != want {
			t.Errorf("message %d: got %s, want %s", i, m.RequestID, want)
		}
	}
}

// wantOwnLine wants a message behind a line that was cut off.
func wantOwnLine(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(content), "\n")
	if len(lines) != 3 || !json.Valid([]byte(lines[1])) {
		t.Errorf("got %q, want the message on a line of its own", content)
	}
}

// A line in which a host was killed does not spoil the next.
func TestMessagesAfterKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), MessagesFile)
	if err := os.WriteFile(path, []byte(`{"time":`), 0o600); err != nil {
		t.Fatal(err)
	}
	m := &messages{path: path, limit: messagesLimit}
	if err := m.append(Message{RequestID: "A", Body: json.RawMessage("{}")}); err != nil {
		t.Fatal(err)
	}
	if err := m.close(); err != nil {
		t.Fatal(err)
	}
	wantOwnLine(t, path)
}

// A line that a full disk cut off does not spoil the next.
func TestMessagesAfterError(t *testing.T) {
	path := filepath.Join(t.TempDir(), MessagesFile)
	if err := os.WriteFile(path, []byte(`{"time":`), 0o600); err != nil {
		t.Fatal(err)
	}
	full, err := os.Open(path) // for reading: it takes no line
	if err != nil {
		t.Fatal(err)
	}
	m := &messages{path: path, limit: messagesLimit, file: full}
	message := Message{RequestID: "A", Body: json.RawMessage("{}")}
	if err := m.append(message); err == nil {
		t.Fatal("got no error of a file that cannot be written")
	}
	if err := m.append(message); err != nil {
		t.Fatal(err)
	}
	if err := m.close(); err != nil {
		t.Fatal(err)
	}
	wantOwnLine(t, path)
}

// condition is that of a record.
func (m Message) condition(t *testing.T) string {
	t.Helper()
	var r record
	if err := json.Unmarshal(m.Body, &r); err != nil {
		t.Fatal(err)
	}
	return r.RequestContext.Condition
}
