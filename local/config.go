package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"maru/local/internal/samconfig"
	"maru/local/internal/template"
)

// variables names the environment variables that stand for flags, as sam has
// them (envvar= in samcli/commands/_utils/options.py, local/cli_common/options.py
// and samcli/cli); the first that is set counts.
var variables = map[string][]string{
	"template":              {"SAM_TEMPLATE_FILE"},
	"config-file":           {"SAM_CONFIG_FILE"},
	"config-env":            {"SAM_CONFIG_ENV"},
	"debug":                 {"SAM_DEBUG"},
	"region":                {"AWS_REGION", "AWS_DEFAULT_REGION"},
	"profile":               {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"},
	"beta-features":         {"SAM_CLI_BETA_FEATURES"},
	"debug-port":            {"SAM_DEBUG_PORT"},
	"debug-args":            {"DEBUGGER_ARGS"},
	"docker-network":        {"SAM_DOCKER_NETWORK"},
	"docker-volume-basedir": {"SAM_DOCKER_VOLUME_BASEDIR"},
	"skip-pull-image":       {"SAM_SKIP_PULL_IMAGE"},
	"force-image-build":     {"SAM_FORCE_IMAGE_BUILD"},
	"layer-cache-basedir":   {"SAM_LAYER_CACHE_BASEDIR"},
}

// configure gives those flags of c that the command line leaves open their
// values: first from the environment, then from the configuration file. It then
// says which flags have no effect.
func configure(c *cobra.Command, _ []string) error {
	if err := fromEnvironment(c); err != nil {
		return err
	}
	if err := fromFile(c); err != nil {
		return err
	}
	announceIdle(c)
	return nil
}

// fromEnvironment sets flags from environment variables; empty ones count for
// nothing, as with click.
func fromEnvironment(c *cobra.Command) error {
	var err error
	c.Flags().VisitAll(func(f *pflag.Flag) {
		for _, name := range variables[f.Name] {
			if value := os.Getenv(name); value != "" && !f.Changed && err == nil {
				err = set(c, f, name, value)
			}
		}
	})
	return err
}

// set gives a flag values and, with --debug, says where they come from.
func set(c *cobra.Command, f *pflag.Flag, source string, values ...string) error {
	for _, value := range values {
		if err := c.Flags().Set(f.Name, value); err != nil {
			return usageError{fmt.Errorf("reading %s: %w", source, err)}
		}
	}
	if debug, _ := c.Flags().GetBool("debug"); debug {
		c.PrintErrf("--%s=%s, from %s\n", f.Name, strings.Join(values, " "), source)
	}
	return nil
}

// fromFile sets flags from samconfig.toml. A key that is no flag is told where
// it stands under this command, and let be under global, whose values are for
// other commands too.
func fromFile(c *cobra.Command) error {
	path, err := configPath(c)
	if err != nil || path == "" {
		return err
	}
	environment := c.Flag("config-env").Value.String()
	parameters, err := samconfig.Read(path, environment, samCommand(c))
	if err != nil {
		return err
	}
	for _, p := range parameters {
		f := c.Flags().Lookup(p.Name)
		switch {
		case f == nil && !p.Global:
			c.PrintErrf("%s: %s is no flag of this command%s\n", path, p.Key, template.Suggestion(p.Name, flagNames(c)))
		case f == nil || f.Changed:
		default:
			if err := set(c, f, path+": "+p.Key, p.Values...); err != nil {
				return err
			}
		}
	}
	return nil
}

// configPath gives the configuration file, "" for none. Like sam, it looks for
// one beside the template that the flags or the environment name, and insists
// on one that was asked for, unless by the name that it has anyway
// (configuration_callback in samcli/cli/cli_config_file.py).
func configPath(c *cobra.Command) (string, error) {
	dir := ""
	if t := c.Flag("template"); t != nil && t.Value.String() != "" {
		dir = filepath.Dir(t.Value.String())
	}
	path := c.Flag("config-file").Value.String()
	if path == "" || path == samconfig.Default {
		return samconfig.Find(dir), nil
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("reading --config-file: %w", err)
	}
	return path, nil
}

// samCommand names a command as sam's configuration does: local_start_api.
func samCommand(c *cobra.Command) string {
	words := strings.Fields(c.CommandPath())
	words[0] = "local"
	return strings.ReplaceAll(strings.Join(words, "_"), "-", "_")
}

// flagNames gives the names of a command's flags in order.
func flagNames(c *cobra.Command) []string {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	slices.Sort(names)
	return names
}
