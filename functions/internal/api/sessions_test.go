package api_test

import (
	"net/http"
	"testing"
)

// sessionJSON is what GET /session answers.
type sessionJSON struct {
	ID     string
	User   string
	Others []sessionJSON
}

func (v *visitor) session() sessionJSON {
	v.t.Helper()
	return read[sessionJSON](v.t, v.want(http.StatusOK, "GET", "/session", ""))
}

// A user ends one session from another; nobody else can.
func TestEndSession(t *testing.T) {
	a := newApp(t)
	here, there, stranger := a.user(t, "kim"), a.visitor(t), a.user(t, "lee")
	there.want(http.StatusOK, "POST", "/session", `{"name":"kim","password":"correct horse"}`)
	path := "/sessions/" + there.session().ID
	if others := here.session().Others; len(others) != 1 || "/sessions/"+others[0].ID != path {
		t.Errorf("got other sessions %+v, want %s", others, path)
	}

	a.visitor(t).want(http.StatusUnauthorized, "DELETE", path, "")
	stranger.want(http.StatusNotFound, "DELETE", path, "")
	here.want(http.StatusNotFound, "DELETE", "/sessions/x", "")
	if got := there.session().User; got != "kim" {
		t.Errorf("got user %q after others tried, want kim", got)
	}
	here.want(http.StatusNoContent, "DELETE", path, "")
	if got := there.session().User; got != "" {
		t.Errorf("got user %q after the session was ended, want none", got)
	}
	here.want(http.StatusNotFound, "DELETE", path, "")
}

// One's own session is signed out of, cookie and all.
func TestEndOwnSession(t *testing.T) {
	v := newApp(t).user(t, "kim")
	v.want(http.StatusNoContent, "DELETE", "/sessions/"+v.session().ID, "")
	if len(v.cookies) > 0 {
		t.Errorf("got cookies %v after sign-out, want none", v.cookies)
	}
}
