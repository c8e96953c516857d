package lambda_test

import (
	"io"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// What an invocation of a new environment has in a JSON log, figures as N. The
// records are those of "Lambda Telemetry API Event schema reference".
const (
	onDemand   = `{"initializationType":"on-demand","phase":"init"`
	initStart  = `platform.initStart ` + onDemand + `,"runtimeVersion":"provided:al2023","functionName":"fn","functionVersion":"$LATEST"}`
	initDone   = `platform.initRuntimeDone ` + onDemand + `,"status":"success"}`
	initReport = `platform.initReport ` + onDemand + `,"status":"success","metrics":{"durationMs":N}}`
	exited     = `"status":"error","errorType":"Runtime.ExitError"`
	initExit   = `platform.initRuntimeDone ` + onDemand + `,` + exited + `}`
	exitReport = `platform.initReport ` + onDemand + `,` + exited + `,"metrics":{"durationMs":N}}`

	invokeStart = `platform.start {"requestId":"ID","version":"$LATEST"}`
	runtimeDone = `platform.runtimeDone {"requestId":"ID",`
	produced    = `,"metrics":{"durationMs":N,"producedBytes":`
	metrics     = `platform.report {"requestId":"ID","metrics":{"durationMs":N,"billedDurationMs":N,"memorySizeMB":128,"initDurationMs":N},`
)

// TestJSONPlatformLog has the events of each level ("System log level event
// mapping"), and the statuses of AWS's emulator: a handler's error is none of the
// runtime. Of the memory used package invokeapi tells: of a process that is gone it is
// known where it was looked at in time.
func TestJSONPlatformLog(t *testing.T) {
	again := strings.NewReplacer(`"phase":"init"`, `"phase":"invoke"`)
	for _, test := range []struct {
		name, handler string
		level         slog.Level
		want          []string
	}{
		{"DEBUG", "echo", slog.LevelDebug, []string{
			initStart, initDone, initReport, invokeStart, runtimeDone + `"status":"success"` + produced + `2}}`, metrics + `"status":"success"}`,
		}},
		{"INFO", "echo", slog.LevelInfo, []string{initStart, invokeStart, metrics + `"status":"success"}`}},
		{"WARN", "echo", slog.LevelWarn, nil},
		{"a handler's error", "fail", slog.LevelWarn, nil},
		{"timeout", "sleep", slog.LevelWarn, []string{runtimeDone + `"status":"timeout"` + produced + `0}}`, metrics + `"status":"timeout"}`}},
		{"exit", "exit", slog.LevelWarn, []string{runtimeDone + exited + produced + `0}}`, metrics + exited + `}`}},
		{"exit of init", "init-exit", slog.LevelInfo, []string{
			initStart, initExit, exitReport, again.Replace(initStart), again.Replace(initExit), again.Replace(exitReport),
			invokeStart, runtimeDone + exited + produced + `0}}`,
			strings.Replace(metrics, `,"initDurationMs":N`, "", 1) + exited + `}`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := lambdatest.NewFunction(t, test.handler)
			f.JSONLog, f.SystemLogLevel = true, test.level
			if test.handler == "sleep" {
				f.Timeout = time.Second
			}
			l, log := lambdatest.Start(t, f)
			r := lambdatest.Run(t, l, lambda.Request{})
			if diff := cmp.Diff(test.want, platformEvents(log.String(), r.RequestID)); diff != "" {
				t.Errorf("log (-want +got):\n%s\n%s", diff, log)
			}
		})
	}
}

// An environment that nobody waited for is reported by itself, and a stream's bytes
// are not counted.
func TestJSONPlatformLogOfOthers(t *testing.T) {
	provisioned := strings.NewReplacer(`"on-demand"`, `"provisioned-concurrency"`)
	report := strings.Replace(metrics, `,"initDurationMs":N`, "", 1) + `"status":"success"}`
	for level, want := range map[slog.Level][]string{
		slog.LevelDebug: {
			provisioned.Replace(initStart), provisioned.Replace(initDone), provisioned.Replace(initReport), invokeStart,
			runtimeDone + `"status":"success","metrics":{"durationMs":N}}`, report,
		},
		slog.LevelInfo: {provisioned.Replace(initStart), provisioned.Replace(initReport), invokeStart, report},
	} {
		f := lambdatest.NewFunction(t, "echo")
		f.JSONLog, f.SystemLogLevel, f.ProvisionedConcurrency = true, level, map[string]int{lambda.Latest: 1}
		l, log := lambdatest.Start(t, f)
		log.WaitFor(t, "platform.initReport", 1)
		r := lambdatest.Run(t, l, lambda.Request{Begin: func(string, time.Time) io.Writer { return io.Discard }})
		if diff := cmp.Diff(want, platformEvents(log.String(), r.RequestID)); diff != "" {
			t.Errorf("%s (-want +got):\n%s\n%s", level, diff, log)
		}
	}
}

// An environment of provisioned concurrency that does not come up is reported, too.
func TestJSONPlatformLogOfFailedProvisioned(t *testing.T) {
	provisioned := strings.NewReplacer(`"on-demand"`, `"provisioned-concurrency"`)
	f := lambdatest.NewFunction(t, "init-exit")
	f.JSONLog, f.SystemLogLevel, f.ProvisionedConcurrency = true, slog.LevelWarn, map[string]int{lambda.Latest: 1}
	_, log := lambdatest.Start(t, f)
	log.WaitFor(t, "platform.initReport", 1)
	want := []string{provisioned.Replace(initExit), provisioned.Replace(exitReport)}
	if diff := cmp.Diff(want, platformEvents(log.String(), "of none")); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, log)
	}
}

var (
	platformEvent  = regexp.MustCompile(`^\{"time":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ","type":"(platform\.\w+)","record":(.*)\}$`)
	platformFigure = regexp.MustCompile(`Ms":\d+(\.\d{1,3})?\b`)
	platformMemory = regexp.MustCompile(`,"maxMemoryUsedMB":\d+`)
)

// platformEvents returns the platform's lines as type and record; one that is no
// event comes as it is.
func platformEvents(log, requestID string) []string {
	var events []string
	for line := range strings.Lines(strings.ReplaceAll(log, requestID, "ID")) {
		line, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "Fn ")
		if ok && !strings.HasPrefix(line, "| ") {
			line = platformMemory.ReplaceAllString(platformEvent.ReplaceAllString(line, "$1 $2"), "")
			events = append(events, platformFigure.ReplaceAllString(line, `Ms":N`))
		}
	}
	return events
}
