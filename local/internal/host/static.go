package host

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"maru/local/internal/gateway"
)

// static is a folder of files that are served beside the APIs, as sam's
// --static-dir: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-local-start-api.html.
// Only files in it are reached, whatever a path or a symbolic link says.
type static struct {
	root *os.Root
	log  *slog.Logger
}

// openStatic opens a folder that is absolute or relative to dir; nil where
// there is none.
func openStatic(dir, name string, log *slog.Logger) (*static, error) {
	if name == "" {
		return nil, nil
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	root, err := os.OpenRoot(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("opening the folder of static files: %w", err)
	}
	return &static{root, log}, nil
}

// before answers GET and HEAD for a file where g has no route, and leaves all
// else to g. A folder is no file, not even with an index.html in it: sam serves
// none either.
func (s *static) before(g *gateway.Gateway) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if read := r.Method == http.MethodGet || r.Method == http.MethodHead; !read || g.Claims(r) || !s.serve(w, r) {
			g.ServeHTTP(w, r)
		}
	})
}

// serve answers with the file that the path names, and reports whether it did.
// A file has one path, so that the route which claims that path claims the file:
// none with an empty segment, a dot or two, or on Windows a backslash. The file
// is looked at before it is opened, since opening a named pipe waits.
func (s *static) serve(w http.ResponseWriter, r *http.Request) bool {
	name, err := filepath.Localize(strings.TrimPrefix(r.URL.Path, "/"))
	if err != nil {
		return false
	}
	info, err := s.root.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	file, err := s.root.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	http.ServeContent(w, r, info.Name(), info.ModTime(), file)
	s.log.Info("file served", "method", r.Method, "path", r.URL.Path)
	return true
}
