package hosttest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"maru/local/hosttest"
)

// An API and a function URL alone are reached by their addresses, whatever the
// machine's resolver knows and whatever proxy its shell names.
func TestClient(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1") // net/http reads it once: no test before this one sends a request
	h := hosttest.Start(t, "testdata/template.yaml")
	for url, want := range map[string]string{
		h.URLOf(t, "Api") + "/nowhere": `404 {"message":"Not Found"}`,
		h.URLOf(t, "FnUrl") + "/":      "501 ",
		h.URLOf(t, "Fn"):               "501 ",
	} {
		response, err := h.Client().Get(url)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if got := fmt.Sprintf("%d %s", response.StatusCode, body); err != nil || !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, %v, want %s", url, got, err, want)
		}
	}
}

// Hosts that are not below localhost are reached as ever.
func TestClientElsewhere(t *testing.T) {
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	defer elsewhere.Close()
	h := hosttest.Start(t, "testdata/template.yaml")
	response, err := h.Client().Get(elsewhere.URL)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("got %s, want 404", response.Status)
	}
}

// An API whose paths meet another's is tested at its own address.
func ExampleHost_Client() {
	var t *testing.T // the test's own

	h := hosttest.Start(t, "../template.yaml")
	response, err := h.Client().Get(h.URLOf(t, "AdminApi") + "/users")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("got %s, want 200", response.Status)
	}
}
