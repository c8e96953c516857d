package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// whoami is what the handler of this name answers.
type whoami struct {
	PID  int
	Code string
}

func init() {
	// It waits for the address in its event, where there is one.
	handlers["whoami"] = func() {
		awslambda.Start(func(_ context.Context, event struct{ Wait string }) (whoami, error) {
			if event.Wait != "" {
				response, err := http.Get(event.Wait)
				if err != nil {
					return whoami{}, err
				}
				response.Body.Close()
			}
			return whoami{os.Getpid(), os.Getenv("CODE")}, nil
		})
	}
	handlers["init-hang"] = func() { select {} }
}

// coded is a function that says which code it is.
func coded(t *testing.T, logicalID, code string) *lambda.Function {
	t.Helper()
	f := lambdatest.NamedFunction(t, logicalID, "whoami")
	f.Dir, f.Environment = dirOf(t), map[string]string{"CODE": code}
	return f
}

// dirOf gives one folder for all functions of a test, since one that lies elsewhere
// is another.
var dirs sync.Map

func dirOf(t *testing.T) string {
	dir, ok := dirs.Load(t.Name())
	if !ok {
		dir = lambdatest.NewFunction(t, "whoami").Dir
		dirs.Store(t.Name(), dir)
		t.Cleanup(func() { dirs.Delete(t.Name()) })
	}
	return dir.(string)
}

func ask(t *testing.T, l *lambda.Lambda, function string) whoami {
	t.Helper()
	return answerOf(t, lambdatest.Run(t, l, lambda.Request{Function: function}))
}

func answerOf(t *testing.T, r *lambda.Response) (w whoami) {
	t.Helper()
	if err := json.Unmarshal(r.Payload, &w); err != nil || r.FunctionError != "" {
		t.Fatalf("got %s %s, %v", r.FunctionError, r.Payload, err)
	}
	return w
}

func replaced(t *testing.T, l *lambda.Lambda, functions ...*lambda.Function) lambda.Replacement {
	t.Helper()
	r, err := l.Replace(t.Context(), functions)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What is equal keeps its processes, what is not has new code with the next
// invocation and no cold start, what is gone is not found.
func TestReplace(t *testing.T) {
	l, log := lambdatest.Start(t, coded(t, "Kept", "1"), coded(t, "Changed", "1"), coded(t, "Gone", "1"))
	kept, changed, gone := ask(t, l, "Kept"), ask(t, l, "Changed"), ask(t, l, "Gone")
	got := replaced(t, l, coded(t, "Kept", "1"), coded(t, "Changed", "2"), coded(t, "New", "2"))
	want := lambda.Replacement{Kept: []string{"Kept"}, Changed: []string{"Changed"}, Added: []string{"New"}, Removed: []string{"Gone"}}
	<-got.Retired
	if exists(changed.PID) || exists(gone.PID) {
		t.Error("got old environments that run when their code is said to be unused")
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(want, "Retired")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if now := ask(t, l, "Kept"); now != kept {
		t.Errorf("got %+v of what was kept, want %+v", now, kept)
	}
	r := lambdatest.Run(t, l, lambda.Request{Function: "Changed"})
	if now := answerOf(t, r); now.Code != "2" || now.PID == changed.PID || r.Usage.InitDuration != 0 {
		t.Errorf("got %+v and %+v of what was changed, want its second code and no init phase", now, r.Usage)
	}
	if now := ask(t, l, "New"); now.Code != "2" {
		t.Errorf("got %+v of what is new, want its second code", now)
	}
	var refused *lambda.Error
	if _, err := l.Run(t.Context(), lambda.Request{Function: "Gone", Event: []byte("{}")}); !errors.As(err, &refused) || !strings.HasPrefix(refused.Message, "Function not found") {
		t.Errorf("got %v of what is gone, want that it is not found", err)
	}
	if strings.Count(log.String(), "INIT_START") != 5 {
		t.Errorf("got the log\n%s\nwant five init phases", log)
	}
}

// await waits for something that comes in a moment.
func await(t *testing.T, what string, come func() bool) {
	t.Helper()
	for begin := time.Now(); !come(); time.Sleep(time.Millisecond) {
		if time.Since(begin) > 10*time.Second {
			t.Fatalf("waited 10 seconds for %s", what)
		}
	}
}

// What runs ends on the old code, and counts towards reserved concurrency.
func TestReplaceWhileRunning(t *testing.T) {
	for _, freeze := range []bool{false, true} {
		entered, gate := make(chan bool), make(chan bool)
		server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			entered <- true
			<-gate
		}))
		defer server.Close()
		one := 1
		limited := func(code string) *lambda.Function {
			f := coded(t, "Fn", code)
			f.ReservedConcurrency = &one
			return f
		}
		l, _ := lambdatest.StartConfig(t, lambda.Config{Freeze: freeze}, limited("1"))
		running := make(chan *lambda.Response, 1)
		go func() {
			r, _ := l.Run(context.Background(), lambda.Request{Function: "fn", Event: fmt.Appendf(nil, `{"Wait":%q}`, server.URL)})
			running <- r
		}()
		select {
		case <-entered:
		case r := <-running:
			t.Fatalf("got %+v, want an invocation that runs", r)
		}
		retired := replaced(t, l, limited("2")).Retired
		if _, err := l.Run(t.Context(), lambda.Request{Function: "fn", Event: []byte("{}")}); err == nil {
			t.Error("got two invocations at once of a function that may have one")
		}
		select {
		case <-retired:
			t.Error("the old code is said to be unused while it runs")
		default:
		}
		close(gate)
		old := answerOf(t, <-running)
		if old.Code != "1" {
			t.Errorf("got %+v of what was running, want the first code", old)
		}
		var now whoami
		await(t, "the concurrency of the old invocation", func() bool {
			r, err := l.Run(t.Context(), lambda.Request{Function: "fn", Event: []byte("{}")})
			if err == nil {
				now = answerOf(t, r)
			}
			return err == nil
		})
		if now.Code != "2" {
			t.Errorf("got %+v after it, want the second code", now)
		}
		if <-retired; exists(old.PID) {
			t.Error("got an old environment that runs when its code is said to be unused")
		}
	}
}

