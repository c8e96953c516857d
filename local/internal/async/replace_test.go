package async

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"maru/local/internal/lambda"
)

func functions(ids ...string) []*lambda.Function {
	var all []*lambda.Function
	for _, id := range ids {
		all = append(all, function(id, nil))
	}
	return all
}

// wantRefused wants a queue to have no function of that name.
func wantRefused(t *testing.T, q *Queue, function string) {
	t.Helper()
	_, err := q.Enqueue(t.Context(), lambda.Request{Function: function, Event: []byte("1")})
	if refused := new(lambda.Error); !errors.As(err, &refused) || refused.Kind != lambda.NotFound {
		t.Errorf("got the error %v, want function %s not found", err, function)
	}
}

// Events are taken for the functions of the last Replace, and delivered to them, also
// what was taken before: before Start and after it.
func TestReplace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := open(t, Config{Functions: functions("F", "G")})
		a := newAttempts(answer("1"))
		want := func(seen ...string) {
			t.Helper()
			synctest.Wait()
			time.Sleep(time.Second) // of the bubble: what waits a moment for a commit
			synctest.Wait()
			if diff := cmp.Diff(seen, a.seen); diff != "" {
				t.Errorf("attempts (-want +got):\n%s", diff)
			}
		}
		enqueue(t, q, "G", "1")
		q.Replace(functions("F"), 0)
		wantRefused(t, q, "G")
		enqueue(t, q, "F", "2")
		q.Start(a.run)
		want("F 2")
		q.Replace(functions("F", "G"), 0)
		want("F 2", "G 1")
		enqueue(t, q, "G", "3")
		want("F 2", "G 1", "G 3")
		q.Replace(nil, 0)
		wantRefused(t, q, "F")
		q.Replace(functions("G"), 0)
		enqueue(t, q, "G", "4")
		want("F 2", "G 1", "G 3", "G 4")
	})
}

// What was taken before is tried and passed on as the new configuration has it:
// events that wait, and one in delivery. In the time of a bubble.
func TestReplaceConfiguration(t *testing.T) {
	const m = time.Minute
	zero := 0
	for _, test := range []struct {
		name      string
		change    func(*lambda.Function)
		after     time.Duration // when the functions are replaced; attempts take a second
		answer    func() (*lambda.Response, error)
		wantAt    []time.Duration
		condition string
	}{
		{"as before", func(*lambda.Function) {}, m / 2, failure, []time.Duration{0, m + time.Second, 3*m + 2*time.Second}, exhausted},
		{"fewer retries", configured(func(c *lambda.EventInvokeConfig) { c.MaximumRetryAttempts = 1 }), m / 2,
			failure, []time.Duration{0, m + time.Second}, exhausted},
		{"a shorter age", configured(func(c *lambda.EventInvokeConfig) { c.MaximumEventAge = 2 * m }), m / 2,
			failure, []time.Duration{0, m + time.Second}, expired},
		{"no concurrency", func(f *lambda.Function) { f.ReservedConcurrency = &zero }, m / 2, failure, []time.Duration{0}, unpermitted},
		{"no retries, while in delivery", configured(func(c *lambda.EventInvokeConfig) { c.MaximumRetryAttempts = 0 }), m / 120,
			failure, []time.Duration{0}, exhausted},
		{"success, while in delivery", func(*lambda.Function) {}, m / 120, answer("1"), []time.Duration{0}, succeeded},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				q := open(t, Config{Dir: dir, Functions: functions("F")})
				a := newAttempts(test.answer)
				q.Start(func(ctx context.Context, r lambda.Request) (*lambda.Response, error) {
					defer time.Sleep(time.Second)
					return a.run(ctx, r)
				})
				enqueue(t, q, "F", "1")
				time.Sleep(test.after)
				q.Replace([]*lambda.Function{function("F", func(f *lambda.Function) {
					test.change(f)
					configured(func(c *lambda.EventInvokeConfig) { c.OnSuccess.ARN, c.OnFailure.ARN = queueARN, queueARN })(f)
				})}, 0)
				time.Sleep(time.Hour)
				synctest.Wait()
				if diff := cmp.Diff(test.wantAt, a.at); diff != "" {
					t.Errorf("attempts (-want +got):\n%s", diff)
				}
				messages := readMessages(t, filepath.Join(dir, MessagesFile))
				if len(messages) != 1 || messages[0].condition(t) != test.condition {
					t.Errorf("got the messages %+v, want one of %s", messages, test.condition)
				}
			})
		})
	}
}

