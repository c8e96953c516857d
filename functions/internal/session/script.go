package session

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// A script is a Lua script and the digest by which Redis knows it once it has run.
type script struct {
	source, digest string
}

func newScript(source string) script {
	return script{source: source, digest: redis.NewScript(source).Hash()}
}

// run does a script by its digest, in one round trip; only a Redis that does not
// know it yet (first use, restart, failover) is sent the source.
func (s *redisStore) run(ctx context.Context, sc script, keys []string, args []any) (any, error) {
	cmd := s.eval(ctx, []any{"evalsha", sc.digest, len(keys)}, keys, args)
	if redis.HasErrorPrefix(cmd.Err(), "NOSCRIPT") {
		cmd = s.eval(ctx, []any{"eval", sc.source, len(keys)}, keys, args)
	}
	if err := cmd.Err(); err != nil {
		s.reload(ctx, err)
	}
	return cmd.Result()
}

// reload makes the client of a cluster ask who is master of what. It does so by itself
// when a node sends it to another (MOVED), but a master that died sends it nowhere, and
// it would go on asking that one for a minute.
func (s *redisStore) reload(ctx context.Context, err error) {
	var reply redis.Error
	cluster, ok := s.client.(interface{ ReloadState(ctx context.Context) })
	if ok && !errors.As(err, &reply) {
		cluster.ReloadState(ctx) // in the background, and not oftener than five times a second
	}
}

func (s *redisStore) eval(ctx context.Context, command []any, keys []string, args []any) once {
	for _, key := range keys {
		command = append(command, key)
	}
	cmd := once{redis.NewCmd(ctx, append(command, args...)...)}
	cmd.SetFirstKeyPos(3) // of EVAL and EVALSHA; a cluster's client picks the node by it
	_ = s.client.Process(ctx, cmd)
	return cmd
}

// once is a command that go-redis does not send again when the connection breaks
// before the reply: Redis may have done it, and adding twice is as wrong as losing.
type once struct {
	*redis.Cmd
}

// NoRetry overrides the method of redis.Cmder that go-redis asks.
func (once) NoRetry() bool { return true }

// state does a script that answers with the session's state or with why it refuses.
func (s *redisStore) state(ctx context.Context, sc script, id ID, args []any) (string, error) {
	reply, err := s.run(ctx, sc, keysOf(id), args)
	if err != nil {
		return "", err
	}
	state, ok := reply.(string)
	if !ok {
		return "", fmt.Errorf("unexpected reply %v", reply)
	}
	return state, nil
}

// result turns a script's answer into an error.
func result(doing, state string, err error) error {
	if err != nil {
		return unavailable(doing, err)
	}
	switch state {
	case "alive":
		return nil
	case "gone":
		return fmt.Errorf("%s: %w", doing, ErrGone)
	case "too large":
		return fmt.Errorf("%s: %w: limit %d bytes", doing, ErrTooLarge, MaxSize)
	case "conflict":
		return fmt.Errorf("%s: %w", doing, ErrConflict)
	case "not a counter":
		return fmt.Errorf("%s: %w", doing, ErrNotCounter)
	}
	return fmt.Errorf("%s: unexpected state %q", doing, state)
}

// unavailable marks an error of Redis or of the way to it.
func unavailable(doing string, err error) error {
	return fmt.Errorf("%s: %w: %w", doing, ErrUnavailable, err)
}
