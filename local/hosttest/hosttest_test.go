package hosttest_test

import (
	"net/http"
	"testing"

	"maru/local/hosttest"
)

// A host serves requests and invocations, and has a Redis of its own whatever
// the shell of whoever runs the test says.
func TestStart(t *testing.T) {
	t.Setenv("REDIS_URL", "redis://127.0.0.1:1")
	h := hosttest.Start(t, "../../template.yaml")
	for _, url := range []string{h.URL + "/songs?decade=1990", h.InvokeURL + "/2015-03-31/functions/Get"} {
		response, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: got %s, want 200", url, response.Status)
		}
	}
}