// Attempts of a function that is gone end as always: one that is refused meanwhile
// leaves its event as it was. All goes on when the function is there again, in time or
// after days, and nothing that is in delivery is delivered beside it.
func TestReplaceGone(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct {
		name         string
		answer, then func() (*lambda.Response, error)
		away         time.Duration // attempts take an hour
		left         map[string]int
		want         []time.Duration
	}{
		{"success", answer("1"), answer("1"), day, map[string]int{}, []time.Duration{0}},
		{"failure", failure, answer("1"), 3 * time.Hour, map[string]int{"F": 1}, []time.Duration{0, 3*time.Hour + time.Minute}},
		{"refusal", throttle, answer("1"), day, map[string]int{"F": 1}, []time.Duration{0, day + time.Minute}},
		{"refusal, and again", throttle, throttle, day, map[string]int{"F": 1}, []time.Duration{0, day + time.Minute, day + time.Minute + time.Hour + time.Second}},
		{"success, there again before", answer("1"), answer("1"), time.Minute, map[string]int{"F": 1}, []time.Duration{0}},
		{"failure, there again before", failure, answer("1"), time.Minute, map[string]int{"F": 1}, []time.Duration{0, time.Hour + time.Minute}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := open(t, Config{Functions: functions("F", "G")})
				a := newAttempts(test.answer, test.then, answer("1"))
				q.Start(func(ctx context.Context, r lambda.Request) (*lambda.Response, error) {
					defer time.Sleep(time.Hour)
					return a.run(ctx, r)
				})
				enqueue(t, q, "F", "1")
				time.Sleep(time.Minute)
				q.Replace(functions("G"), 0)
				q.Replace(functions("G"), 0) // again: it is gone still
				time.Sleep(test.away)
				synctest.Wait()
				if diff := cmp.Diff(test.left, waiting(t, q)); diff != "" {
					t.Errorf("left (-want +got):\n%s", diff)
				}
				q.Replace(functions("F", "G"), 0)
				time.Sleep(5 * time.Hour)
				synctest.Wait()
				if diff := cmp.Diff(test.want, a.at); diff != "" {
					t.Errorf("attempts (-want +got):\n%s", diff)
				}
				if left := waiting(t, q); len(left) > 0 {
					t.Errorf("got %v events left, want none", left)
				}
			})
		})
	}
}

// More events are in delivery at once as soon as they may be, and fewer when those
// that are have ended; a function's own limit is the lower one.
func TestReplaceConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := open(t, Config{Functions: functions("F"), Concurrency: 1})
		a, release := newAttempts(answer("1")), make(chan bool)
		q.Start(func(ctx context.Context, r lambda.Request) (*lambda.Response, error) {
			defer func() { <-release }()
			return a.run(ctx, r)
		})
		for range 10 {
			enqueue(t, q, "F", "1")
		}
		two := 2
		reserved := []*lambda.Function{function("F", func(f *lambda.Function) { f.ReservedConcurrency = &two })}
		for _, step := range []struct {
			functions               []*lambda.Function
			concurrency, end, begun int
		}{
			{functions("F"), 1, 0, 1},
			{functions("F"), 3, 0, 3},
			{functions("F"), 3, 1, 4},
			{functions("F"), 1, 2, 4},
			{functions("F"), 1, 1, 5},
			{reserved, 3, 0, 6},
			{functions("F"), 0, 0, 10},
		} {
			q.Replace(step.functions, step.concurrency)
			for range step.end {
				release <- true
			}
			time.Sleep(time.Second) // of the bubble: for the commits
			synctest.Wait()
			a.mu.Lock()
			if got := len(a.seen); got != step.begun {
				t.Errorf("concurrency %d, %d ended: got %d attempts, want %d", step.concurrency, step.end, got, step.begun)
			}
			a.mu.Unlock()
		}
		close(release)
	})
}

// load is what a queue delivers while its functions are replaced: attempts take a
// moment, and the first of every third event fails.
type load struct {
	mu       sync.Mutex                // guards the fields below
	attempts map[string]map[string]int // by function and event
	running  map[string]int            // by function and event, the attempts under way
	doubled  []string                  // events that were delivered beside themselves
}

func (l *load) run(_ context.Context, r lambda.Request) (*lambda.Response, error) {
	event := r.Function + " " + string(r.Event)
	l.mu.Lock()
	if l.attempts[r.Function] == nil {
		l.attempts[r.Function] = map[string]int{}
	}
	l.attempts[r.Function][string(r.Event)]++
	first := l.attempts[r.Function][string(r.Event)] == 1
	if l.running[event]++; l.running[event] > 1 {
		l.doubled = append(l.doubled, event)
	}
	l.mu.Unlock()
	time.Sleep(15 * time.Millisecond) // of the bubble
	l.mu.Lock()
	l.running[event]--
	l.mu.Unlock()
	if first && fails(string(r.Event)) {
		return failure()
	}
	return answer("1")()
}

