// Package redis finds or starts the Redis that functions are told of by
// REDIS_URL: one that is there already, a redis-server or valkey-server of this
// machine with an append-only file, or one embedded in the host, in memory.
package redis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Config is what Open needs.
type Config struct {
	// URL is a Redis that is there already, as redis:// or rediss:// (TLS).
	// "memory" means the embedded one; empty means to start what the machine has.
	URL string
	// Dir is where a started server keeps its data.
	Dir string
}

// Server is a Redis that functions can reach. It must be closed.
type Server struct {
	// URL is what REDIS_URL is set to.
	URL string
	// Description says which Redis it is and whether its data outlives the
	// host, in one line, without secrets.
	Description string

	close func() error
}

// Close stops the server if Open started it, and waits for its end.
func (s *Server) Close() error {
	if s.close == nil {
		return nil
	}
	return s.close()
}

// Open finds or starts a Redis and checks that it answers. The error names the
// address of one that does not.
func Open(ctx context.Context, c Config) (*Server, error) {
	switch c.URL {
	case "memory":
		return startMemory()
	case "":
		return start(ctx, c)
	}
	if err := ping(ctx, c.URL); err != nil {
		return nil, err
	}
	return &Server{URL: c.URL, Description: redact(c.URL)}, nil
}

// start starts the first server program found, else the embedded one.
func start(ctx context.Context, c Config) (*Server, error) {
	for _, name := range []string{"redis-server", "valkey-server"} {
		program, err := exec.LookPath(name)
		if err == nil {
			return startServer(ctx, program, c)
		}
	}
	s, err := startMemory()
	if err == nil {
		s.Description += "; install redis-server or valkey-server to keep it"
	}
	return s, err
}

// pingTimeout bounds the wait for a Redis that does not answer.
const pingTimeout = 5 * time.Second

// ping checks that the Redis at a URL answers. One with a query parameter
// addr=HOST:PORT is a Redis Cluster. The error names the address, but no password.
func ping(ctx context.Context, rawURL string) error {
	options, err := parse(rawURL)
	if err != nil {
		return fmt.Errorf("reading the Redis URL %s: %w", redact(rawURL), withoutURL(err))
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	// Dialled by hand first: the client prints and retries what it cannot dial.
	address := options.Addrs[0]
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("reaching Redis at %s: %w", address, err)
	}
	conn.Close()
	client := goredis.NewUniversalClient(options)
	defer client.Close()
	if err := client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("reaching Redis at %s: %w", address, err)
	}
	return nil
}

// parse reads a URL of a single Redis or of a cluster.
func parse(rawURL string) (*goredis.UniversalOptions, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, err
	}
	if u.Query().Has("addr") {
		o, err := goredis.ParseClusterURL(rawURL)
		if err != nil {
			return nil, err
		}
		return &goredis.UniversalOptions{
			Addrs: o.Addrs, IsClusterMode: true, Username: o.Username, Password: o.Password, TLSConfig: o.TLSConfig, MaxRetries: -1,
		}, nil
	}
	o, err := goredis.ParseURL(rawURL)
	if err != nil {
		return nil, err
	}
	return &goredis.UniversalOptions{
		Addrs: []string{o.Addr}, Username: o.Username, Password: o.Password, TLSConfig: o.TLSConfig, DB: o.DB, MaxRetries: -1,
	}, nil
}

// withoutURL keeps a parse error from repeating the URL with its password.
func withoutURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// redact shows a URL without its password.
func redact(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return "(not a URL)"
	}
	return u.Redacted()
}

// freePort returns a port of 127.0.0.1 that nothing listens on just now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("finding a port for Redis: %w", err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
