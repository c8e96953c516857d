package host

import (
	"crypto/tls"
	"net"
	"net/http"

	"maru/local/internal/invokeapi"
	"maru/local/internal/server"
)

// open opens the servers of the first deployment.
func (h *Host) open(apis, invokes net.Listener) error {
	d := h.current.Load()
	if apis != nil {
		h.APIAddr = apis.Addr()
		var config *tls.Config
		if h.certificates != nil {
			config = &tls.Config{Certificates: h.certificates}
		}
		h.apis = h.serve(h.apiHandler(d), server.Config{}, apis, config)
	}
	if invokes != nil {
		h.LambdaAddr = invokes.Addr()
		// By net/http: an invocation that waits for an environment leaves with its client.
		h.invokes = h.serve(h.invokeHandler(d), server.Config{NetHTTP: true}, invokes, nil)
	}
	h.announceServers(d)
	return nil
}

// swap gives later requests to a deployment. What it returns are closed when those
// before have ended.
func (h *Host) swap(d *deployment) (drained []<-chan struct{}) {
	if h.apis != nil {
		drained = append(drained, h.apis.Swap(h.apiHandler(d)))
	}
	if h.invokes != nil {
		drained = append(drained, h.invokes.Swap(h.invokeHandler(d)))
	}
	return drained
}

// apiHandler is the gateway of a deployment, and the static files before it.
func (h *Host) apiHandler(d *deployment) http.Handler {
	if h.static == nil {
		return d.gateway
	}
	return h.static.before(d.gateway)
}

// invokeHandler is the Invoke API of a deployment.
func (h *Host) invokeHandler(d *deployment) http.Handler {
	c := invokeapi.Config{Lambda: h.Lambda, Functions: d.functions, Log: h.log}
	if h.queue != nil {
		c.Queue = h.queue
	}
	return invokeapi.LocalOnly(invokeapi.New(c), h.config.Hosts...)
}

// serve serves until the host is closed.
func (h *Host) serve(handler http.Handler, c server.Config, l net.Listener, config *tls.Config) *server.Server {
	c.Log, c.Failed = h.log, func(err error) { h.failed <- err }
	s := server.New(handler, c)
	h.servers = append(h.servers, s)
	s.Listen(l, config)
	return s
}
