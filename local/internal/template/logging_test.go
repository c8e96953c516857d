package template

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// LoggingConfig is read in both types of function.
func TestLogging(t *testing.T) {
	for _, test := range []struct {
		config string
		want   Logging
		notes  []string
	}{
		{"{}", Logging{}, nil},
		{"{LogFormat: Text}", Logging{}, nil},
		{"{LogFormat: JSON}", Logging{JSON: true, Level: "INFO", SystemLevel: "INFO"}, nil},
		{"{LogFormat: JSON, ApplicationLogLevel: TRACE, SystemLogLevel: WARN}", Logging{JSON: true, Level: "TRACE", SystemLevel: "WARN"}, nil},
		{"{LogFormat: !Ref AWS::NoValue, LogGroup: mine}", Logging{}, []string{
			"8:53 ignored F.LoggingConfig.LogGroup: logs go to the terminal, and AWS_LAMBDA_LOG_GROUP_NAME is the default",
		}},
	} {
		for _, src := range []string{function, cloudFormation + "      Code: {ZipFile: a}\n"} {
			s := mustParse(t, src+"      LoggingConfig: "+test.config+"\n")
			if got := s.Functions[0].Logging; got != test.want {
				t.Errorf("%s: got %+v, want %+v", test.config, got, test.want)
			}
			if diff := cmp.Diff(test.notes, noted(s)); diff != "" {
				t.Errorf("%s: notes (-want +got):\n%s", test.config, diff)
			}
		}
	}
}

// What sam init writes stands in Globals.
func TestLoggingInGlobals(t *testing.T) {
	s := mustParse(t, "Globals: {Function: {LoggingConfig: {LogFormat: JSON}}}\n"+function)
	if got, want := s.Functions[0].Logging, (Logging{JSON: true, Level: "INFO", SystemLevel: "INFO"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestLoggingErrors(t *testing.T) {
	for config, want := range map[string]string{
		"{LogFormat: YAML}": `template.yaml:8:34: LogFormat has to be JSON or Text, but here is "YAML"`,
		"{LogFormat: JSON, ApplicationLogLevel: WARNING}": `template.yaml:8:61: ApplicationLogLevel has to be TRACE or DEBUG or INFO or WARN or ERROR or FATAL, but here is "WARNING"`,
		"{LogFormat: JSON, SystemLogLevel: ERROR}":        `template.yaml:8:56: SystemLogLevel has to be DEBUG or INFO or WARN, but here is "ERROR"`,
		"{ApplicationLogLevel: WARN}":                     "template.yaml:8:44: ApplicationLogLevel needs LogFormat: JSON",
		"{SystemLogLevel: WARN}":                          "template.yaml:8:39: SystemLogLevel needs LogFormat: JSON",
	} {
		_, err := parse(function+"      LoggingConfig: "+config+"\n", Options{})
		if diff := cmp.Diff([]string{want}, messages(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", config, diff)
		}
	}
}
