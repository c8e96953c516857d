package gateway

import (
	"context"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/caller"
	"maru/local/internal/gateway/internal/event"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/template"
)

// bodySeer admits everybody and keeps the body that it was shown.
type bodySeer struct {
	seen  string
	asked bool
}

func (s *bodySeer) Admit(_ context.Context, r *request.Request) (event.Caller, *answer.Refusal) {
	s.seen, s.asked = string(r.Body), true
	return event.Caller{}, nil
}

// A body is read before the caller is known where a signature covers it, within its
// bounds, and once; else it is read when the caller may pass.
func TestBodyBeforeCaller(t *testing.T) {
	for _, tt := range []struct {
		name      string
		needsBody bool
		body      io.Reader
		status    int
		seen      string
		asked     bool
	}{
		{"not needed", false, strings.NewReader("signed"), 200, "", true},
		{"needed", true, strings.NewReader("signed"), 200, "signed", true},
		{"needed, and too long", true, io.LimitReader(zeros{}, kinds[template.HTTP].maxBody+1), 413, "", false},
		{"not needed, and too long", false, io.LimitReader(zeros{}, kinds[template.HTTP].maxBody+1), 413, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGateway(t, Config{APIs: []*template.API{newAPI(template.HTTP, "Api", "POST /")}, Invoker: echoing})
			seer := new(bodySeer)
			g.guards[g.tables.Routes()[0]] = guard{callers: caller.Chain{seer}, needsBody: tt.needsBody}
			w := do(g, httptest.NewRequest("POST", "/", tt.body))
			if w.Code != tt.status || seer.seen != tt.seen || seer.asked != tt.asked {
				t.Errorf("got %d, and the way in saw %q (%t), want %d and %q (%t)", w.Code, seer.seen, seer.asked, tt.status, tt.seen, tt.asked)
			}
			if tt.status == 200 && !strings.Contains(w.Body.String(), `"body":"c2lnbmVk"`) {
				t.Errorf("got the event %s, want the body in it", w.Body)
			}
		})
	}
}

// zeros is a reader without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
