package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"maru/local/internal/process"
)

func TestMain(m *testing.M) {
	process.BecomeLauncher()
	testscript.Main(m, map[string]func(){"maru": main})
}

// TestScripts runs the scripts of testdata/script. Besides testscript's own
// commands they have:
//
//	serve NAME [FLAG…]      start maru and wait until it is ready; $NAME is its
//	                        address, $NAME_invoke the Invoke API's, NAME.err what it says
//	end NAME [kill|twice]   end it by SIGTERM, which has to exit with 0, by SIGKILL,
//	                        or by one SIGTERM and, when it says that it waits, another
//	http METHOD URL […]     send a request; stdout is status, fields and body;
//	                        -H 'Name: value', -d BODY, -jar FILE to keep cookies
//	parallel N METHOD URL   send it N times at once; stdout counts the statuses
//	killall REGEXP          kill -9 the processes whose numbers the expression's
//	                        group finds in stdout
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: func(e *testscript.Env) error { return setUp(e, root) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serve, "end": end, "http": httpCommand, "parallel": parallel, "killall": killAll,
		},
	})
}

// setUp gives scripts what the go command needs, since HOME is not theirs.
func setUp(e *testscript.Env, root string) error {
	e.Setenv("ROOT", root)
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			return err
		}
		e.Setenv(name, strings.TrimSpace(string(value)))
	}
	e.Values[hostsKey{}] = map[string]*started{}
	return nil
}

type hostsKey struct{}

// started is a maru that a script has started.
type started struct {
	*exec.Cmd
	exited chan struct{}
	stderr string // the file it writes to
}

const readyLine = "Press CTRL+C to quit"

func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: serve NAME [FLAG…]")
	}
	name := args[0]
	port, err := freePort()
	ts.Check(err)
	lambdaPort, err := freePort()
	ts.Check(err)
	flags := append([]string{"start-api", "-p", port, "--lambda-port", lambdaPort}, args[1:]...)
	errFile := ts.MkAbs(name + ".err")
	stderr, err := os.Create(errFile)
	ts.Check(err)
	cmd := exec.Command(filepath.Join(strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator))[0], "maru"), flags...)
	cmd.Dir, cmd.Stderr = ts.MkAbs("."), stderr
	for _, variable := range []string{"PATH", "HOME", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS", "REDIS_URL", "OWN", "EXTRA", "OF_THE_HOST"} {
		if value := ts.Getenv(variable); value != "" {
			cmd.Env = append(cmd.Env, variable+"="+value)
		}
	}
	ts.Check(cmd.Start())
	stderr.Close()
	host := &started{cmd, make(chan struct{}), errFile}
	go func() {
		_ = cmd.Wait()
		close(host.exited)
	}()
	ts.Defer(func() {
		_ = cmd.Process.Kill()
		<-host.exited
	})
	ts.Value(hostsKey{}).(map[string]*started)[name] = host
	waitSaid(ts, host, readyLine)
	ts.Setenv(name, "http://127.0.0.1:"+port)
	ts.Setenv(name+"_invoke", "http://127.0.0.1:"+lambdaPort)
}

// waitSaid waits until a host has written something to stderr.
func waitSaid(ts *testscript.TestScript, host *started, text string) {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		said, err := os.ReadFile(host.stderr)
		ts.Check(err)
		if bytes.Contains(said, []byte(text)) {
			return
		}
		select {
		case <-ticker.C:
		case <-host.exited:
			said, _ = os.ReadFile(host.stderr)
			ts.Fatalf("maru ended before it said %q:\n%s", text, said)
		}
	}
}

// freePort gives a port of loopback that nobody listens on.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

func end(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: end NAME [kill]")
	}
	host := ts.Value(hostsKey{}).(map[string]*started)[args[0]]
	how := strings.Join(args[1:], " ")
	if how == "kill" {
		ts.Check(host.Process.Kill())
	} else {
		ts.Check(host.Process.Signal(syscall.SIGTERM))
	}
	if how == "twice" {
		waitSaid(ts, host, "Finishing what is running")
		ts.Check(host.Process.Signal(syscall.SIGTERM))
	}
	select {
	case <-host.exited:
	case <-time.After(30 * time.Second):
		ts.Fatalf("%s does not end", args[0])
	}
	if how != "kill" && host.ProcessState.ExitCode() != 0 {
		ts.Fatalf("%s ended with %v, want exit code 0", args[0], host.ProcessState)
	}
}

// request reads METHOD URL [-H FIELD] [-d BODY] [-jar FILE].
func request(ts *testscript.TestScript, args []string) (r *http.Request, jar string) {
	if len(args) < 2 {
		ts.Fatalf("usage: http METHOD URL [-H FIELD] [-d BODY] [-jar FILE]")
	}
	r, err := http.NewRequest(args[0], args[1], nil)
	ts.Check(err)
	for rest := args[2:]; len(rest) > 1; rest = rest[2:] {
		switch value := rest[1]; rest[0] {
		case "-H":
			name, text, _ := strings.Cut(value, ":")
			r.Header[name] = append(r.Header[name], strings.TrimSpace(text))
			if strings.EqualFold(name, "host") {
				r.Host = strings.TrimSpace(text)
			}
		case "-d":
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(value)), int64(len(value))
		case "-jar":
			jar = ts.MkAbs(value)
			if cookies, err := os.ReadFile(jar); err == nil {
				r.Header.Set("Cookie", string(cookies))
			}
		default:
			ts.Fatalf("http: unknown flag %q", rest[0])
		}
	}
	return r, jar
}

var noRedirects = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
}

func httpCommand(ts *testscript.TestScript, neg bool, args []string) {
	r, jar := request(ts, args)
	response, err := noRedirects.Do(r)
	if neg {
		if err == nil {
			ts.Fatalf("got %s, want no answer", response.Status)
		}
		return
	}
	ts.Check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	var fields []string
	for name, values := range response.Header {
		for _, value := range values {
			fields = append(fields, name+": "+value+"\n")
		}
	}
	slices.Sort(fields)
	fmt.Fprintf(ts.Stdout(), "%s\n%s\n%s\n", response.Status, strings.Join(fields, ""), body)
	for _, cookie := range response.Cookies() {
		if jar != "" {
			ts.Check(os.WriteFile(jar, []byte(cookie.Name+"="+cookie.Value), 0o600))
		}
	}
}

func parallel(ts *testscript.TestScript, _ bool, args []string) {
	var n int
	_, err := fmt.Sscan(args[0], &n)
	ts.Check(err)
	var mu sync.Mutex
	statuses := map[string]int{}
	var all sync.WaitGroup
	for range n {
		r, _ := request(ts, args[1:])
		all.Go(func() {
			status := "no answer"
			if response, err := noRedirects.Do(r); err == nil {
				response.Body.Close()
				status = response.Status
			}
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	all.Wait()
	for status, count := range statuses {
		fmt.Fprintf(ts.Stdout(), "%d times %s\n", count, status)
	}
}

func killAll(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[0]).FindAllStringSubmatch(ts.ReadFile("stdout"), -1)
	if len(found) == 0 {
		ts.Fatalf("no process number like %s in stdout", args[0])
	}
	for _, match := range found {
		var pid int
		_, err := fmt.Sscan(match[1], &pid)
		ts.Check(err)
		p, err := os.FindProcess(pid)
		ts.Check(err)
		ts.Check(p.Kill())
	}
}
