package host

import (
	"bufio"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maru/local/internal/gateway"
	"maru/local/internal/template"
)

// nobody is an Invoker without functions.
type nobody struct{}

func (nobody) Invoke(context.Context, gateway.Invocation) (gateway.Result, error) {
	return gateway.Result{}, os.ErrNotExist
}

// behind serves a folder of files beside an API whose /admin and /a/b.html are
// guarded.
func behind(t *testing.T, kind template.Kind) http.Handler {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"admin/f.html", "a/b.html", "open/a b.html"} {
		path := filepath.Join(dir, "public", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("file"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	api := &template.API{LogicalID: "Api", Kind: kind, Stage: "Prod"}
	for _, path := range []string{"/admin/{x+}", "/a/b.html"} {
		api.Routes = append(api.Routes, &template.Route{Method: "ANY", Path: path, Auth: &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthJWT}}})
	}
	g, err := gateway.New(gateway.Config{APIs: []*template.API{api}, Invoker: nobody{}})
	if err != nil {
		t.Fatal(err)
	}
	files, err := openStatic(dir, "public", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.root.Close() })
	return files.before(g)
}

// A file below a route that is guarded has one path, which the route claims: no
// other spelling of it gives the file.
func TestStaticFilesHaveOnePath(t *testing.T) {
	for _, kind := range []template.Kind{template.REST, template.HTTP} {
		handler := behind(t, kind)
		for target, want := range map[string]bool{
			"/open/a%20b.html":          true,
			"/%6Fpen/a%20b.html":        true,
			"/admin/f.html":             false,
			"/%61dmin/f.html":           false,
			"/admin%2ff.html":           false,
			"//admin/f.html":            false,
			"/./admin/f.html":           false,
			"/open/../admin/f.html":     false,
			"/open/%2e%2e/admin/f.html": false,
			"/a//b.html":                false,
			"/a/b.html/":                false,
			"/a/./b.html":               false,
			"/Prod/../admin/f.html":     false,
			"/open":                     false,
			"/":                         false,
		} {
			r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n")))
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if got := w.Body.String() == "file"; got != want {
				t.Errorf("%s %s: got %d %q, want the file: %t", kind, target, w.Code, w.Body, want)
			}
		}
	}
}
