package server_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// numbered answers with its number in each of a few pieces, unless it is told that
// it has nothing to answer any more.
func numbered(n int64, drained *atomic.Bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if drained.Load() {
			fmt.Fprint(w, "drained ")
		}
		w.Header().Set("From", r.RemoteAddr)
		for range pieces {
			fmt.Fprint(w, n, " ")
			_ = http.NewResponseController(w).Flush()
		}
	}
}

const pieces = 3

// TestSwapUnderLoad swaps handlers while clients ask on connections that stand:
// each answer is whole and of one handler, which is none of those that were swapped
// for another before the request began.
func TestSwapUnderLoad(t *testing.T) {
	onEachWay(t, func(t *testing.T, w way) {
		over := new(atomic.Bool)
		s, addr := w.start(t, numbered(0, over))
		var newest atomic.Int64
		var asking sync.WaitGroup
		for range 4 {
			asking.Go(func() { w.askAgainAndAgain(t, addr, &newest) })
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			asking.Wait()
		}()
		for n := int64(1); ; n++ {
			next := new(atomic.Bool)
			drained := s.Swap(numbered(n, next))
			newest.Store(n)
			<-drained
			over.Store(true)
			over = next
			select {
			case <-done:
				return
			default:
				runtime.Gosched()
			}
		}
	})
}

func (w way) askAgainAndAgain(t *testing.T, addr string, newest *atomic.Int64) {
	c := w.client(t)
	var first, last string
	for i := range 100 {
		atLeast := newest.Load()
		body, from, err := w.get(c, addr)
		if err != nil {
			t.Errorf("request %d: %v", i, err)
			return
		}
		var n int64
		if _, err := fmt.Sscan(body, &n); err != nil || body != strings.Repeat(fmt.Sprint(n, " "), pieces) {
			t.Errorf("got the answer %q, want one number", body)
		}
		if n < atLeast {
			t.Errorf("got an answer of handler %d, want one of %d or later", n, atLeast)
		}
		if i == 0 {
			first = from
		}
		last = from
	}
	if first != last {
		t.Errorf("got connections %s and %s, want one", first, last)
	}
}

// TestSwapDuringARequest has the old handler end its answer, on a connection on
// which the new one gives the next.
func TestSwapDuringARequest(t *testing.T) {
	onEachWay(t, func(t *testing.T, w way) {
		leave := make(chan struct{})
		s, addr := w.start(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("From", r.RemoteAddr)
			fmt.Fprint(w, "old ")
			_ = http.NewResponseController(w).Flush()
			<-leave
			fmt.Fprint(w, "and whole")
		})
		c := w.client(t)
		old, err := w.ask(c, addr)
		if err != nil {
			t.Fatal(err)
		}
		defer old.Body.Close()
		drained := s.Swap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("From", r.RemoteAddr)
			fmt.Fprint(w, "new")
		}))
		if body, _, err := w.get(w.client(t), addr); err != nil || body != "new" {
			t.Errorf("another connection: got %q, %v, want new", body, err)
		}
		select {
		case <-drained:
			t.Error("the old handler is said to be drained while it answers")
		default:
		}
		close(leave)
		if body, err := io.ReadAll(old.Body); err != nil || string(body) != "old and whole" {
			t.Errorf("got %q, %v, want old and whole", body, err)
		}
		<-drained
		body, from, err := w.get(c, addr)
		if err != nil || body != "new" || from != old.Header.Get("From") {
			t.Errorf("next: got %q, %v on connection %s, want new on %s", body, err, from, old.Header.Get("From"))
		}
	})
}