// Code that does not come through its init phase replaces nothing, not even other
// functions, and leaves nothing behind.
func TestReplaceByWhatFails(t *testing.T) {
	fails := func(handler string) *lambda.Function {
		f := coded(t, "Bad", "2")
		f.Handler = handler
		return f
	}
	missing := fails("whoami")
	missing.Command = []string{"/no/such/command"}
	nowhere := fails("whoami")
	nowhere.Dir = "/no/such/folder"
	for name, test := range map[string]struct {
		bad  *lambda.Function
		want string
	}{
		"exits":       {fails("init-exit"), "function Bad does not start: Runtime.ExitError: Runtime exited with error: exit status 7"},
		"no command":  {missing, "function Bad does not start: Runtime.InvalidEntrypoint: fork/exec /no/such/command: no such file or directory"},
		"no folder":   {nowhere, "function Bad does not start: Runtime.InvalidWorkingDir: stat /no/such/folder: no such file or directory"},
		"no time":     {fails("init-hang"), "context deadline exceeded"},
		"ten seconds": {fails("init-hang"), "function Bad does not start: Sandbox.Timedout: the init phase took over 10 seconds"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			switch name {
			case "no time":
				short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
				defer cancel()
				ctx = short
			case "ten seconds":
				if testing.Short() {
					t.Skip("takes ten seconds")
				}
				t.Parallel()
			}
			l, _ := lambdatest.Start(t, coded(t, "Good", "1"), coded(t, "Bad", "1"))
			good, bad := ask(t, l, "Good"), ask(t, l, "Bad")
			_, err := l.Replace(ctx, []*lambda.Function{coded(t, "Good", "2"), test.bad})
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if now := ask(t, l, "Good"); now != good {
				t.Errorf("got %+v, want %+v as before", now, good)
			}
			if now := ask(t, l, "Bad"); now != bad {
				t.Errorf("got %+v, want %+v as before", now, bad)
			}
		})
	}
}

// Where there is no room for another environment, the old one makes room for the
// new, not what is kept.
func TestReplaceWithoutRoom(t *testing.T) {
	l, _ := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 2}, coded(t, "Kept", "1"), coded(t, "Fn", "1"))
	kept, old := ask(t, l, "kept"), ask(t, l, "fn")
	replaced(t, l, coded(t, "Kept", "1"), coded(t, "Fn", "2"))
	if now := ask(t, l, "fn"); now.Code != "2" {
		t.Errorf("got %+v, want the second code", now)
	}
	if now := ask(t, l, "kept"); now != kept {
		t.Errorf("got %+v of what was kept, want %+v", now, kept)
	}
	await(t, "the end of the old environment", func() bool { return !exists(old.PID) })
}

// Provisioned concurrency is that of the new code.
func TestReplaceProvisioned(t *testing.T) {
	provisioned := func(code string) *lambda.Function {
		f := coded(t, "Fn", code)
		f.ProvisionedConcurrency = map[string]int{"1": 1}
		f.Qualifiers = map[string]string{"1": "1"}
		return f
	}
	l, _ := lambdatest.Start(t, provisioned("1"))
	replaced(t, l, provisioned("2"))
	r := lambdatest.Run(t, l, lambda.Request{Qualifier: "1"})
	if now := answerOf(t, r); now.Code != "2" {
		t.Errorf("got %+v, want the second code", now)
	}
}

