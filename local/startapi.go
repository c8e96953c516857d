package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"maru/local/internal/host"
)

func newStartAPI() *cobra.Command {
	f := new(flags)
	c := &cobra.Command{
		Use:   "start-api",
		Short: "Serve the template's APIs, and the Invoke API on a port of its own (the default)",
		Long: `Serve every API of the template on one port, merged, and each alone at
http://LOGICALID.localhost:PORT/. The Invoke API, for SDKs and the AWS CLI, has a
port of its own. The line "Press CTRL+C to quit" on stderr says that it serves.`,
		Example: `  maru start-api
  maru start-api -p 8080 --redis memory
  maru start-api --parameter-overrides TunnelAuthorities=example.com:443 Stage=dev
  maru start-api --ssl-cert-file cert.pem --ssl-key-file key.pem`,
		Args:    usage(cobra.NoArgs),
		PreRunE: configure,
		RunE: func(c *cobra.Command, _ []string) error {
			if (f.cert == "") != (f.key == "") {
				return usageError{errors.New("--ssl-cert-file and --ssl-key-file need each other")}
			}
			return f.serve(c, func(config *host.Config) {
				config.APIAddress = f.address(f.port)
				if f.lambdaPort != 0 {
					config.LambdaAddress = f.address(f.lambdaPort)
				}
			})
		},
	}
	f.running(c)
	f.listening(c)
	s := c.Flags()
	f.port, f.lambdaPort = 3000, 3001
	s.VarP(&f.port, "port", "p", "the port of the APIs; 0 for a free one")
	s.Var(&f.lambdaPort, "lambda-port", "the port of the Invoke API; 0 for none")
	s.StringVarP(&f.staticDir, "static-dir", "s", "public",
		`a folder, beside the template or absolute, whose files are served at / where there
is no route; it need not exist`)
	s.StringVar(&f.cert, "ssl-cert-file", "", "the certificate, in PEM, for serving the APIs by HTTPS; needs --ssl-key-file")
	s.StringVar(&f.key, "ssl-key-file", "", "its key")
	s.BoolVar(&f.disableAuthorizer, "disable-authorizer", false, "let requests pass where a route asks for authorization")
	s.BoolVar(&f.tunnelPrivate, "tunnel-private", false, "let CONNECT reach loopback and private addresses")
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
		Args:    usage(cobra.NoArgs),
		PreRunE: configure,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.serve(c, func(config *host.Config) {
				config.LambdaAddress = f.address(f.lambdaPort)
			})
		},
	}
	f.running(c)
	f.listening(c)
	f.lambdaPort = 3001
	c.Flags().VarP(&f.lambdaPort, "port", "p", "the port of the Invoke API; 0 for a free one")
	return c
}

// serve runs a host until a signal comes.
func (f *flags) serve(c *cobra.Command, address func(*host.Config)) error {
	config, output, err := f.config(c)
	if err != nil {
		return err
	}
	defer output.Close()
	address(&config)
	h, err := host.Start(c.Context(), config)
	if err != nil {
		return interrupted(c.Context(), err)
	}
	err = h.Wait(c.Context())
	if closeErr := stop(c, h); err == nil {
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

// patience is how long a host may take to stop before a word is due.
const patience = time.Second

// stop closes a host; what is running may run to its deadline, and a little
// more for the way back. One more signal ends it at once.
func stop(c *cobra.Command, h *host.Host) error {
	ctx, cancel := context.WithTimeout(context.Background(), h.LongestTimeout()+time.Second)
	defer cancel()
	ctx, release := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer release()
	word := time.AfterFunc(patience, func() {
		c.PrintErrln("Finishing what is running; CTRL+C again ends it at once")
	})
	defer word.Stop()
	return h.Close(ctx)
}
