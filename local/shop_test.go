package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"maru/local/hosttest"
	"maru/local/internal/lambda/lambdatest"
)

// visitor is a client with one session.
type visitor struct {
	t      *testing.T
	cookie string
	client *http.Client // nil: http.DefaultClient
}

// do sends a request with a JSON body, "" for none, and returns the status and
// the body of the answer.
func (v *visitor) do(method, url, body string) (int, string) {
	v.t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if v.cookie != "" {
		r.Header.Set("Cookie", v.cookie)
	}
	response, err := cmp.Or(v.client, http.DefaultClient).Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, c := range response.Cookies() {
		v.cookie = c.Name + "=" + c.Value
	}
	return response.StatusCode, string(answer)
}

// quantity returns how many of a song are in the cart.
func (v *visitor) quantity(base, song string) int {
	v.t.Helper()
	status, body := v.do("GET", base+"/cart", "")
	var cart struct {
		Items []struct {
			Song     string
			Quantity int
		}
	}
	if err := json.Unmarshal([]byte(body), &cart); err != nil || status != 200 {
		v.t.Fatalf("cart: %d %s", status, body)
	}
	for _, item := range cart.Items {
		if item.Song == song {
			return item.Quantity
		}
	}
	return 0
}

const oneVogue = `{"song":"vogue","quantity":1}`

// Every function process is killed between two requests; the cart is whole.
func TestCartSurvivesKilledFunctions(t *testing.T) {
	var log lambdatest.Log
	h := hosttest.Start(t, "../template.yaml", hosttest.Log(&log))
	v := &visitor{t: t}
	for i := 1; i <= 5; i++ {
		if status, body := v.do("POST", h.URL+"/cart/items", oneVogue); status != 201 {
			t.Fatalf("adding: %d %s", status, body)
		}
		killFunctions(t)
		if got := v.quantity(h.URL, "vogue"); got != i {
			t.Errorf("got %d in the cart, want %d", got, i)
		}
	}
	if !strings.Contains(log.String(), "environment ended between invocations") {
		t.Error("no environment was killed: the test shows nothing")
	}
}

// Two hosts on one Redis take turns in one session.
func TestTwoHostsShareSessions(t *testing.T) {
	redis := miniredis.RunT(t)
	address := "redis://" + redis.Addr()
	one := hosttest.Start(t, "../template.yaml", hosttest.Redis(address))
	two := hosttest.Start(t, "../template.yaml", hosttest.Redis(address))
	v := &visitor{t: t}
	for i := 1; i <= 6; i++ {
		host, other := one, two
		if i%2 == 0 {
			host, other = two, one
		}
		if status, body := v.do("POST", host.URL+"/cart/items", oneVogue); status != 201 {
			t.Fatalf("adding: %d %s", status, body)
		}
		if got := v.quantity(other.URL, "vogue"); got != i {
			t.Errorf("got %d in the cart at the other host, want %d", got, i)
		}
	}
}

// Redis is lost: 503 and no new cookie. It comes back: so does the cart.
func TestRedisLost(t *testing.T) {
	redis := miniredis.RunT(t)
	h := hosttest.Start(t, "../template.yaml", hosttest.Redis("redis://"+redis.Addr()))
	v := &visitor{t: t}
	v.do("POST", h.URL+"/cart/items", oneVogue)
	cookie := v.cookie
	redis.SetError("LOADING Redis is away")
	if status, body := v.do("GET", h.URL+"/cart", ""); status != 503 {
		t.Errorf("got %d %s without Redis, want 503", status, body)
	}
	if v.cookie != cookie {
		t.Error("a visitor got a new cookie while Redis was away")
	}
	redis.SetError("")
	if got := v.quantity(h.URL, "vogue"); got != 1 {
		t.Errorf("got %d in the cart, want 1", got)
	}
}

// CONNECT reaches an authority on the list, and through it a server.
func TestTunnel(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "through the tunnel")
	})}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	authority := l.Addr().String()

	for _, test := range []struct {
		name    string
		options []hosttest.Option
		status  int
	}{
		{"not on the list", nil, 403},
		{"on the list, but private", []hosttest.Option{hosttest.Parameter("TunnelAuthorities", authority)}, 403},
		{"on the list", []hosttest.Option{hosttest.Parameter("TunnelAuthorities", authority), hosttest.TunnelPrivate()}, 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := hosttest.Start(t, "../template.yaml", test.options...)
			status, body := throughTunnel(t, strings.TrimPrefix(h.URL, "http://"), authority)
			if status != test.status || test.status == 200 && body != "through the tunnel" {
				t.Errorf("got %d %q, want %d", status, body, test.status)
			}
		})
	}
}

// throughTunnel opens a tunnel by hand and sends a request through it.
func throughTunnel(t *testing.T, host, authority string) (status int, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, err = io.WriteString(conn, "CONNECT "+authority+" HTTP/1.1\r\nHost: "+authority+"\r\n\r\n"+
		"GET / HTTP/1.1\r\nHost: "+authority+"\r\nConnection: close\r\n\r\n")
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(all), "\r\n\r\n")
	if _, err := fmt.Sscanf(head, "HTTP/1.1 %d", &status); err != nil {
		t.Fatalf("%v: %q", err, head)
	}
	_, body, _ = strings.Cut(rest, "\r\n\r\n")
	return status, body
}

// killFunctions kills every execution environment of the hosts in this process:
// they are its children, and run a file named bootstrap.
func killFunctions(t *testing.T) {
	t.Helper()
	out, err := exec.Command("pgrep", "-P", fmt.Sprint(os.Getpid()), "-f", "/bootstrap$").Output()
	if err != nil {
		t.Fatalf("finding function processes: %v", err)
	}
	for _, field := range strings.Fields(string(out)) {
		pid, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		p, err := os.FindProcess(pid)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Kill(); err != nil {
			t.Fatal(err)
		}
		for begin := time.Now(); p.Signal(syscall.Signal(0)) == nil; { // dying takes a moment
			if time.Since(begin) > 10*time.Second {
				t.Fatalf("process %d is still there", pid)
			}
		}
	}
}
