package main

import (
	"cmp"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"maru/local/internal/template"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "maru",
		Short: "Run an AWS SAM template on this machine: native processes, no Docker",
		Long: `maru reads template.yaml, builds its functions, and serves its APIs on this
machine as AWS would: the same routes, events, responses, limits and errors. Each
function runs as a native process that stays warm; nothing runs in a container.

Without a command, maru is "maru start-api". "maru local COMMAND" is the same as
"maru COMMAND". A flag that is not given has the value of its environment
variable, else that of samconfig.toml, as with sam. Flags of sam that only concern
Docker are accepted, and a line says that they have no effect.

The exit code is 0, 1 after an error, or 2 where the command line is wrong.`,
		Example: `  maru                                     serve ./template.yaml on http://127.0.0.1:3000
  maru start-api -t app/template.yaml -p 8080
  maru invoke Get -e event.json
  maru generate-event s3 put --bucket photos | maru invoke Resize -e -
  maru check --strict
  aws lambda invoke --endpoint-url http://127.0.0.1:3001 --function-name Get out.json`,
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	group(root)
	root.SetFlagErrorFunc(flagError)
	root.SetGlobalNormalizationFunc(normalize)
	f := root.PersistentFlags()
	f.String("config-file", "", "a file with values for flags (default: samconfig.toml, .yaml or .yml beside the template)")
	f.String("config-env", "default", "the section of that file")
	f.Bool("debug", false, "say where the values of flags come from, and log more")
	root.AddCommand(newStartAPI(), newStartLambda(), newInvoke(), newGenerateEvent(), newCheck())
	return root
}

// version is that of the module this command was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}

// group makes c a command that only holds others: alone it shows its help, and
// with another word it is an error.
func group(c *cobra.Command) {
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		var names []string
		for _, sub := range c.Commands() {
			names = append(names, sub.Name())
		}
		return usageError{fmt.Errorf("unknown command %q for %q%s", args[0], c.CommandPath(),
			cmp.Or(samCommands[args[0]], template.Suggestion(args[0], names)))}
	}
}

// samCommands says, for commands of sam beside those of sam local, what stands
// for them here.
var samCommands = map[string]string{
	"build":    "; functions are built when they are run",
	"validate": "; maru check reads the template and says what of it is emulated",
	"deploy":   "; it is sam that deploys",
	"sync":     "; it is sam that deploys",
	"package":  "; it is sam that deploys",
}

// usage marks what a check of arguments finds as an error of the command line.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// flagError adds the nearest flag to an error about one that does not exist. Of
// a command that does not exist no flag does, so the command is what is wrong.
func flagError(c *cobra.Command, err error) error {
	if word := c.Flags().Args(); !c.HasParent() && len(word) > 0 {
		return c.Args(c, word)
	}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usageError{err}
	}
	var names []string
	for _, name := range flagNames(c) {
		names = append(names, "--"+name)
	}
	return usageError{fmt.Errorf("%w%s", err, template.Suggestion("--"+unknown.GetSpecifiedName(), names))}
}

// normalize gives flags with two names one of them.
func normalize(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if name == "template-file" {
		name = "template"
	}
	return pflag.NormalizedName(name)
}
