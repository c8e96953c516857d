package async

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
	"maru/local/internal/requestid"
)

// function gives a function with AWS's defaults, changed by change.
func function(id string, change func(*lambda.Function)) *lambda.Function {
	f := &lambda.Function{LogicalID: id, ARN: "arn:aws:lambda:us-east-1:123456789012:function:" + id}
	if change != nil {
		change(f)
	}
	return f
}

// configured changes what a function has for $LATEST.
func configured(change func(*lambda.EventInvokeConfig)) func(*lambda.Function) {
	return func(f *lambda.Function) {
		c := f.EventInvokeConfig("")
		change(&c)
		f.EventInvokeConfigs = map[string]lambda.EventInvokeConfig{lambda.Latest: c}
	}
}

func open(t *testing.T, c Config) *Queue {
	t.Helper()
	if c.Dir == "" {
		c.Dir = t.TempDir()
	}
	q, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return q
}

func enqueue(t *testing.T, q *Queue, function, payload string) (requestID string) {
	t.Helper()
	id, err := q.Enqueue(t.Context(), lambda.Request{Function: function, Event: []byte(payload)})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// counting makes request IDs that are the same in each run.
func counting() requestid.Source {
	var n atomic.Uint64
	return func() uint64 { return n.Add(1) }
}

// waiting gives how many events the queue has.
func waiting(t *testing.T, q *Queue) map[string]int {
	t.Helper()
	counts, err := q.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// What functions answer.
func answer(payload string) func() (*lambda.Response, error) {
	return func() (*lambda.Response, error) {
		return &lambda.Response{Payload: []byte(payload), ExecutedVersion: "$LATEST"}, nil
	}
}

func failure() (*lambda.Response, error) {
	return &lambda.Response{
		Payload: []byte(`{"errorMessage":"no such song","errorType":"Error"}`), FunctionError: "Unhandled", ExecutedVersion: "$LATEST",
	}, nil
}

func throttle() (*lambda.Response, error) {
	return nil, &lambda.Error{Kind: lambda.Throttled, Message: "Rate Exceeded."}
}

func TestEnqueueRefuses(t *testing.T) {
	q := open(t, Config{Functions: []*lambda.Function{function("F", nil)}})
	for _, test := range []struct {
		name, function string
		size           int
		wantKind       lambda.Kind
		wantMessage    string
	}{
		{"the largest", "F", 1 << 20, 0, ""},
		{"too large (D.24)", "F", 1<<20 + 1, lambda.EventTooLarge, "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)"},
		{"unknown function", "G", 1, lambda.NotFound, "Function not found: G"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := q.Enqueue(t.Context(), lambda.Request{Function: test.function, Event: bytes.Repeat([]byte("1"), test.size)})
			var refused *lambda.Error
			if errors.As(err, &refused) != (test.wantMessage != "") {
				t.Fatalf("got the error %v, want %q", err, test.wantMessage)
			}
			if refused != nil && (refused.Kind != test.wantKind || refused.Message != test.wantMessage) {
				t.Errorf("got %s %q, want %s %q", refused.Kind, refused.Message, test.wantKind, test.wantMessage)
			}
		})
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := q.Enqueue(done, lambda.Request{Function: "F"}); !errors.Is(err, context.Canceled) {
		t.Errorf("of a caller that is gone: got the error %v, want %v", err, context.Canceled)
	}
}

// One host at a time has a queue.
func TestInUse(t *testing.T) {
	dir := t.TempDir()
	open(t, Config{Dir: dir})
	if _, err := Open(Config{Dir: dir}); !errors.Is(err, ErrInUse) {
		t.Errorf("got the error %v, want %v", err, ErrInUse)
	}
}

// A stopped queue settles what succeeds and leaves what fails, which may be the
// host's doing, to the next one. It goes on to accept.
func TestStop(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func() (*lambda.Response, error)
		want   map[string]int
	}{
		{"success", answer("1"), map[string]int{"F": 1}},
		{"failure", failure, map[string]int{"F": 2}},
		{"refusal", throttle, map[string]int{"F": 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, functions := t.TempDir(), []*lambda.Function{function("F", configured(func(c *lambda.EventInvokeConfig) {
				*c = lambda.EventInvokeConfig{} // what fails is given up at once
			}))}
			q := open(t, Config{Dir: dir, Functions: functions})
			begun, release := make(chan bool), make(chan bool)
			q.Start(func(context.Context, lambda.Request) (*lambda.Response, error) {
				begun <- true
				<-release
				return test.answer()
			})
			enqueue(t, q, "F", `"first"`)
			<-begun
			q.Stop()
			enqueue(t, q, "F", `"after"`)
			close(release)
			if err := q.Close(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, waiting(t, open(t, Config{Dir: dir, Functions: functions}))); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
		})
	}
}

// Events whose function is gone wait for it; those that wait longer than their
// age get one attempt all the same.
func TestReopen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, f := t.TempDir(), function("F", nil)
		q := open(t, Config{Dir: dir, Functions: []*lambda.Function{f}})
		id := enqueue(t, q, "F", `{"a": 1}`)
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}

		time.Sleep(24 * time.Hour)
		q = open(t, Config{Dir: dir})
		q.Start(func(context.Context, lambda.Request) (*lambda.Response, error) { return failure() })
		synctest.Wait()
		if diff := cmp.Diff(map[string]int{"F": 1}, waiting(t, q)); diff != "" {
			t.Errorf("without the function (-want +got):\n%s", diff)
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}

		q = open(t, Config{Dir: dir, Functions: []*lambda.Function{f}})
		a := newAttempts(failure)
		q.Start(a.run)
		time.Sleep(time.Hour)
		synctest.Wait()
		if diff := cmp.Diff([]string{`F {"a": 1}`}, a.seen); diff != "" || !a.ids[id] {
			t.Errorf("with it (-want +got):\n%s", diff)
		}
	})
}

