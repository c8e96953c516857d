package host

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
