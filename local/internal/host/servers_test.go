package host

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maru/local/internal/server"
)

// oneAPI is a template with an API and nothing to build.
const oneAPI = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Api:\n    Type: AWS::Serverless::HttpApi\n"

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// certify gives files with a certificate for 127.0.0.1 and its key, and a
// client that trusts it and speaks HTTP/2.
func certify(t *testing.T) (cert, key string, client *http.Client) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	pair := server.TLS.Certificates[0]
	raw, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	cert = write(t, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})))
	key = write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})))
	return cert, key, server.Client()
}

// With a certificate the APIs speak HTTPS, HTTP/2 too, and say so.
func TestHTTPS(t *testing.T) {
	cert, key, client := certify(t)
	var said bytes.Buffer
	h, err := Start(t.Context(), Config{
		Template: write(t, "template.yaml", oneAPI), APIAddress: "127.0.0.1:0",
		CertFile: cert, KeyFile: key, Output: &said,
	})
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Get("https://" + h.APIAddr.String() + "/nowhere")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || response.ProtoMajor != 2 || response.StatusCode != 404 || string(body) != `{"message":"Not Found"}` {
		t.Errorf("got %s %s %s %v, want HTTP/2 404 Not Found", response.Proto, response.Status, body, err)
	}
	if err := h.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if want := "APIs  https://" + h.APIAddr.String(); !strings.Contains(said.String(), want) {
		t.Errorf("got %q, want …%s…", said.String(), want)
	}
}

// A certificate that cannot be read ends the start before anything is built.
func TestHTTPSWithoutCertificate(t *testing.T) {
	var said bytes.Buffer
	_, err := Start(t.Context(), Config{
		Template: write(t, "template.yaml", oneAPI), APIAddress: "127.0.0.1:0",
		CertFile: "nowhere.pem", KeyFile: "nowhere.pem", Output: &said,
	})
	if err == nil || !strings.Contains(err.Error(), "reading the certificate for HTTPS: open nowhere.pem") {
		t.Errorf("got %v, want one about the certificate", err)
	}
	if said.Len() > 0 {
		t.Errorf("got %q before the error, want nothing", said.String())
	}
}

// Configured functions are logged with the names of their variables, and only
// with --debug.
func TestDebugNamesVariables(t *testing.T) {
	const function = "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      PackageType: Image\n" +
		"      Environment: {Variables: {TOKEN: secret}}\n"
	for _, debug := range []bool{false, true} {
		var said bytes.Buffer
		h, err := Start(t.Context(), Config{Template: write(t, "template.yaml", oneAPI+function), Output: &said, Debug: debug})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if got := strings.Contains(said.String(), "variables=[TOKEN]"); got != debug || strings.Contains(said.String(), "secret") {
			t.Errorf("debug %t: got %q", debug, said.String())
		}
	}
}

// sticky is a listener whose Close fails.
type sticky struct{ net.Listener }

var errSticky = errors.New("sticky")

func (l sticky) Close() error {
	l.Listener.Close()
	return errSticky
}

// The errors of servers are Close's. That a request was cut off, when the time for
// the end was up, is none.
func TestCloseTellsErrors(t *testing.T) {
	for _, want := range []error{nil, errSticky} {
		h, err := Start(t.Context(), Config{Template: write(t, "template.yaml", oneAPI), Output: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := "http://" + l.Addr().String()
		if want != nil {
			l = sticky{l}
		}
		entered, leave := make(chan struct{}), make(chan struct{})
		h.serve(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			close(entered)
			<-leave
		}), server.Config{}, l, nil)
		answered := make(chan error)
		go func() {
			_, err := http.Get(address)
			answered <- err
		}()
		<-entered
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := h.Close(ctx); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
		if err := <-answered; err == nil {
			t.Error("got an answer, want one that was cut off")
		}
		close(leave)
	}
}

// The Invoke API is left to net/http, whose answer to OPTIONS * shows it: an
// invocation that waits for an environment has to end with its client.
func TestInvokeAPIByNetHTTP(t *testing.T) {
	h, err := Start(t.Context(), Config{Template: write(t, "template.yaml", oneAPI), LambdaAddress: "127.0.0.1:0", Output: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", h.LambdaAddr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("got %d, want 200", res.StatusCode)
	}
	if err := h.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
