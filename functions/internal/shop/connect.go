package shop

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/redis/go-redis/v9"
)

// How a function talks to Redis. The API in front of it waits no longer than 30 s
// and a visitor much less, so a silent Redis is given up after two seconds.
const (
	patience = 2 * time.Second
	// One attempt's share of that: there is time for a second one.
	attempt = 900 * time.Millisecond
	retries = 1
	// An environment serves one invocation at a time, so one connection is in use
	// and a second may be left by a retry.
	idle = 2
	// That many failed dials in the life of a pool, and go-redis lets a probe dial
	// once a second instead of the request that needs it. In an environment that
	// is frozen between requests the probe stands still, so this is set high.
	poolSize = 64
)

// Connect returns a client for the Redis at rawURL, a redis:// or rediss:// URL
// (https://www.iana.org/assignments/uri-schemes/prov/redis). One with a query
// parameter addr=HOST:PORT, once or more often, is a Redis Cluster reached
// through these nodes too. Connect fails only if it cannot read the URL:
// connections are made when first needed, so the init phase does not wait for
// a Redis that is away.
func Connect(rawURL string) (redis.UniversalClient, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		// The error of url.Parse repeats the URL, and with it the password.
		return nil, fmt.Errorf("reading Redis URL: not a URL")
	}
	if u.Query().Has("addr") {
		return connectCluster(rawURL)
	}
	options, err := redis.ParseURL(rawURL)
	if err != nil {
		return nil, fmt.Errorf("reading Redis URL: %w", err)
	}
	options.PoolSize, options.MaxIdleConns = poolSize, idle
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = attempt, attempt, attempt
	options.MaxRetries, options.DialerRetries = retries, 1
	options.ContextTimeoutEnabled = true
	options.DisableIdentity = true // Two commands less in the cold start.
	client := redis.NewClient(options)
	client.AddHook(bounded{})
	return client, nil
}

// connectCluster is Connect for a Redis Cluster. A node may be away while its
// replica takes over, so it follows a few redirections more.
func connectCluster(rawURL string) (redis.UniversalClient, error) {
	options, err := redis.ParseClusterURL(rawURL)
	if err != nil {
		return nil, fmt.Errorf("reading Redis URL: %w", err)
	}
	options.PoolSize, options.MaxIdleConns = poolSize, idle
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = attempt, attempt, attempt
	options.MaxRetries, options.DialerRetries = retries, 1
	options.ContextTimeoutEnabled = true
	options.DisableIdentity = true
	// A master that died sends nobody to its successor: this asks who that is.
	options.ClusterStateReloadInterval = time.Second
	client := redis.NewClusterClient(options)
	client.AddHook(bounded{})
	return client, nil
}

// bounded gives each command, with all its attempts, no more than patience. The
// timeouts of go-redis do not add up to a bound: it retries its handshake, too.
type bounded struct{}

// DialHook leaves dialling as it is.
func (bounded) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessHook bounds a command.
func (bounded) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return next(ctx, cmd)
	}
}

// ProcessPipelineHook bounds a pipeline.
func (bounded) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return next(ctx, cmds)
	}
}
