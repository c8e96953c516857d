package request

import (
	"crypto/tls"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/gateway/internal/route"
	"maru/local/internal/template"
)

func TestWithoutAddressOrHost(t *testing.T) {
	message := httptest.NewRequest("GET", "/", nil)
	message.RemoteAddr, message.Host, message.TLS = "@", "", new(tls.ConnectionState)
	r := &Request{HTTP: message, Account: Account{Region: "eu-west-1"}, Route: &route.Route{API: &template.API{ID: "abc"}}}
	got := []string{r.SourceIP(), r.Domain(), r.Port(), r.Scheme()}
	want := []string{"127.0.0.1", "abc.execute-api.eu-west-1.amazonaws.com", "443", "https"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
