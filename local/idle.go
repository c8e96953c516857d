package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// idleFlag is a flag of sam that has no effect here.
type idleFlag struct {
	name, short string
	isSwitch    bool // takes no value
	why         idleReason
}

// idleReason says why flags have no effect, after their names.
type idleReason string

const (
	noDocker     idleReason = "no effect, because nothing runs in a container"
	alwaysWarm   idleReason = "no effect, because environments stay warm and are shut down as on AWS"
	notYet       idleReason = "not yet, so no effect"
	noExperiment idleReason = "no effect, because nothing here is a beta feature"
)

// idleFlags are the flags of sam local's three commands that are accepted for
// the sake of scripts: samcli/commands/local/cli_common/options.py and
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-local-start-api.html.
var idleFlags = []idleFlag{
	{"docker-network", "", false, noDocker},
	{"docker-volume-basedir", "v", false, noDocker},
	{"skip-pull-image", "", true, noDocker},
	{"force-image-build", "", true, noDocker},
	{"layer-cache-basedir", "", false, noDocker},
	{"container-host", "", false, noDocker},
	{"container-host-interface", "", false, noDocker},
	{"container-env-vars", "", false, noDocker},
	{"add-host", "", false, noDocker},
	{"invoke-image", "", false, noDocker},
	{"mount-symlinks", "", true, noDocker},
	{"no-memory-limit", "", true, noDocker},
	{"warm-containers", "", false, alwaysWarm},
	{"shutdown", "", true, alwaysWarm},
	{"beta-features", "", true, noExperiment},
	{"no-beta-features", "", true, noExperiment},
	{"debug-port", "d", false, notYet},
	{"debugger-path", "", false, notYet},
	{"debug-args", "", false, notYet},
	{"debug-function", "", false, notYet},
	{"hook-name", "", false, notYet},
	{"skip-prepare-infra", "", true, notYet},
	{"terraform-plan-file", "", false, notYet},
	{"save-params", "", true, notYet},
	{"runtime", "", false, notYet},
	{"filesystem", "", false, notYet},
}

// idleWords are the words that flags of those take.
var idleWords = map[string][]string{"warm-containers": {"EAGER", "LAZY"}}

// addIdle lets a command take the flags that have no effect, without showing
// them in its help.
func addIdle(c *cobra.Command) {
	s := c.Flags()
	for _, f := range idleFlags {
		switch words := idleWords[f.name]; {
		case f.isSwitch:
			s.BoolP(f.name, f.short, false, string(f.why))
		case words != nil:
			s.VarP(&choice{words: words}, f.name, f.short, string(f.why))
		default:
			s.StringArrayP(f.name, f.short, nil, string(f.why))
		}
		_ = s.MarkHidden(f.name)
	}
}

// announceIdle says, a line for each reason, which flags that were given have
// no effect.
func announceIdle(c *cobra.Command) {
	names := map[idleReason][]string{}
	var reasons []idleReason
	for _, f := range idleFlags {
		if given := c.Flags().Lookup(f.name); given == nil || !given.Changed {
			continue
		}
		if !slices.Contains(reasons, f.why) {
			reasons = append(reasons, f.why)
		}
		names[f.why] = append(names[f.why], "--"+f.name)
	}
	for _, why := range reasons {
		c.PrintErrf("%s: %s\n", strings.Join(names[why], ", "), why)
	}
}
