package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSpread(t *testing.T) {
	for _, test := range []struct{ name, args, want string }{
		{"several values", "-p 1 --parameter-overrides A=1 B=2 -t x", "-p 1 --parameter-overrides=A=1 --parameter-overrides=B=2 -t x"},
		{"in one word", "--parameter-overrides=A=1 B=2", "--parameter-overrides=A=1 --parameter-overrides=B=2"},
		{"sam's long form", "--parameter-overrides ParameterKey=A,ParameterValue=1", "--parameter-overrides=ParameterKey=A,ParameterValue=1"},
		{"a function is no value", "invoke --parameter-overrides A=1 Get", "invoke --parameter-overrides=A=1 Get"},
		{"nor is what comes after it", "--parameter-overrides A=1 Get B=2", "--parameter-overrides=A=1 Get B=2"},
		{"no value at all", "--parameter-overrides", "--parameter-overrides"},
		{"two letters", "-ii image", "--invoke-image image"},
		{"after the end of flags", "-- -ii --parameter-overrides A=1 B=2", "-- -ii --parameter-overrides A=1 B=2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.Fields(test.want), spread(strings.Fields(test.args))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Exit codes are those of sam, whose parser ends with 2 where a command line is
// wrong: https://click.palletsprojects.com/en/stable/exceptions/.
func TestExitCodes(t *testing.T) {
	for _, test := range []struct {
		args   string
		want   int
		stderr string
	}{
		{"--help", 0, ""},
		{"--version", 0, ""},
		{"local start-api --help", 0, ""},
		{"generate-event", 0, ""},
		{"generate-event s3", 0, ""},
		{"--nosuchflag", 2, "unknown flag: --nosuchflag\n"},
		{"start-lambda --prot 3", 2, `unknown flag: --prot; did you mean "--port"?`},
		{"start-lambda -p many", 2, "invalid argument \"many\" for \"-p, --port\" flag"},
		{"start-lambda -p 99999", 2, `invalid argument "99999" for "-p, --port" flag: a port is a number from 0 to 65535`},
		{"start-api --lambda-port -1", 2, "a port is a number from 0 to 65535"},
		{"start-api --warm-containers EAGR", 2, `for "--warm-containers" flag: it has to be EAGER or LAZY; did you mean "EAGER"?`},
		{"start-api --warm-containers eager --help", 0, ""},
		{"start-lambda extra", 2, `unknown command "extra" for "maru start-lambda"`},
		{"start-api --ssl-cert-file c.pem", 2, "need each other"},
		{"start-lambda --async-retry-scale 0", 2, "--async-retry-scale has to be more than 0 and at most 1, but is 0"},
		{"start-lambda --async-retry-scale NaN", 2, "has to be more than 0"},
		{"nosuchcommand", 2, `unknown command "nosuchcommand" for "maru"`},
		{"invok", 2, `; did you mean "invoke"?`},
		{"build", 2, `unknown command "build" for "maru"; functions are built when they are run`},
		{"deploy --guided", 2, `unknown command "deploy" for "maru"; it is sam that deploys`},
		{"generate-event s3 putt", 2, `; did you mean "put"?`},
		{"generate-event s3 put --buckt x", 2, `; did you mean "--bucket"?`},
		{"generate-event eventbridge event --detail no", 1, "generating eventbridge event: "},
		{"invoke F --event e.json --no-event", 2, "exclude each other"},
		{"check --output xml", 2, "text or json"},
		{"check --parameter-overrides =", 2, "reading --parameter-overrides"},
		{"check -t nowhere.yaml", 1, "nowhere.yaml"},
		{"check --profile nobody", 1, `profile "nobody"`},
		{"check --config-file samconfig.toml", 1, "template.yaml"},
		{"check --config-file nowhere.toml", 1, "reading --config-file"},
	} {
		t.Run(test.args, func(t *testing.T) {
			t.Setenv("HOME", t.TempDir())
			t.Chdir(t.TempDir())
			var stdout, stderr bytes.Buffer
			got := run(t.Context(), strings.Fields(test.args), nil, &stdout, &stderr)
			if got != test.want || !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("got %d, %q, want %d, …%s…", got, stderr.String(), test.want, test.stderr)
			}
		})
	}
}

// Every flag that sam's reference lists for its commands is understood:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-local-start-api.html
// and its neighbours for start-lambda and invoke.
func TestFlagsOfSam(t *testing.T) {
	const every = ` --add-host a:1 --beta-features --no-beta-features --config-env dev --config-file samconfig.toml
		--container-env-vars f.json --container-host h --container-host-interface 0.0.0.0 --debug --debug-args a
		--debug-port 5858 -d 5859 --debugger-path p --docker-network n --docker-volume-basedir d -v d --env-vars e.json
		-n e.json --force-image-build --hook-name terraform --invoke-image i -ii F=i --layer-cache-basedir l --log-file l
		-l l --no-memory-limit --mount-symlinks --parameter-overrides A=1 B=2 --profile p --region r --save-params
		--shutdown --skip-pull-image --skip-prepare-infra --template t -t t --template-file t --terraform-plan-file f`
	const serving = every + " --host h --port 1 -p 2 --warm-containers LAZY --debug-function F"
	for command, flags := range map[string]string{
		"start-api":    serving + " --static-dir s -s s --disable-authorizer --ssl-cert-file c --ssl-key-file k",
		"start-lambda": serving,
		"invoke":       "F" + every + " --event e -e - --no-event --runtime r",
	} {
		args := strings.Fields("local " + command + " " + flags + " --help")
		var stdout, stderr bytes.Buffer
		if got := run(t.Context(), args, nil, &stdout, &stderr); got != 0 {
			t.Errorf("%s: got exit code %d, want 0: %s", command, got, stderr.String())
		}
	}
}
