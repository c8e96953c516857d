package template

// Logging is a LoggingConfig.
type Logging struct {
	// JSON is true for LogFormat JSON, false for Text.
	JSON bool
	// Level is the least that an application's log line has to be: "TRACE",
	// "DEBUG", "INFO", "WARN", "ERROR" or "FATAL"; empty for text, of which all
	// is written.
	Level string
}

// logging reads LoggingConfig:
// https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html. With JSON
// and no ApplicationLogLevel Lambda takes INFO, and only with JSON may there be one:
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html.
func (o *object) logging() Logging {
	config := o.object("LoggingConfig")
	defer config.done(loggingSchema)
	level := config.choice("ApplicationLogLevel", "", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
	if config.choice("LogFormat", "Text", "JSON", "Text") != "JSON" {
		if level != "" {
			config.fail(config.node.Get("ApplicationLogLevel").Pos, "ApplicationLogLevel needs LogFormat: JSON")
		}
		return Logging{}
	}
	config.note(Approximated, config.node.Get("LogFormat").Pos, "LogFormat", "the platform's lines, such as START and REPORT, stay text")
	if level == "" {
		level = "INFO"
	}
	return Logging{JSON: true, Level: level}
}
