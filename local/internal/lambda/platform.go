package lambda

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"time"
)

// event is something that the platform has to say, in both forms of a log. The
// facts are the fields, so neither form can tell of others.
//
// With LogFormat JSON it is an Event of the Telemetry API, whose record the event
// encodes to (https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html).
// Left out of records, which may go without: runtimeVersionArn, instanceId,
// instanceMaxMemory, spans, and tracing, for no trace is taken.
type event interface {
	// kind is the type of the Event, without "platform.", and the level that
	// SystemLogLevel is held against ("System log level event mapping",
	// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html).
	// An empty kind is that of what only text logs have.
	kind() (name string, level slog.Level)
	// text is the line of LogFormat Text; empty for what only JSON logs have.
	text() string
}

// line is an event as the function's log has it; empty where it does not.
func (f *Function) line(e event) string {
	if !f.JSONLog {
		return e.text()
	}
	name, level := e.kind()
	if name == "" || level < f.SystemLogLevel {
		return ""
	}
	line, _ := json.Marshal(struct { // texts and figures, which JSON can express
		Time   string `json:"time"`
		Type   string `json:"type"`
		Record event  `json:"record"`
	}{time.Now().UTC().Format(timestamp), "platform." + name, e})
	return string(line)
}

// timestamp is how the platform writes a time, which has to be UTC.
const timestamp = "2006-01-02T15:04:05.000Z"

// status is how a phase ended. Its zero value is of none.
type status struct {
	Status    string `json:"status"`              // "success", "error" or "timeout"
	ErrorType string `json:"errorType,omitempty"` // of an error
}

var success = status{Status: "success"}

// status is about the runtime, not the function: it did well where it has answered,
// if only with the error of a handler (handlers.go in internal/lambda/rapid of AWS's
// emulator). An error names its type in the platform's words.
func (o outcome) status() status {
	switch {
	case o.timedOut:
		return status{Status: "timeout"}
	case o.outOfMemory:
		return status{"error", "Runtime.OutOfMemory"} // https://github.com/DataBiosphere/azul/issues/7730
	case o.Failed && o.RequestID == "":
		return status{"error", platformType(o.ErrorType)}
	}
	return success
}

// unless is the level of an event with this status, which is another one where
// nothing went wrong.
func (s status) unless(well slog.Level) slog.Level {
	if s == success {
		return well
	}
	return slog.LevelWarn
}

// text is the end of a line about what has failed.
func (s status) text() string {
	text := "\tStatus: " + s.Status
	if s.ErrorType != "" {
		text += "\tError Type: " + s.ErrorType
	}
	return text
}

// initialized is what all events about an init phase tell. Its phase is "init", or
// "invoke" where it is done again.
type initialized struct {
	How   initialization `json:"initializationType"`
	Phase string         `json:"phase"`
}

type initStart struct {
	initialized
	RuntimeVersion  string `json:"runtimeVersion"`
	FunctionName    string `json:"functionName"`
	FunctionVersion string `json:"functionVersion"`
}

// kind is of level INFO because the event has a runtimeVersion; AWS's without are DEBUG.
func (e initStart) kind() (string, slog.Level) { return "initStart", slog.LevelInfo }
func (e initStart) text() string               { return "INIT_START Runtime Version: " + e.RuntimeVersion }

type initRuntimeDone struct {
	initialized
	status
}

func (e initRuntimeDone) kind() (string, slog.Level) {
	return "initRuntimeDone", e.unless(slog.LevelDebug)
}
func (e initRuntimeDone) text() string { return "" }

type initReport struct {
	initialized
	status
	Metrics initMetrics `json:"metrics"`
}

type initMetrics struct {
	Duration milliseconds `json:"durationMs"`
}

func (e initReport) kind() (string, slog.Level) {
	if e.How == onDemand {
		return "initReport", e.unless(slog.LevelDebug)
	}
	return "initReport", e.unless(slog.LevelInfo)
}

// text tells of an init phase that failed, and of one that no invocation waited for:
// the REPORT of an invocation tells of the others.
func (e initReport) text() string {
	text := fmt.Sprintf("INIT_REPORT Init Duration: %.2f ms", e.Metrics.Duration)
	switch {
	case e.status != success:
		text += "\tPhase: " + e.Phase + e.status.text()
	case e.How == onDemand:
		return ""
	}
	return text
}

type invokeStart struct {
	RequestID string `json:"requestId"`
	Version   string `json:"version"`
}

func (e invokeStart) kind() (string, slog.Level) { return "start", slog.LevelInfo }
func (e invokeStart) text() string {
	return "START RequestId: " + e.RequestID + " Version: " + e.Version
}

type runtimeDone struct {
	RequestID string `json:"requestId"`
	status
	Metrics runtimeMetrics `json:"metrics"`
}

type runtimeMetrics struct {
	Duration      milliseconds `json:"durationMs"`
	ProducedBytes *int         `json:"producedBytes,omitempty"` // nil for a stream, which is not counted
}

func (e runtimeDone) kind() (string, slog.Level) { return "runtimeDone", e.unless(slog.LevelDebug) }
func (e runtimeDone) text() string               { return "END RequestId: " + e.RequestID }

type report struct {
	RequestID string        `json:"requestId"`
	Metrics   reportMetrics `json:"metrics"`
	status
}

type reportMetrics struct {
	Duration     milliseconds `json:"durationMs"`
	Billed       int64        `json:"billedDurationMs"`
	MemorySize   int          `json:"memorySizeMB"`
	MaxMemory    int64        `json:"maxMemoryUsedMB,omitempty"` // zero where it is not known
	InitDuration milliseconds `json:"initDurationMs,omitempty"`  // zero where the environment was warm
}

func (e report) kind() (string, slog.Level) { return "report", e.unless(slog.LevelInfo) }

// text ends in a tab, as AWS's does, or in what went wrong:
// https://github.com/nishidemasami/contactform-api/issues/29.
func (e report) text() string {
	m := e.Metrics
	b := append(make([]byte, 0, 256), "REPORT RequestId: "...)
	b = append(b, e.RequestID...)
	b = appendFigure(b, "Duration", float64(m.Duration), 2, "ms")
	b = appendFigure(b, "Billed Duration", float64(m.Billed), 0, "ms")
	b = appendFigure(b, "Memory Size", float64(m.MemorySize), 0, "MB")
	if m.MaxMemory > 0 {
		b = appendFigure(b, "Max Memory Used", float64(m.MaxMemory), 0, "MB")
	}
	if m.InitDuration > 0 {
		b = appendFigure(b, "Init Duration", float64(m.InitDuration), 2, "ms")
	}
	if e.status == success {
		return string(append(b, '\t'))
	}
	return string(b) + e.status.text()
}

func appendFigure(b []byte, name string, value float64, decimals int, unit string) []byte {
	b = append(append(append(b, '\t'), name...), ": "...)
	b = strconv.AppendFloat(b, value, 'f', decimals, 64)
	return append(append(b, ' '), unit...)
}

// remark is a line that only text logs have.
type remark string

func (r remark) kind() (string, slog.Level) { return "", slog.LevelInfo }
func (r remark) text() string               { return string(r) }

// milliseconds is a duration as the platform's events have it, with three decimals.
type milliseconds float64

func inMilliseconds(d time.Duration) milliseconds { return milliseconds(d.Microseconds()) / 1000 }

// billed is whole milliseconds.
func billed(d time.Duration) int64 {
	return int64(math.Ceil(float64(d) / float64(time.Millisecond)))
}