// An event that cannot be read is named, and holds up no other.
func TestUnreadable(t *testing.T) {
	var log bytes.Buffer
	q := open(t, Config{Functions: []*lambda.Function{function("F", nil)}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	bad := newEvent(nil, "F", []byte("{}"))
	if err := q.store.change(nil, bad); err != nil {
		t.Fatal(err)
	}
	if err := q.store.spoil(bad); err != nil {
		t.Fatal(err)
	}
	enqueue(t, q, "F", `"good"`)
	seen := make(chan string, 1)
	q.Start(func(_ context.Context, r lambda.Request) (*lambda.Response, error) {
		seen <- string(r.Event)
		return answer("1")()
	})
	if got := <-seen; got != `"good"` {
		t.Errorf("got %s, want the good event", got)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "request_id="+bad.ID) {
		t.Errorf("got the log %q, want the event's ID in it", log.String())
	}
}

// Where what came of an event cannot be noted, others are not begun: each would be
// attempted, and none forgotten.
func TestNothingCanBeSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, f := t.TempDir(), function("F", configured(func(c *lambda.EventInvokeConfig) { c.OnSuccess.ARN = queueARN }))
		if err := os.Mkdir(filepath.Join(dir, MessagesFile), 0o755); err != nil {
			t.Fatal(err)
		}
		q := open(t, Config{Dir: dir, Functions: []*lambda.Function{f}, Concurrency: 1})
		a := newAttempts(answer("1"))
		for range 3 {
			enqueue(t, q, "F", "1")
		}
		q.Start(a.run)
		time.Sleep(time.Hour)
		q.Replace([]*lambda.Function{f}, 1) // is no next start
		time.Sleep(time.Hour)
		synctest.Wait()
		if diff := cmp.Diff(map[string]int{"F": 3}, waiting(t, q)); len(a.seen) != 1 || diff != "" {
			t.Errorf("got %d attempts, left (-want +got):\n%s", len(a.seen), diff)
		}
	})
}
