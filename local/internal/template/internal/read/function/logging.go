package function

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// logging reads LoggingConfig:
// https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html. With JSON
// Lambda takes INFO for a level that is missing, and only with JSON may there be one:
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html.
func logging(o *property.Object) stack.Logging {
	config := o.Object("LoggingConfig")
	defer config.Done(loggingSchema)
	l := stack.Logging{JSON: config.Choice("LogFormat", "Text", "JSON", "Text") == "JSON"}
	l.Level = level(config, "ApplicationLogLevel", l.JSON, "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
	l.SystemLevel = level(config, "SystemLogLevel", l.JSON, "DEBUG", "INFO", "WARN")
	return l
}

// level reads one of the levels of a LoggingConfig.
func level(o *property.Object, key string, json bool, levels ...string) string {
	if json {
		return o.Choice(key, "INFO", levels...)
	}
	if o.Choice(key, "", levels...) != "" {
		o.Fail(o.PosOf(key), "%s needs LogFormat: JSON", key)
	}
	return ""
}
