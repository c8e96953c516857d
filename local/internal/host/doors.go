package host

import (
	"crypto/tls"
	"net"
	"net/http"

	"maru/local/internal/gateway"
	"maru/local/internal/invokeapi"
	"maru/local/internal/server"
)

// open opens the doors. The listeners are the caller's to close after an error.
func (h *Host) open(apis, invokes net.Listener) error {
	if apis != nil {
		if err := h.openAPIs(apis); err != nil {
			return err
		}
	}
	if invokes != nil {
		h.LambdaAddr = invokes.Addr()
		// By net/http: an invocation that waits for an environment leaves with its client.
		h.serve(invokeapi.LocalOnly(h.invokeAPI(), h.config.Hosts...), server.Config{NetHTTP: true}, invokes, nil)
	}
	h.announceDoors()
	return nil
}

func (h *Host) invokeAPI() http.Handler {
	c := invokeapi.Config{Lambda: h.Lambda, Functions: h.configured, Log: h.log}
	if h.queue != nil {
		c.Queue = h.queue
	}
	return invokeapi.New(c)
}

// openAPIs puts the gateway, and the static files before it, on a listener.
func (h *Host) openAPIs(l net.Listener) (err error) {
	if h.gateway, err = gateway.New(h.gatewayConfig()); err != nil {
		return err
	}
	h.APIAddr = l.Addr()
	if h.static, err = openStatic(h.Stack.Dir, h.config.StaticDir, h.log); err != nil {
		return err
	}
	var handler http.Handler = h.gateway
	if h.static != nil {
		handler = h.static.before(h.gateway)
	}
	var config *tls.Config
	if h.certificates != nil {
		config = &tls.Config{Certificates: h.certificates}
	}
	h.serve(handler, server.Config{}, l, config)
	return nil
}

func (h *Host) gatewayConfig() gateway.Config {
	methods := map[string]string{}
	for _, f := range h.Stack.Functions {
		for _, method := range f.Methods {
			methods[method] = f.LogicalID
		}
	}
	return gateway.Config{
		APIs: h.Stack.APIs, Methods: methods,
		AccountID: h.Stack.AccountID, Region: h.Stack.Region,
		Invoker: invoker{h.Lambda}, Log: h.log,
		DisableAuthorizer: h.config.DisableAuthorizer,
		Tunnel:            gateway.Tunnel{AllowPrivate: h.config.TunnelPrivate},
	}
}

// serve serves until the host is closed.
func (h *Host) serve(handler http.Handler, c server.Config, l net.Listener, config *tls.Config) {
	c.Log, c.Failed = h.log, func(err error) { h.failed <- err }
	s := server.New(handler, c)
	h.servers = append(h.servers, s)
	s.Listen(l, config)
}
