package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"maru/local/hosttest"
)

// steps are those of a checkout at which functions built with the tag faults die
// when the header Fault-After of the request names one; "" names none.
var steps = []string{"", "begun", "read", "placed", "settled", "stored"}

// faulty is a template of the functions that a checkout needs, already built.
const faulty = `
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: provided.al2023, Handler: bootstrap, Timeout: 10, Environment: {Variables: {REDIS_URL: ''}}}}
Resources:
  Get:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: get, Events: {All: {Type: HttpApi, Properties: {Method: GET, Path: '/{proxy+}'}}}}
  Post:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: post, Events: {All: {Type: HttpApi, Properties: {Method: POST, Path: '/{proxy+}'}}}}
`

// startFaulty serves functions that die when they are told to.
func startFaulty(t *testing.T) *hosttest.Host {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"get", "post"} {
		buildFunction(t, filepath.Join(dir, name, "bootstrap"), "../functions/"+name, "faults")
	}
	path := filepath.Join(dir, "template.yaml")
	if err := os.WriteFile(path, []byte(faulty), 0o644); err != nil {
		t.Fatal(err)
	}
	return hosttest.Start(t, path, hosttest.Log(io.Discard))
}

// buildFunction builds the function of a folder with tags.
func buildFunction(t *testing.T, output, dir, tags string) {
	t.Helper()
	build := exec.Command("go", "build", "-o", output, "-tags", "lambda.norpc,"+tags, dir)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// shopper is a user who buys over and over, and who hears nothing from a function that dies.
type shopper struct {
	t      *testing.T
	base   string
	cookie string
	orders int
}

func newShopper(t *testing.T, base, name string) *shopper {
	s := &shopper{t: t, base: base}
	credentials := fmt.Sprintf(`{"name":%q,"password":"correct horse"}`, name)
	s.do(201, "POST", "/users", credentials)
	s.do(200, "POST", "/session", credentials)
	return s
}

// shown is what the shop's answers hold.
type shown struct {
	ID     string
	Items  []struct{ Quantity int }
	Orders []shown
}

// do sends a request, with "Name: value" lines in its header, and returns the
// answer, which has to have this status. What is wrong ends the goroutine.
func (s *shopper) do(status int, method, path, body string, header ...string) shown {
	s.t.Helper()
	answer, err := s.try(status, method, path, body, header)
	if err != nil {
		s.t.Errorf("%s %s %q: %v", method, path, header, err)
		runtime.Goexit()
	}
	return answer
}

func (s *shopper) try(status int, method, path, body string, header []string) (answer shown, err error) {
	r, err := http.NewRequest(method, s.base+path, strings.NewReader(body))
	if err != nil {
		return answer, err
	}
	for _, line := range append(header, "Content-Type: application/json", "Cookie: "+s.cookie) {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer, err
	}
	defer response.Body.Close()
	for _, c := range response.Cookies() {
		s.cookie = c.Name + "=" + c.Value
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer, err
	}
	if response.StatusCode != status {
		return answer, fmt.Errorf("got %d %s, want %d", response.StatusCode, text, status)
	}
	return answer, json.Unmarshal(text, &answer)
}

// buy fills the cart and orders what is in it under a new key. Each of the
// attempts names the steps at which those requests die that it consists of, all
// at once. Then the shopper tries once more, and must have one order more.
func (s *shopper) buy(attempts ...[]string) {
	s.t.Helper()
	s.orders++
	s.do(201, "POST", "/cart/items", `{"song":"creep","quantity":2}`)
	key := fmt.Sprintf("Idempotency-Key: %d", s.orders)
	for _, attempt := range attempts {
		var requests sync.WaitGroup
		for _, step := range attempt {
			same, status := *s, 201
			if step != "" {
				status = 500 // Nobody but the function knew how far it came.
			}
			requests.Go(func() { same.do(status, "POST", "/orders", "", key, "Fault-After: "+step) })
		}
		requests.Wait()
	}
	order := s.do(201, "POST", "/orders", "", key)
	// The shop numbers orders when it stores them, so that one too many would be seen here.
	if want := fmt.Sprint(s.orders); order.ID != want || len(order.Items) != 1 || order.Items[0].Quantity != 2 {
		s.t.Errorf("%q: got order %+v, want %s with 2 copies", attempts, order, want)
	}
	if newest := s.do(200, "GET", "/orders?limit=1", "").Orders; newest[0].ID != order.ID {
		s.t.Errorf("%q: got newest order %v, want %s", attempts, newest, order.ID)
	}
	if left := s.do(200, "GET", "/cart", "").Items; len(left) != 0 {
		s.t.Errorf("%q: got %v in the cart, want nothing", attempts, left)
	}
}

// The function is killed at each step of a checkout, as by kill -9; whoever tries
// again has one order and an empty cart.
func TestCheckoutKilledAtEachStep(t *testing.T) {
	h := startFaulty(t)
	var all sync.WaitGroup
	all.Go(func() { // A shopper to whom something is wrong ends its goroutine.
		s := newShopper(t, h.URL, "kim")
		for _, step := range steps {
			s.buy([]string{step})
			s.buy([]string{step}, []string{step})
		}
	})
	all.Wait()
}

// So it is with functions that are killed at any steps in any order, requests that
// come at once included.
func TestCheckoutKilledAtRandom(t *testing.T) {
	schedules := inCI(1000, 40)
	h := startFaulty(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	const shoppers = 4
	var all sync.WaitGroup
	for i := range shoppers {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		all.Go(func() {
			s := newShopper(t, h.URL, fmt.Sprintf("shopper-%d", i))
			for range schedules / shoppers {
				s.buy(schedule(random)...)
			}
		})
	}
	all.Wait()
}

// schedule returns one or two attempts of one or two requests each.
func schedule(random *rand.Rand) [][]string {
	attempts := make([][]string, 1+random.IntN(2))
	for i := range attempts {
		for range 1 + random.IntN(2) {
			attempts[i] = append(attempts[i], steps[random.IntN(len(steps))])
		}
	}
	return attempts
}

// What is deployed has no such steps.
func TestNoFaultsInProduction(t *testing.T) {
	for _, tags := range []string{"", "faults"} {
		path := filepath.Join(t.TempDir(), "post")
		buildFunction(t, path, "../functions/post", tags)
		code, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Contains(string(code), "Fault-After"), tags != ""; got != want {
			t.Errorf("built with tags %q: fault points are there: %t, want %t", tags, got, want)
		}
	}
}
