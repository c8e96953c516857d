package session

import (
	"bufio"
	"context"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
)

// response commits the session before the first byte passes. If that fails it sends
// the error's response and takes no more of the handler's.
type response struct {
	http.ResponseWriter
	request *http.Request
	session *Session
	outer   http.Header // what was set outside of the handler, for the error's response

	committed bool
	err       error // of the commit; the error's response has been sent
}

// WriteHeader commits and then sends the status. Informational responses go out at
// once: the final one is still to come (RFC 9110 §15.2).
func (w *response) WriteHeader(status int) {
	if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if w.commit() == nil {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *response) Write(b []byte) (int, error) {
	if err := w.commit(); err != nil {
		return 0, err
	}
	return w.ResponseWriter.Write(b)
}

// FlushError serves http.ResponseController, which would otherwise find the wrapped writer's.
func (w *response) FlushError() error {
	if err := w.commit(); err != nil {
		return err
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

func (w *response) Flush() { _ = w.FlushError() }

func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if err := w.commit(); err != nil {
		return nil, nil, err
	}
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap serves http.ResponseController, for deadlines.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// commit commits the session once, and completes the headers or answers the error.
func (w *response) commit() error {
	if w.committed {
		return w.err
	}
	w.committed = true
	ctx, cancel := afterwards(w.request.Context())
	defer cancel()
	t, fresh, err := w.session.commit(ctx)
	if err != nil {
		w.err = err
		w.reset()
		w.session.manager.onError(w.ResponseWriter, w.request, err)
		return err
	}
	if fresh {
		http.SetCookie(w, w.session.manager.cookie(t))
	}
	if w.session.used() {
		w.private(fresh)
	}
	return nil
}

// afterwards returns a context that outlives the visitor's connection, but not the
// deadline: who signs out and closes the window has signed out.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	ctx = context.WithoutCancel(ctx)
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline)
}

// reset takes the handler's headers back: an ETag or a Content-Length of its own does not
// fit the error.
func (w *response) reset() {
	header := w.Header()
	clear(header)
	maps.Copy(header, w.outer)
}

// private keeps caches from giving one visitor's response to another (RFC 9111 §7.3), and the
// browser from showing it after the visitor has signed out.
func (w *response) private(cookie bool) {
	header := w.Header()
	if cookie || header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "no-store")
	}
	varies := strings.Join(header.Values("Vary"), ",")
	names := strings.FieldsFunc(varies, func(r rune) bool { return r == ',' || r == ' ' })
	if !slices.ContainsFunc(names, func(n string) bool { return n == "*" || strings.EqualFold(n, "Cookie") }) {
		header.Add("Vary", "Cookie")
	}
}
