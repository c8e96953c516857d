package session_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"maru/functions/internal/session"
	"maru/functions/internal/session/sessiontest"
)

func TestCluster(t *testing.T) {
	client := sessiontest.StartReplicated(t, "redis-server").Client()
	sessiontest.Run(t, func(t *testing.T) session.Store { return session.NewRedis(client) })
}

// A shopper puts one item after the other into a cart, and remembers what came of each.
type shopper struct {
	*visitor
	period  *atomic.Int32 // what the shopper is told of the cluster, see upheaval
	items   int           // tried
	kept    []string      // acknowledged in a period in which Redis keeps what it acknowledges
	refused int
}

// upheaval is the period in which Redis, which replicates after it has answered, may lose
// what it acknowledged.
const upheaval = 1

// put puts an item into the cart, and reports whether that was acknowledged. It is
// that or 503, and in neither case another session.
func (s *shopper) put() bool {
	s.items++
	item := fmt.Sprintf("item:%d", s.items)
	period := s.period.Load()
	w := s.ask("/add?"+item, s.cookie)
	if got := w.Header()["Set-Cookie"]; got != nil {
		s.Errorf("%s: got Set-Cookie %q, want the session that was there", item, got)
	}
	switch w.Code {
	case http.StatusOK:
		if period != upheaval && period == s.period.Load() {
			s.kept = append(s.kept, item)
		}
		return true
	case http.StatusServiceUnavailable:
		s.refused++
	default:
		s.Errorf("%s: got %d %s, want 200 or 503", item, w.Code, w.Body)
	}
	return false
}

// putAll puts n items that are acknowledged into the cart, however often that needs asking.
func (s *shopper) putAll(n int) {
	s.Helper()
	begun := time.Now()
	for pace := time.Tick(time.Millisecond); n > 0 && !s.Failed(); <-pace {
		if s.put() {
			n--
		}
		if time.Since(begun) > 20*time.Second { // ten times as long as a replica takes
			s.Errorf("after %d refusals nothing is taken yet", s.refused)
		}
	}
}

// wantKept requires that no item was lost, and none was put twice by a client that tried again.
func (s *shopper) wantKept() {
	cart := s.view()
	for _, item := range s.kept {
		if cart[item] == 0 {
			s.Errorf("%s was acknowledged and is lost", item)
		}
	}
	for item, quantity := range cart {
		if quantity != 1 {
			s.Errorf("%s: got quantity %d, want 1", item, quantity)
		}
	}
	s.Logf("%d items: %d kept for certain, %d refused, %d in the cart", s.items, len(s.kept), s.refused, len(cart))
}

// While carts are written a slot moves to and fro, and then its master dies.
func TestClusterInUpheaval(t *testing.T) {
	cluster := sessiontest.StartReplicated(t, "redis-server")
	a := newAppOn(t, cluster.Client())
	period := new(atomic.Int32)
	var shoppers []*shopper
	for _, user := range []string{"minji", "minji", "minji", "taejun", "", "", "", ""} {
		s := &shopper{visitor: a.visitor(), period: period}
		s.at("/add?item:0", "1")
		if user != "" {
			s.at("/sign-in?"+user, "")
		}
		shoppers = append(shoppers, s)
	}
	done := make(chan struct{})
	var g errgroup.Group
	for _, s := range shoppers[1:] {
		g.Go(func() error {
			for pace := time.Tick(5 * time.Millisecond); ; {
				select {
				case <-pace:
					s.put()
				case <-done:
					return nil
				}
			}
		})
	}

	minji, key := shoppers[0], "session:{u:"+session.Tag("minji")+"}:index"
	for range 10 {
		minji.putAll(20)
		cluster.Migrate(key)
	}
	minji.putAll(20)
	period.Store(upheaval)
	cluster.Replicate(key) // what was acknowledged until now survives its master
	cluster.Kill(key)
	minji.putAll(1) // acknowledged by the replica that took over
	period.Store(upheaval + 1)
	minji.putAll(100)
	close(done)
	g.Wait()
	for _, s := range shoppers {
		s.wantKept()
	}
}