// fails tells of which events the first attempt fails.
func fails(event string) bool { return event[len(event)-1]%3 == 0 }

// While events flow, functions are replaced: one stays, one is new, one is gone, and
// one comes and goes. Each event is attempted exactly as if nothing were replaced, but
// those of the one that is gone, of which the rest stays.
func TestReplaceUnderLoad(t *testing.T) {
	const events, replacements = 200, 40
	synctest.Test(t, func(t *testing.T) {
		q := open(t, Config{Functions: functions("Kept", "Gone", "Back"), RetryScale: 0.001})
		l := &load{attempts: map[string]map[string]int{}, running: map[string]int{}}
		q.Start(l.run)
		var accepted sync.Map // by function and event
		var callers sync.WaitGroup
		for _, function := range []string{"Kept", "Gone", "Back", "New"} {
			callers.Go(func() {
				for n := range events {
					time.Sleep(time.Millisecond)
					event := fmt.Sprint(n)
					_, err := q.Enqueue(t.Context(), lambda.Request{Function: function, Event: []byte(event)})
					if err == nil {
						accepted.Store(function+" "+event, true)
					} else if refused := new(lambda.Error); function == "Kept" || !errors.As(err, &refused) {
						t.Errorf("%s: got the error %v", function, err)
					}
				}
			})
		}
		callers.Go(func() {
			for n := range replacements {
				time.Sleep(7 * time.Millisecond)
				names := []string{"Kept"}
				if n < replacements/2 {
					names = append(names, "Gone")
				} else {
					names = append(names, "New")
				}
				if n%2 == 1 {
					names = append(names, "Back")
				}
				q.Replace(functions(names...), 1+n%8)
			}
		})
		callers.Wait()
		time.Sleep(time.Minute)
		synctest.Wait()

		left := waiting(t, q)
		counts := map[string]int{}
		accepted.Range(func(key, _ any) bool {
			var function, event string
			fmt.Sscan(key.(string), &function, &event)
			counts[function]++
			want := 1
			if fails(event) {
				want = 2
			}
			got := l.attempts[function][event]
			if got > want || got < want && function != "Gone" {
				t.Errorf("%s: got %d attempts, want %d", key, got, want)
			}
			if got == want && function == "Gone" {
				left["Gone"]++ // with those that do not wait, all are accounted for
			}
			return true
		})
		if counts["Kept"] != events || counts["Gone"] == 0 || counts["Gone"] == events || counts["Back"] == 0 || counts["Back"] == events || counts["New"] == 0 {
			t.Errorf("got %v events accepted, want all of Kept and some of each other", counts)
		}
		if diff := cmp.Diff(map[string]int{"Gone": counts["Gone"]}, left); diff != "" {
			t.Errorf("delivered or left (-want +got):\n%s", diff)
		}
		if len(l.doubled) > 0 {
			t.Errorf("delivered twice at the same time: %v", l.doubled)
		}
	})
}

// A function that is gone leaves no goroutine behind when its attempts have ended.
func TestReplaceLeavesNothing(t *testing.T) {
	q := open(t, Config{Functions: functions("F")})
	begun, release := make(chan string, 10), make(chan bool)
	q.Start(func(_ context.Context, r lambda.Request) (*lambda.Response, error) {
		begun <- r.Function
		<-release
		return answer("1")()
	})
	before := goleak.IgnoreCurrent()
	q.Replace(functions("F", "A", "B", "C"), 0)
	for _, function := range []string{"A", "A", "B"} {
		enqueue(t, q, function, "1")
		<-begun
	}
	q.Replace(functions("F"), 0)
	close(release)
	goleak.VerifyNone(t, before)
	q.Replace(functions("F"), 0)
	if len(q.leaving) > 0 {
		t.Errorf("got the lines %v, want none of functions that are gone", q.leaving)
	}
}

// A queue that is closed meanwhile begins nothing any more.
func TestReplaceAndClose(t *testing.T) {
	q := open(t, Config{Functions: functions("F")})
	q.Start(newAttempts(answer("1")).run)
	var replacing sync.WaitGroup
	closed := make(chan bool)
	for range 2 {
		replacing.Go(func() {
			for n := 0; ; n++ {
				q.Replace(functions("F", fmt.Sprint(n)), 0)
				select {
				case <-closed:
					return
				default:
				}
			}
		})
	}
	for range 20 {
		enqueue(t, q, "F", "1")
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
	close(closed)
	replacing.Wait()
	q.Replace(functions("G"), 0)
	if q.lines["G"].end != nil {
		t.Error("a line began after Close")
	}
}
