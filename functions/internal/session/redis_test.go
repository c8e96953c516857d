package session_test

import (
	"os/exec"
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

func TestValkey(t *testing.T) {
	const program = "valkey-server"
	if _, err := exec.LookPath(program); err != nil {
		t.Skip(program + " is not installed; it is asked to do what redis-server does, and not every system has it")
	}
	client := sessiontest.Server(t, program)
	sessiontest.Run(t, func(t *testing.T) session.Store { return session.NewRedis(client) })
}
