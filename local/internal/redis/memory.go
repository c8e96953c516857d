package redis

import (
	"fmt"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// startMemory starts the embedded server. It has no clock of its own: keys
// expire because it is told here how time passes.
func startMemory() (*Server, error) {
	m := miniredis.NewMiniRedis()
	if err := m.Start(); err != nil {
		return nil, fmt.Errorf("starting the embedded Redis: %w", err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for before := time.Now(); ; {
			select {
			case now := <-ticker.C:
				m.FastForward(now.Sub(before))
				before = now
			case <-stop:
				return
			}
		}
	}()
	return &Server{
		URL:         "redis://" + m.Addr(),
		Description: "embedded, in memory: data ends with this host",
		close: func() error {
			close(stop)
			<-stopped
			m.Close()
			return nil
		},
	}, nil
}
