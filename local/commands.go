package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"maru/local/internal/host"
	"maru/local/internal/template"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "maru",
		Short: "Run an AWS SAM template on this machine: native processes, no Docker",
		Long: `maru reads template.yaml, builds its Go functions, and serves its APIs on this
machine as AWS would: the same routes, events, responses, limits and errors. Each
function runs as a native process that stays warm; nothing runs in a container.

Without a command, maru is "maru start-api". "maru local COMMAND" is the same as
"maru COMMAND".`,
		Example: `  maru                                     serve ./template.yaml on http://127.0.0.1:3000
  maru start-api -t app/template.yaml -p 8080
  maru invoke Get -e event.json
  aws lambda invoke --endpoint-url http://127.0.0.1:3001 --function-name Get out.json`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newStartAPI(), newStartLambda(), newInvoke())
	return root
}

// flags holds the flags of all commands; each command sets up those it has.
type flags struct {
	template, host, envVars, redis, region, logFile string
	overrides                                       []string
	port, lambdaPort, maxEnvironments               int
	disableAuthorizer, tunnelPrivate                bool
}

// common adds the flags that every command has.
func (f *flags) common(c *cobra.Command) {
	s := c.Flags()
	s.SortFlags = false
	s.StringVarP(&f.template, "template", "t", "template.yaml", "the SAM template")
	s.StringVar(&f.template, "template-file", "template.yaml", "the same as --template")
	_ = s.MarkHidden("template-file")
	s.StringArrayVar(&f.overrides, "parameter-overrides", nil,
		`values of the template's parameters: "Name=Value Other=Value", or
"ParameterKey=Name,ParameterValue=Value"; may be given several times`)
	s.StringVarP(&f.envVars, "env-vars", "n", "", "a JSON file with environment variables of the functions")
	s.StringVar(&f.redis, "redis", "",
		`the Redis for functions that declare REDIS_URL: a redis:// URL, or "memory" for the
embedded one (default: redis-server or valkey-server of this machine, else embedded)`)
	s.StringVar(&f.region, "region", "us-east-1", "the AWS region that functions see")
	s.IntVar(&f.maxEnvironments, "max-environments", 100, "how many function processes may run at once")
	s.StringVarP(&f.logFile, "log-file", "l", "", "write requests and what functions print to this file instead of stderr")
}

func (f *flags) address(c *cobra.Command) {
	c.Flags().StringVar(&f.host, "host", "127.0.0.1", "the address to listen on")
}

func newStartAPI() *cobra.Command {
	f := new(flags)
	c := &cobra.Command{
		Use:   "start-api",
		Short: "Serve the template's APIs, and the Invoke API on a port of its own (the default)",
		Long: `Serve every API of the template on one port, merged, and each alone at
http://LOGICALID.localhost:PORT/. The Invoke API, for SDKs and the AWS CLI, has a
port of its own. The line "Press CTRL+C to quit" on stderr says that all doors are open.`,
		Example: `  maru start-api
  maru start-api -p 8080 --redis memory
  maru start-api --parameter-overrides "TunnelAuthorities=example.com:443"`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.serve(c, func(config *host.Config) {
				config.APIAddress = net.JoinHostPort(f.host, strconv.Itoa(f.port))
				if f.lambdaPort != 0 {
					config.LambdaAddress = net.JoinHostPort(f.host, strconv.Itoa(f.lambdaPort))
				}
			})
		},
	}
	f.common(c)
	f.address(c)
	c.Flags().IntVarP(&f.port, "port", "p", 3000, "the port of the APIs")
	c.Flags().IntVar(&f.lambdaPort, "lambda-port", 3001, "the port of the Invoke API; 0 for none")
	c.Flags().BoolVar(&f.disableAuthorizer, "disable-authorizer", false, "let requests pass where a route asks for authorization")
	c.Flags().BoolVar(&f.tunnelPrivate, "tunnel-private", false, "let CONNECT reach loopback and private addresses")
	return c
}

func newStartLambda() *cobra.Command {
	f := new(flags)
	c := &cobra.Command{
		Use:   "start-lambda",
		Short: "Serve only the Invoke API, for SDKs and the AWS CLI",
		Example: `  maru start-lambda
  aws lambda invoke --endpoint-url http://127.0.0.1:3001 --function-name Get --payload '{}' \
      --cli-binary-format raw-in-base64-out out.json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.serve(c, func(config *host.Config) {
				config.LambdaAddress = net.JoinHostPort(f.host, strconv.Itoa(f.lambdaPort))
			})
		},
	}
	f.common(c)
	f.address(c)
	c.Flags().IntVarP(&f.lambdaPort, "port", "p", 3001, "the port of the Invoke API")
	return c
}

// config turns the flags into a host's configuration. The caller closes output.
func (f *flags) config(c *cobra.Command) (config host.Config, output io.Closer, err error) {
	parameters, err := template.ParseParameters(f.overrides)
	if err != nil {
		return config, nil, fmt.Errorf("reading --parameter-overrides: %w", err)
	}
	config = host.Config{
		Template:          f.template,
		Options:           template.Options{Parameters: parameters, Region: f.region},
		Hosts:             []string{f.host},
		EnvVars:           f.envVars,
		Environ:           os.Environ(),
		Redis:             f.redis,
		DisableAuthorizer: f.disableAuthorizer,
		TunnelPrivate:     f.tunnelPrivate,
		MaxEnvironments:   f.maxEnvironments,
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

// serve runs a host until a signal comes.
func (f *flags) serve(c *cobra.Command, doors func(*host.Config)) error {
	config, output, err := f.config(c)
	if err != nil {
		return err
	}
	defer output.Close()
	doors(&config)
	h, err := host.Start(c.Context(), config)
	if err != nil {
		return interrupted(c.Context(), err)
	}
	err = h.Wait(c.Context())
	if closeErr := stop(h); err == nil {
		err = closeErr
	}
	return err
}

// interrupted makes nothing of an error that a signal caused: ending a host
// while it starts is no fault.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// stop closes a host; what is running may run to its deadline, and a little
// more for the way back.
func stop(h *host.Host) error {
	ctx, cancel := context.WithTimeout(context.Background(), h.LongestTimeout()+time.Second)
	defer cancel()
	return h.Close(ctx)
}
