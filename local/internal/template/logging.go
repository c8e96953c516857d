package template

// logging reads LoggingConfig:
// https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html. With JSON
// Lambda takes INFO for a level that is missing, and only with JSON may there be one:
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html.
func (o *object) logging() Logging {
	config := o.object("LoggingConfig")
	defer config.done(loggingSchema)
	l := Logging{JSON: config.choice("LogFormat", "Text", "JSON", "Text") == "JSON"}
	l.Level = config.level("ApplicationLogLevel", l.JSON, "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
	l.SystemLevel = config.level("SystemLogLevel", l.JSON, "DEBUG", "INFO", "WARN")
	return l
}

// level reads one of the levels of a LoggingConfig.
func (o *object) level(key string, json bool, levels ...string) string {
	if json {
		return o.choice(key, "INFO", levels...)
	}
	if o.choice(key, "", levels...) != "" {
		o.fail(o.node.Get(key).Pos, "%s needs LogFormat: JSON", key)
	}
	return ""
}
