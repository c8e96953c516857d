package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"
)

// roleVariable makes this program one of the servers to compare with, so that
// each runs in a process of its own as maru does: "bare", or "proxy URL".
const roleVariable = "BENCH_ROLE"

// roleCommand runs this program in a role.
func roleCommand(role string) (*exec.Cmd, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	cmd := exec.Command(path)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	return cmd, nil
}

// serveRole serves a role on a free port of 127.0.0.1 until the process ends. It
// says where on out, and then that it is ready, in the words of maru.
func serveRole(role string, out io.Writer) error {
	handler, err := roleHandler(role)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "http://%s\n%s\n", l.Addr(), readyLine)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	return server.Serve(l)
}

func roleHandler(role string) (http.Handler, error) {
	kind, address, _ := strings.Cut(role, " ")
	switch kind {
	case "bare":
		return http.HandlerFunc(greet), nil
	case "proxy":
		backend, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		return newProxy(backend), nil
	}
	return nil, fmt.Errorf("unknown role %q", role)
}

// greet answers 200 with the greeting.
func greet(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, greeting)
}

// newProxy is a reverse proxy as one would set it up for such a load: it keeps
// as many connections to the backend as it has clients, where the default
// Transport keeps two, and leaves the encoding alone.
func newProxy(backend *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(backend) },
		Transport: &http.Transport{MaxIdleConnsPerHost: 1024, DisableCompression: true},
	}
}
