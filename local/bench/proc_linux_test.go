package main

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	const rest = " S 7 4242 4242 0 -1 4194560 1000 0 0 0 250 40 9 9 20 0 8 0 100 1000 200"
	for _, tt := range []struct {
		line string
		want stat
		err  string
	}{
		{"42 (maru)" + rest, stat{42, 7, 2900 * time.Millisecond}, ""},
		{"42 (a) R 1 (b)" + rest, stat{42, 7, 2900 * time.Millisecond}, ""},
		{"42 maru" + rest, stat{}, "no command in parentheses"},
		{"42 )maru(" + rest, stat{}, "no command in parentheses"},
		{"42 (maru) S 7", stat{}, "2 fields after the command"},
		{"x (maru)" + rest, stat{}, "reading a field"},
	} {
		got, err := parseStat([]byte(tt.line))
		if (err == nil) != (tt.err == "") || err != nil && !strings.HasPrefix(err.Error(), tt.err) {
			t.Errorf("%q: got error %v, want %q", tt.line, err, tt.err)
		}
		if err == nil && got != tt.want {
			t.Errorf("%q: got %+v, want %+v", tt.line, got, tt.want)
		}
	}
}

func TestObserve(t *testing.T) {
	child, err := startTestRole(t, "bare")
	if err != nil {
		t.Fatal(err)
	}
	before := observe(os.Getpid())
	for range 20 {
		if _, err := firstRequest(t.Context(), subject{name: "role", address: child.address, path: "/"}); err != nil {
			t.Fatal(err)
		}
	}
	after := observe(os.Getpid())
	own, children := after.since(before, os.Getpid())
	if own.Switches <= 0 || children.Switches <= 0 || own.CPU < 0 || children.CPU < 0 {
		t.Errorf("got %+v of this process and %+v of its child, want that both ran", own, children)
	}
	if _, ok := after[child.process.PID()]; !ok || len(after) != 2 {
		t.Errorf("got %v, want this process and its child %d", after, child.process.PID())
	}
	if got := observe(0); got != nil {
		t.Errorf("got %v of no process, want nothing", got)
	}
}

func TestResidentMemory(t *testing.T) {
	if got := residentMemory(os.Getpid()); got < 1<<20 || got > 10<<30 {
		t.Errorf("got %d bytes, want those of a Go program", got)
	}
	if got := residentMemory(-1); got != 0 {
		t.Errorf("got %d bytes of a process that is not there, want 0", got)
	}
}
