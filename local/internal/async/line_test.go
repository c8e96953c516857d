package async

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
)

// attempts notes what was run, and answers in turn; the last answer is repeated.
type attempts struct {
	answers []func() (*lambda.Response, error)

	mu    sync.Mutex // guards the fields below
	begin time.Time
	seen  []string
	at    []time.Duration
	ids   map[string]bool
}

func newAttempts(answers ...func() (*lambda.Response, error)) *attempts {
	return &attempts{answers: answers, begin: time.Now(), ids: map[string]bool{}}
}

func (a *attempts) run(_ context.Context, r lambda.Request) (*lambda.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen = append(a.seen, r.Function+" "+string(r.Event))
	a.at = append(a.at, time.Since(a.begin).Truncate(100*time.Millisecond)) // commits take a moment
	a.ids[r.ID] = true
	return a.answers[min(len(a.seen), len(a.answers))-1]()
}

// When attempts are made (D.25), in the time of a bubble; all under one request ID,
// as in test_async_invoke_with_retry.
func TestRetries(t *testing.T) {
	const s, m, h = time.Second, time.Minute, time.Hour
	blocked := 0
	for _, test := range []struct {
		name    string
		change  func(*lambda.Function)
		scale   float64
		answers []func() (*lambda.Response, error)
		want    []time.Duration
	}{
		{"success", nil, 1, []func() (*lambda.Response, error){answer("1")}, []time.Duration{0}},
		{"function errors: one minute, then two (D.25)", nil, 1, []func() (*lambda.Response, error){failure}, []time.Duration{0, m, 3 * m}},
		{"success in the end", nil, 1, []func() (*lambda.Response, error){failure, answer("1")}, []time.Duration{0, m}},
		{"scaled", nil, 0.01, []func() (*lambda.Response, error){failure}, []time.Duration{0, 600 * time.Millisecond, 1800 * time.Millisecond}},
		{"no retries", configured(func(c *lambda.EventInvokeConfig) { c.MaximumRetryAttempts = 0 }), 1,
			[]func() (*lambda.Response, error){failure}, []time.Duration{0}},
		{"one retry", configured(func(c *lambda.EventInvokeConfig) { c.MaximumRetryAttempts = 1 }), 1,
			[]func() (*lambda.Response, error){failure}, []time.Duration{0, m}},
		{"a retry that would be too late (test_maxeventage)", configured(func(c *lambda.EventInvokeConfig) { c.MaximumEventAge = m }), 1,
			[]func() (*lambda.Response, error){failure}, []time.Duration{0}},
		{"throttles: twice as long each time, up to five minutes, not counted as attempts (D.25)",
			configured(func(c *lambda.EventInvokeConfig) { c.MaximumEventAge = h / 4; c.MaximumRetryAttempts = 0 }), 1,
			[]func() (*lambda.Response, error){throttle},
			[]time.Duration{0, 1 * s, 3 * s, 7 * s, 15 * s, 31 * s, 63 * s, 127 * s, 255 * s, 511 * s, 811 * s}},
		{"a throttle between", nil, 1, []func() (*lambda.Response, error){failure, throttle, failure}, []time.Duration{0, m, m + s, 3*m + s}},
		{"no concurrency at all (D.18)", func(f *lambda.Function) { f.ReservedConcurrency = &blocked }, 1,
			[]func() (*lambda.Response, error){failure}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := open(t, Config{Functions: []*lambda.Function{function("F", test.change)}, RetryScale: test.scale})
				a := newAttempts(test.answers...)
				q.Start(a.run)
				id := enqueue(t, q, "F", "{}")
				time.Sleep(7 * time.Hour) // of the bubble: passes at once
				synctest.Wait()
				if diff := cmp.Diff(test.want, a.at); diff != "" {
					t.Errorf("attempts (-want +got):\n%s", diff)
				}
				if len(a.ids) > 1 || len(a.ids) == 1 && !a.ids[id] {
					t.Errorf("got the request IDs %v, want %s in all attempts", a.ids, id)
				}
				if got := waiting(t, q); len(got) > 0 {
					t.Errorf("got %v events left, want none", got)
				}
			})
		})
	}
}

// What a stopped host left is delivered, however old it is and whatever the clock
// says now.
func TestLeftover(t *testing.T) {
	for _, test := range []struct {
		name  string
		shift time.Duration // from now to when the event was accepted
	}{
		{"older than its maximum age, and refused at first", -7 * time.Hour},
		{"accepted before the clock was set back", 24 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := open(t, Config{Functions: []*lambda.Function{function("F", nil)}})
				e := newEvent(nil, "F", []byte("1"))
				e.Accepted = e.Accepted.Add(test.shift)
				e.Due = e.Accepted
				if err := q.store.change(nil, e); err != nil {
					t.Fatal(err)
				}
				a := newAttempts(throttle, answer("1"))
				q.Start(a.run)
				time.Sleep(time.Minute)
				synctest.Wait()
				if diff := cmp.Diff([]string{"F 1", "F 1"}, a.seen); diff != "" {
					t.Errorf("attempts (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// At most so many events of one function are in delivery, and others are not
// held up by it.
func TestConcurrency(t *testing.T) {
	one := 1
	slow, reserved := function("Slow", nil), function("Reserved", func(f *lambda.Function) { f.ReservedConcurrency = &one })
	q := open(t, Config{Functions: []*lambda.Function{slow, reserved, function("Other", nil)}, Concurrency: 3})
	begun, release := make(chan string, 100), make(chan struct{})
	q.Start(func(_ context.Context, r lambda.Request) (*lambda.Response, error) {
		begun <- r.Function
		if r.Function != "Other" {
			<-release
		}
		return answer("1")()
	})
	for range 10 {
		enqueue(t, q, "Slow", "{}")
		enqueue(t, q, "Reserved", "{}")
	}
	counts := map[string]int{}
	for range 4 {
		counts[<-begun]++
	}
	enqueue(t, q, "Other", "{}")
	counts[<-begun]++ // none but Other may begin now
	if diff := cmp.Diff(map[string]int{"Slow": 3, "Reserved": 1, "Other": 1}, counts); diff != "" {
		t.Errorf("in delivery (-want +got):\n%s", diff)
	}
	close(release)
	for range 16 {
		<-begun
	}
}
