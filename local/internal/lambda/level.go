package lambda

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"time"
)

// levels are those of ApplicationLogLevel, of which SystemLogLevel has some, and
// Python's names for two: AWS's runtime logs by these and filters before Lambda.
var levels = map[string]slog.Level{
	"TRACE": levelTrace, "DEBUG": slog.LevelDebug, "INFO": slog.LevelInfo,
	"WARN": slog.LevelWarn, "WARNING": slog.LevelWarn,
	"ERROR": slog.LevelError, "FATAL": levelFatal, "CRITICAL": levelFatal,
}

const (
	levelTrace = slog.LevelDebug - 4
	levelFatal = slog.LevelError + 4
)

// Level is the level of a name, in any case: "TRACE", "DEBUG", "INFO", "WARN", "ERROR"
// or "FATAL". Any other is INFO, which Lambda takes where it is told none.
func Level(name string) slog.Level { return levels[strings.ToUpper(name)] }

// filters reports whether a line that the function printed is below its LogLevel.
// Lambda filters JSON objects, by their "level"; what is none it lets pass.
func (f *Function) filters(line []byte) bool {
	if !f.JSONLog || f.LogLevel == levelTrace || !bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("{")) {
		return false
	}
	var entry map[string]json.RawMessage
	return json.Unmarshal(line, &entry) == nil && levelOf(entry) < f.LogLevel
}

// levelOf is the level of a log entry, which is INFO too where it has no valid time:
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html.
func levelOf(entry map[string]json.RawMessage) slog.Level {
	var level string
	if !isTimed(entry) || json.Unmarshal(entry["level"], &level) != nil {
		return slog.LevelInfo
	}
	return Level(level)
}

// timeKeys are the conventions that the page has in mind, as far as is known: those
// of AWS's runtimes, and of log/slog, by which its users see Lambda filter
// (https://github.com/aws/aws-lambda-go/issues/533).
var timeKeys = [...]string{"timestamp", "time"}

// isTimed reports whether a log entry has a time by RFC 3339.
func isTimed(entry map[string]json.RawMessage) bool {
	for _, key := range timeKeys {
		var text string
		if json.Unmarshal(entry[key], &text) != nil {
			continue
		}
		if _, err := time.Parse(time.RFC3339, text); err == nil {
			return true
		}
	}
	return false
}
