package session_test

import (
	"testing"

	"maru/functions/internal/session"
	"maru/functions/internal/session/sessiontest"
)

func TestMiniredis(t *testing.T) {
	sessiontest.Run(t, func(t *testing.T) session.Store {
		_, client := sessiontest.Miniredis(t)
		return session.NewRedis(client)
	})
}

func TestRedis(t *testing.T) {
	client := sessiontest.Server(t, "redis-server")
	sessiontest.Run(t, func(t *testing.T) session.Store { return session.NewRedis(client) })
}

func TestCluster(t *testing.T) {
	client := sessiontest.Cluster(t, "redis-server")
	sessiontest.Run(t, func(t *testing.T) session.Store { return session.NewRedis(client) })
}
