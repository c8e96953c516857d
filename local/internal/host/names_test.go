package host

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
)

// oneURL is a function with a function URL and an alias, and nothing to build.
const oneURL = "  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      PackageType: Image\n" +
	"      AutoPublishAlias: live\n      FunctionUrlConfig: {AuthType: NONE}\n"

// Where the system does not find the names of the hosts, a start says what to do
// about it, and nothing else of it; a system that takes too long finds nothing.
func TestAnnounceNames(t *testing.T) {
	for _, test := range []struct {
		name   string
		lookup LookupHost
		said   bool
	}{
		{"nobody asked", nil, false},
		{"found", func(context.Context, string) ([]string, error) { return []string{"127.0.0.1"}, nil }, false},
		{"not found", func(_ context.Context, host string) ([]string, error) {
			if host != "fn.localhost" {
				t.Errorf("got a lookup of %q, want the last name, fn.localhost", host)
			}
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}, true},
		{"too slow", func(ctx context.Context, _ string) ([]string, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, true},
	} {
		var said bytes.Buffer
		h, err := Start(t.Context(), Config{
			Template: write(t, "template.yaml", oneAPI+oneURL), APIAddress: "127.0.0.1:0", Output: &said, LookupHost: test.lookup,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
		want := `add "127.0.0.1 api.localhost fnurl.localhost fn.localhost" to /etc/hosts, ` +
			"or use curl -H 'Host: api.localhost' http://" + h.APIAddr.String() + "\n"
		if got := strings.Contains(said.String(), want); got != test.said {
			t.Errorf("%s: said %t, want %t:\n%s", test.name, got, test.said, &said)
		}
		if n := strings.Count(said.String(), "/etc/hosts"); n > 1 {
			t.Errorf("%s: said %d times:\n%s", test.name, n, &said)
		}
	}
}

// A start without the names, or without APIs, asks no resolver.
func TestNoNames(t *testing.T) {
	ask := func(context.Context, string) ([]string, error) {
		t.Error("got a lookup, want none")
		return nil, errors.New("asked")
	}
	for _, c := range []Config{
		{Template: write(t, "template.yaml", "Resources: {B: {Type: AWS::S3::Bucket}}\n"), APIAddress: "127.0.0.1:0", LookupHost: ask},
		{Template: write(t, "template.yaml", oneAPI), LambdaAddress: "127.0.0.1:0", LookupHost: ask},
	} {
		h, err := Start(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

func TestURL(t *testing.T) {
	h, err := Start(t.Context(), Config{Template: write(t, "template.yaml", oneAPI+oneURL), APIAddress: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close(context.Background())
	_, port, _ := net.SplitHostPort(h.APIAddr.String())
	for _, id := range []string{"Api", "FnUrl", "Fn"} {
		if got, err := h.URL(id); err != nil || got != "http://"+id+".localhost:"+port {
			t.Errorf("%s: got %q, %v, want its address", id, got, err)
		}
	}
	if _, err := h.URL("Other"); err == nil || !strings.HasSuffix(err.Error(), `no API and no function URL "Other"; it has Api, FnUrl, Fn`) {
		t.Errorf("got %v, want an error that says what there is", err)
	}
}

// Without a server for APIs, nothing has an address.
func TestURLWithoutAPIs(t *testing.T) {
	h, err := Start(t.Context(), Config{Template: write(t, "template.yaml", oneAPI)})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close(context.Background())
	if got, err := h.URL("Api"); err == nil {
		t.Errorf("got %q, want an error", got)
	}
}
