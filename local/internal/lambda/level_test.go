package lambda

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// names are the levels of ApplicationLogLevel, the most detailed first.
var names = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}

// filtering is a function with LogFormat JSON and this ApplicationLogLevel.
func filtering(level string) *Function { return &Function{JSONLog: true, LogLevel: Level(level)} }

// TestFilters says of each line up to which ApplicationLogLevel it is written.
func TestFilters(t *testing.T) {
	const stamp = `"timestamp":"2024-11-02T16:51:31.587199Z"`
	var slogged strings.Builder
	log := slog.New(slog.NewJSONHandler(&slogged, nil))
	log.Error("from log/slog")
	for _, tt := range []struct{ line, want string }{
		{`{"level":"debug","msg":"of the documentation",` + stamp + `}`, "DEBUG"},
		{`{"level":"TRACE",` + stamp + `}`, "TRACE"},
		{`{"level":"Warn",` + stamp + `}`, "WARN"},
		{`{"level":"WARNING",` + stamp + `}`, "WARN"},
		{`{"level":"CRITICAL",` + stamp + `}`, "FATAL"},
		{" \t" + `{"level":"FATAL",` + stamp + "} ", "FATAL"},
		{slogged.String(), "ERROR"},
		{`{"level":"ERROR","timestamp":1730566291,"time":"2024-11-02T16:51:31+09:00"}`, "ERROR"},
		{`{"level":"ERROR"}`, "INFO"},
		{`{"level":"ERROR","timestamp":"yesterday"}`, "INFO"},
		{`{"level":"DEBUG","timestamp":1730566291}`, "INFO"},
		{`{` + stamp + `}`, "INFO"},
		{`{"level":50,` + stamp + `}`, "INFO"},
		{`{"level":"LOUD",` + stamp + `}`, "INFO"},
		{`{"Level":"ERROR",` + stamp + `}`, "INFO"},
		{`{"log":{"level":"ERROR"},` + stamp + `}`, "INFO"},
		{`{}`, "INFO"},
		{``, "FATAL"},
		{`text`, "FATAL"},
		{`{"level":"DEBUG",` + stamp, "FATAL"},
		{`["level","DEBUG"]`, "FATAL"},
		{`{"level":"DEBUG",` + stamp + `} and text`, "FATAL"},
	} {
		written := names[:slices.Index(names, tt.want)+1]
		var got []string
		for _, name := range names {
			if !filtering(name).filters([]byte(tt.line)) {
				got = append(got, name)
			}
		}
		if diff := cmp.Diff(written, got); diff != "" {
			t.Errorf("%s: levels it is written at (-want +got):\n%s", tt.line, diff)
		}
		if f := (&Function{LogLevel: levelFatal}); f.filters([]byte(tt.line)) {
			t.Errorf("%s: got filtered from a text log", tt.line)
		}
	}
}

// What is filtered is in no log: neither the host's nor the tail that a caller gets.
func TestFilteredLineIsGone(t *testing.T) {
	var log strings.Builder
	f := filtering("WARN")
	f.LogicalID = "Fn"
	o := &output{f: f, journal: &journal{w: &log}, tail: new(tail)}
	for _, level := range []string{"INFO", "WARN"} {
		o.write(fmt.Appendf(nil, `{"level":%q,"time":"2024-11-02T16:51:31Z"}`+"\ntext\n", level))
	}
	const want = `Fn | text
Fn | {"level":"WARN","time":"2024-11-02T16:51:31Z"}
Fn | text
`
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if got, want := string(o.tail.bytes()), strings.ReplaceAll(want, "Fn | ", ""); got != want {
		t.Errorf("got tail %q, want %q", got, want)
	}
}

// FuzzFilters: only a JSON object is filtered, and a line that a level hides is
// hidden by each higher one.
func FuzzFilters(f *testing.F) {
	f.Add([]byte(`{"level":"error","time":"2024-11-02T16:51:31Z"}`))
	f.Add([]byte(`{"level":"DEBUG","timestamp":null,"time":[]}`))
	f.Add([]byte("{\"level\":\"\xff\"}"))
	f.Fuzz(func(t *testing.T, line []byte) {
		hidden := false
		for _, name := range names {
			got := filtering(name).filters(line)
			if hidden && !got || got && !json.Valid(line) {
				t.Errorf("%q at %s: got filtered %v", line, name, got)
			}
			hidden = got
		}
	})
}
