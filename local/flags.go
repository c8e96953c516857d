package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"maru/local/internal/build"
	"maru/local/internal/host"
	"maru/local/internal/lambda"
	"maru/local/internal/profile"
	"maru/local/internal/template"
)

// flags holds the flags of all commands; each command sets up those it has.
type flags struct {
	template, region, profile                           string
	overrides                                           []string
	host, envVars, redis, logFile, staticDir, cert, key string
	port, lambdaPort                                    port
	maxEnvironments                                     int
	retryScale                                          float64
	disableAuthorizer, tunnelPrivate, freeze            bool
}

// reading adds the flags of commands that read a template.
func (f *flags) reading(c *cobra.Command) {
	s := c.Flags()
	s.SortFlags = false
	s.StringVarP(&f.template, "template", "t", "", "the SAM template (default: template.yaml, .yml or .json); also --template-file")
	s.StringArrayVar(&f.overrides, "parameter-overrides", nil,
		`values of the template's parameters: Name=Value Other=Value, or
ParameterKey=Name,ParameterValue=Value; may be given several times`)
	s.StringVar(&f.region, "region", "", "the AWS region that functions see (default: the profile's, or us-east-1)")
	s.StringVar(&f.profile, "profile", "", "the profile of ~/.aws whose credentials functions get")
}

// running adds the flags of commands that run functions.
func (f *flags) running(c *cobra.Command) {
	f.reading(c)
	s := c.Flags()
	s.StringVarP(&f.envVars, "env-vars", "n", "", "a JSON file with environment variables of the functions")
	s.StringVar(&f.redis, "redis", "",
		`the Redis for functions that declare REDIS_URL: a redis:// URL, or "memory" for the
embedded one (default: REDIS_URL of the shell, else redis-server or valkey-server
of this machine, else the embedded one)`)
	s.IntVar(&f.maxEnvironments, "max-environments", lambda.DefaultMaxEnvironments, "how many function processes may run at once")
	s.BoolVar(&f.freeze, "freeze", false, "stop function processes between invocations, as Lambda does")
	s.StringVarP(&f.logFile, "log-file", "l", "", "write requests and what functions print to this file instead of stderr")
	addIdle(c)
}

// listening adds the flags of commands that serve.
func (f *flags) listening(c *cobra.Command) {
	s := c.Flags()
	s.StringVar(&f.host, "host", "127.0.0.1", "the address to listen on")
	s.Float64Var(&f.retryScale, "async-retry-scale", 1,
		`how long to wait before an asynchronous invocation is tried again, as a part of what
AWS waits: with 0.01, 0.6 s for its minute`)
}

// address gives an address to listen on.
func (f *flags) address(p port) string {
	return net.JoinHostPort(f.host, p.String())
}

// templateNames are where a template is looked for, as sam does:
// get_or_default_template_file_name in samcli/commands/_utils/options.py. That
// sam prefers what it has built, in .aws-sam, has no place here: this host
// builds what the source says.
var templateNames = []string{"template.yaml", "template.yml", "template.json"}

// templatePath gives --template, else the first of templateNames that is there.
func (f *flags) templatePath() (string, error) {
	if info, err := os.Stat(f.template); err == nil && info.IsDir() {
		return "", fmt.Errorf("finding the template: %s is a folder%s", f.template, synthesized(f.template))
	}
	if f.template != "" {
		return f.template, nil
	}
	for _, name := range templateNames {
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
	}
	return "", fmt.Errorf("finding the template: none of %s is in this folder; -t names another%s",
		strings.Join(templateNames, ", "), synthesized("cdk.out"))
}

// synthesized suggests the templates that the CDK has left in a folder; empty for none.
func synthesized(dir string) string {
	found, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	found = slices.DeleteFunc(found, func(path string) bool { return strings.HasSuffix(path, ".nested.template.json") })
	if err != nil || len(found) == 0 {
		return ""
	}
	return ", such as -t " + strings.Join(found, ", -t ")
}

// options gives what the template gets from the command line, and the profile
// that is to be used.
func (f *flags) options() (template.Options, profile.Profile, error) {
	p, err := profile.Load(f.profile, os.LookupEnv)
	if err != nil {
		return template.Options{}, p, err
	}
	parameters, err := template.ParseParameters(f.overrides)
	if err != nil {
		return template.Options{}, p, usageError{fmt.Errorf("reading --parameter-overrides: %w", err)}
	}
	return template.Options{Parameters: parameters, Region: cmp.Or(f.region, p.Region), InfersGo: build.InfersGo}, p, nil
}

// load reads the template that the flags name.
func (f *flags) load() (*template.Stack, error) {
	options, _, err := f.options()
	if err != nil {
		return nil, err
	}
	path, err := f.templatePath()
	if err != nil {
		return nil, err
	}
	return template.Load(path, options)
}

// announceProfile says where a profile gives functions no credentials: the
// shell's are stronger, as boto has it for AWS_PROFILE, and those that are not in
// a file are not fetched.
func (f *flags) announceProfile(c *cobra.Command, p profile.Profile) {
	switch {
	case f.profile == "":
	case os.Getenv("AWS_ACCESS_KEY_ID") != "":
		c.PrintErrf("profile %s: functions get the credentials of the shell instead\n", f.profile)
	case p.Variables() == nil:
		c.PrintErrf("profile %s: no keys in it, so functions get no credentials\n", f.profile)
	}
}

// config turns the flags into a host's configuration. The caller closes output.
func (f *flags) config(c *cobra.Command) (config host.Config, output io.Closer, err error) {
	options, p, err := f.options()
	if err != nil {
		return config, nil, err
	}
	if f.maxEnvironments < 1 {
		return config, nil, usageError{fmt.Errorf("--max-environments has to be 1 or more, but is %d", f.maxEnvironments)}
	}
	if c.Flags().Changed("async-retry-scale") && !(f.retryScale > 0 && f.retryScale <= 1) {
		return config, nil, usageError{fmt.Errorf("--async-retry-scale has to be more than 0 and at most 1, but is %g", f.retryScale)}
	}
	path, err := f.templatePath()
	if err != nil {
		return config, nil, err
	}
	f.announceProfile(c, p)
	debug, _ := c.Flags().GetBool("debug") // every command has it
	config = host.Config{
		Template:          path,
		Options:           options,
		Hosts:             []string{f.host},
		EnvVars:           f.envVars,
		Environ:           os.Environ(),
		Credentials:       p.Variables(),
		Redis:             f.redis,
		CertFile:          f.cert,
		KeyFile:           f.key,
		StaticDir:         f.staticDir,
		LookupHost:        net.DefaultResolver.LookupHost,
		DisableAuthorizer: f.disableAuthorizer,
		TunnelPrivate:     f.tunnelPrivate,
		MaxEnvironments:   f.maxEnvironments,
		Freeze:            f.freeze,
		RetryScale:        f.retryScale,
		Debug:             debug,
		Output:            c.ErrOrStderr(),
	}
	if f.logFile == "" {
		return config, io.NopCloser(nil), nil
	}
	file, err := os.OpenFile(f.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return config, nil, fmt.Errorf("opening --log-file: %w", err)
	}
	config.Log = file
	return config, file, nil
}
