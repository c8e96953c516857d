package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"maru/local/internal/template"
)

// reporting is an Invoker whose functions answer with a Result.
type reporting func(i Invocation) (Result, error)

func (f reporting) Invoke(_ context.Context, i Invocation) (Result, error) { return f(i) }

// Each request ends in one Record, however it ends.
func TestRecord(t *testing.T) {
	figures := Report{Duration: 7 * time.Millisecond, InitDuration: time.Second, MaxMemoryUsed: 30 << 20}
	came := Result{RequestID: "invocation", Report: figures, Log: []byte("START\n")}
	api := newAPI(template.HTTP, "Api", "GET /pets/{id}", "GET /closed")
	api.Routes[1].Auth = &template.Auth{IAM: true}
	stream := newURL("RESPONSE_STREAM")
	for _, tt := range []struct {
		name, target string
		fn           func(i Invocation) (Result, error)
		want         Record
	}{
		{"answered", "/pets/1?secret=1", func(i Invocation) (Result, error) {
			r := came
			r.Payload = []byte(`{"statusCode":201,"body":"made"}`)
			return r, nil
		}, Record{Path: "/pets/1", API: "Api", Stage: "$default", RouteKey: "GET /pets/{id}", Function: "GET /pets/{id}", Status: 201, BytesSent: 4, Invocation: came}},
		{"failed", "/pets/1", func(Invocation) (Result, error) {
			return came, &InvokeError{Kind: FunctionTimeout, Err: errors.New("timed out")}
		}, Record{Path: "/pets/1", API: "Api", Stage: "$default", RouteKey: "GET /pets/{id}", Function: "GET /pets/{id}", Status: 503, BytesSent: 33,
			Reason: "timed out", Invocation: came}},
		{"without a route", "/nowhere", nil,
			Record{Path: "/nowhere", Status: 404, BytesSent: 23, Reason: "no route for GET /nowhere"}},
		{"refused", "/closed", nil,
			Record{Path: "/closed", API: "Api", Stage: "$default", RouteKey: "GET /closed", Function: "GET /closed", Status: 403, BytesSent: 23,
				Reason: "IAM authorization is not emulated"}},
		{"streamed, and broken off", "http://fnurl.localhost/x", func(i Invocation) (Result, error) {
			w := i.Begin("text/plain", time.Now().Add(time.Minute))
			io.WriteString(w, "half")
			return came, errors.New("crashed")
		}, Record{Path: "/x", API: "FnUrl", Stage: "$default", RouteKey: "$default", Function: "Fn", Status: 200, BytesSent: 4, Broken: errors.New("crashed"), Invocation: came}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var records []Record
			g := newGateway(t, Config{
				APIs: []*template.API{api, stream}, Invoker: reporting(tt.fn), Observe: func(r Record) { records = append(records, r) },
			})
			func() {
				defer func() {
					if err := recover(); err != nil && err != http.ErrAbortHandler {
						panic(err)
					}
				}()
				get(g, tt.target)
			}()
			tt.want.Method, tt.want.Start = "GET", testTime
			same := cmp.Comparer(func(a, b error) bool { return (a == nil) == (b == nil) && (a == nil || a.Error() == b.Error()) })
			if diff := cmp.Diff([]Record{tt.want}, records, same, cmpopts.IgnoreFields(Record{}, "RequestID")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(records) == 1 && records[0].RequestID == "" {
				t.Error("got no request ID")
			}
		})
	}
}

// Only who observes has the log of invocations kept.
func TestLogIsAskedFor(t *testing.T) {
	for _, observe := range []func(Record){nil, func(Record) {}} {
		g := newGateway(t, Config{
			APIs: []*template.API{newAPI(template.HTTP, "Api", "GET /")}, Observe: observe,
			Invoker: reporting(func(i Invocation) (Result, error) {
				if i.Tail != (observe != nil) {
					t.Errorf("got Tail %t", i.Tail)
				}
				return Result{Payload: []byte(`{"statusCode":200}`)}, nil
			}),
		})
		if w := get(g, "/"); w.Code != 200 {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
	}
}

// BenchmarkObserved measures what an observer costs that does nothing.
func BenchmarkObserved(b *testing.B) {
	g, r := benchGateway(b, template.HTTP)
	g.config.Observe = func(Record) {}
	w := sink{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		g.ServeHTTP(w, r)
	}
}

// A record never has what only the client and the function should know.
func TestRecordKeepsSecrets(t *testing.T) {
	var got Record
	g := newGateway(t, Config{
		APIs: []*template.API{newAPI(template.REST, "Api", "POST /")}, Invoker: returning(`{"statusCode":200,"body":"secret"}`),
		Observe: func(r Record) { got = r },
	})
	do(g, newRequest("POST", "/?token=secret", "secret", "Authorization", "secret"))
	if strings.Contains(cmp.Diff(Record{}, got), "secret") {
		t.Errorf("got a secret in %+v", got)
	}
}
