package caller

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/event"
	"maru/local/internal/gateway/internal/rawjson"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/gateway/internal/route"
	"maru/local/internal/template"
)

// known is what an authorizer says of a caller.
type known string

func (k known) WriteV1(w *rawjson.Writer) { w.Member("authorizer", string(k)+" 1.0") }
func (k known) WriteV2(w *rawjson.Writer) { w.Member("authorizer", string(k)+" 2.0") }

// way admits a caller, or nobody; it notes that it was asked.
type way struct {
	caller event.Caller
	cause  answer.Cause
	body   bool
	fields []string
	asked  *int
}

func (w way) Admit(context.Context, *request.Request) (event.Caller, *answer.Refusal) {
	*w.asked++
	if w.cause != 0 {
		return event.Caller{}, answer.For(w.cause)
	}
	return w.caller, nil
}

func (w way) NeedsBody() bool  { return w.body }
func (w way) Fields() []string { return w.fields }

// A route's ways in are asked one after the other until one refuses, and each
// caller is in the event.
func TestChain(t *testing.T) {
	asked := 0
	open, ann, key := way{asked: &asked}, way{caller: event.Caller{Authorizer: known("ann")}, asked: &asked}, way{caller: event.Caller{Identity: event.Identity{APIKey: "k"}}, asked: &asked, fields: []string{"X-Api-Key"}}
	closed, signed := way{cause: answer.InvalidAPIKey, asked: &asked}, way{body: true, asked: &asked, fields: []string{"Authorization"}}
	for _, tt := range []struct {
		name  string
		chain Chain
		asked int
		want  event.Caller
		why   string // of the refusal; empty for none
	}{
		{"nothing", nil, 0, event.Caller{}, ""},
		{"nobody in particular", Chain{open, open}, 2, event.Caller{}, ""},
		{"one", Chain{open, ann}, 2, event.Caller{Authorizer: known("ann")}, ""},
		{"two", Chain{ann, key}, 2, event.Caller{Authorizer: known("ann"), Identity: event.Identity{APIKey: "k"}}, ""},
		{"refused at once", Chain{closed, ann}, 1, event.Caller{}, "no API key, or none that is valid"},
		{"refused later", Chain{ann, closed, key}, 2, event.Caller{}, "no API key, or none that is valid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked = 0
			caller, refused := tt.chain.Admit(t.Context(), nil)
			why := ""
			if refused != nil {
				why = refused.Why()
			}
			if caller != tt.want || why != tt.why || asked != tt.asked {
				t.Errorf("got %+v, %q after %d, want %+v, %q after %d", caller, why, asked, tt.want, tt.why, tt.asked)
			}
		})
	}
	if (Chain{ann, key}).NeedsBody() || !(Chain{ann, signed}).NeedsBody() {
		t.Error("a chain needs the body where one of it does")
	}
	if diff := cmp.Diff([]string{"X-Api-Key", "Authorization"}, Chain{ann, key, signed}.Fields()); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// failure is a function error as Invoke gives it.
type failure string

func (f failure) Error() string        { return "function failed" }
func (f failure) ErrorMessage() string { return string(f) }

// Routes share an authorizer, and its memory; what cannot be checked is closed.
func TestMaker(t *testing.T) {
	declared := &template.Authorizer{Name: "Own", Kind: template.AuthLambda, Lambda: &template.LambdaAuthorizer{
		Function: "F", Token: true, TTL: 1e9, PayloadFormat: "1.0",
	}}
	asked := 0
	m := NewMaker(func(_ context.Context, function, _ string, _ []byte) ([]byte, error) {
		asked++
		if function != "F" {
			t.Errorf("got function %s, want F", function)
		}
		return nil, failure("Unauthorized")
	}, new(Memory), slog.New(slog.DiscardHandler))
	api := &template.API{Kind: template.REST, Routes: []*template.Route{{Method: "GET", Path: "/"}}}
	tables, err := route.New([]*template.API{api})
	if err != nil {
		t.Fatal(err)
	}
	first, second := m.Chain(api, &template.Auth{Authorizer: declared}), m.Chain(api, &template.Auth{Authorizer: declared, APIKey: true})
	if len(first) != 1 || len(second) != 2 || first[0] != second[0] {
		t.Fatalf("got %v and %v, want one authorizer in both", first, second)
	}
	var r request.Request
	message := httptest.NewRequest("GET", "/", nil)
	message.Header.Set("Authorization", "x")
	r.Receive(message, tables, func() time.Time { return testTime })
	r.Match()
	_, refused := first.Admit(t.Context(), &r)
	if refused == nil || refused.Cause != answer.Unauthorized || asked != 1 {
		t.Errorf("got %+v after %d, want Unauthorized after one question", refused, asked)
	}
	for kind, auth := range map[template.AuthKind]*template.Auth{
		template.AuthIAM: {IAM: true}, template.AuthAPIKey: {APIKey: true}, template.AuthPolicy: {Policy: true},
		template.AuthJWT: {Authorizer: &template.Authorizer{Kind: template.AuthJWT}},
	} {
		_, refused := m.Chain(api, auth).Admit(t.Context(), &r)
		if want := fmt.Sprintf("%s authorization is not emulated", kind); refused == nil || refused.Why() != want {
			t.Errorf("%s: got %+v, want %s", kind, refused, want)
		}
	}
	if m.Chain(api, nil) != nil {
		t.Error("got a chain for a route that asks for nothing")
	}
}

// An authorizer that fails says so to the log, and not to the client.
func TestLambdaThatFails(t *testing.T) {
	a := newLambda(&template.Authorizer{Lambda: &template.LambdaAuthorizer{Function: "F"}}, template.HTTP)
	a.log = slog.New(slog.DiscardHandler)
	crash := errors.New("crashed")
	refused := a.refusalOf(t.Context(), new(request.Request), crash)
	if refused.Cause != answer.AuthorizerFailed || !errors.Is(refused.Reason, crash) {
		t.Errorf("got %+v, want %v", refused, crash)
	}
}