// Under load each answer is of one code or the other, and none fails.
func TestReplaceUnderLoad(t *testing.T) {
	rounds := 30
	if testing.Short() {
		rounds = 5
	}
	versions := [2][]*lambda.Function{
		{coded(t, "Kept", "same"), coded(t, "Fn", "1")}, {coded(t, "Kept", "same"), coded(t, "Fn", "2")},
	}
	l, _ := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 12}, versions[0]...)
	var done atomic.Bool
	var answered atomic.Int64
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for !done.Load() {
				for _, function := range []string{"Kept", "Fn"} {
					r, err := l.Run(context.Background(), lambda.Request{Function: function, Event: []byte("{}")})
					var w whoami
					if err != nil || r.FunctionError != "" || json.Unmarshal(r.Payload, &w) != nil {
						t.Errorf("%s: got %+v, %v", function, r, err)
						return
					}
					answered.Add(1)
				}
			}
		})
	}
	for round := range rounds {
		want := fmt.Sprint((round+1)%2 + 1)
		replaced(t, l, versions[(round+1)%2]...)
		if now := ask(t, l, "Fn"); now.Code != want {
			t.Errorf("round %d: got %+v, want code %s", round, now, want)
		}
	}
	done.Store(true)
	callers.Wait()
	if answered.Load() < int64(rounds) {
		t.Errorf("got %d answers in %d rounds", answered.Load(), rounds)
	}
}

// More functions change than there is room for: each shows that it starts, and gives
// way to the next, and to whoever invokes meanwhile.
func TestReplaceMoreThanThereIsRoomFor(t *testing.T) {
	three := func(code string) []*lambda.Function {
		return []*lambda.Function{coded(t, "A", code), coded(t, "B", code), coded(t, "C", code)}
	}
	l, _ := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 2}, three("1")...)
	ask(t, l, "A")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := l.Replace(ctx, three("2")); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"A", "B", "C"} {
		if got := ask(t, l, id); got.Code != "2" {
			t.Errorf("%s: got code %s, want 2", id, got.Code)
		}
	}
}

// What was replaced is retired when provisioned environments of it have started and
// stopped, too.
func TestRetiredAfterProvisioned(t *testing.T) {
	f := coded(t, "Fn", "1")
	f.ProvisionedConcurrency, f.Qualifiers = map[string]int{"1": 12}, map[string]string{"1": "1"}
	l, log := lambdatest.Start(t, f)
	r, err := l.Replace(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	<-r.Retired
	n := strings.Count(log.String(), "INIT_START")
	time.Sleep(300 * time.Millisecond) // for those that come too late
	if late := strings.Count(log.String(), "INIT_START") - n; late > 0 {
		t.Errorf("retired after %d environments, and then %d more came", n, late)
	}
}

// A function that failed its init phase may fail again, and holds up no other.
func TestReplaceWhatFailedBefore(t *testing.T) {
	broken := func(code string) *lambda.Function {
		f := coded(t, "Broken", code)
		f.Handler = "init-exit"
		return f
	}
	l, _ := lambdatest.Start(t, coded(t, "Fn", "1"), broken("1"))
	var failed *lambda.InitError
	if _, err := l.Replace(t.Context(), []*lambda.Function{coded(t, "Fn", "2"), broken("2")}); !errors.As(err, &failed) {
		t.Fatalf("got %v, want an InitError: nobody has seen it fail", err)
	}
	if r := lambdatest.Run(t, l, lambda.Request{Function: "Broken"}); r.FunctionError == "" {
		t.Fatal("the function does not fail")
	}
	if _, err := l.Replace(t.Context(), []*lambda.Function{coded(t, "Fn", "2"), broken("2")}); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, l, "Fn"); got.Code != "2" {
		t.Errorf("got code %s, want 2", got.Code)
	}
	mended := coded(t, "Broken", "3")
	if _, err := l.Replace(t.Context(), []*lambda.Function{coded(t, "Fn", "2"), mended}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Replace(t.Context(), []*lambda.Function{coded(t, "Fn", "2"), broken("4")}); !errors.As(err, &failed) {
		t.Errorf("got %v, want an InitError: it was mended", err)
	}
}

// A function that is taken away is refused, others go on, and nothing is started.
func TestRemove(t *testing.T) {
	l, log := lambdatest.Start(t, coded(t, "Fn", "1"), coded(t, "Old", "1"))
	first := ask(t, l, "Fn")
	ask(t, l, "Old")
	<-l.Remove("Old", "Nobody")
	if _, err := l.Run(t.Context(), lambda.Request{Function: "Old"}); err == nil {
		t.Error("a function that was removed still runs")
	}
	if again := ask(t, l, "Fn"); again != first {
		t.Errorf("got %+v, want %+v", again, first)
	}
	if n := strings.Count(log.String(), "INIT_START"); n != 2 {
		t.Errorf("got %d environments, want the two of before", n)
	}
}
