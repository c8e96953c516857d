package host

import (
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"

	"maru/local/internal/template"
)

// Config is what Start needs. Its zero value serves template.yaml of the
// current folder, at no address.
type Config struct {
	// Template is the path of the template; "template.yaml" where empty.
	Template string
	// Options are those of template.Load.
	Options template.Options
	// APIAddress and LambdaAddress are where the APIs and the Invoke API listen,
	// as host:port; empty for not at all. Port 0 takes a free one.
	APIAddress, LambdaAddress string
	// Hosts are names besides loopback's under which the Invoke API may be called.
	Hosts []string
	// EnvVars is the path of a JSON file with environment variables; empty for none.
	EnvVars string
	// Environ is the shell's environment, as os.Environ gives it.
	Environ []string
	// Credentials are variables with AWS credentials for functions to have,
	// unless the shell has some.
	Credentials map[string]string
	// Redis is redis.Config.URL. It wins over a REDIS_URL in Environ or .env, which
	// counts where it is empty.
	Redis string
	// CertFile and KeyFile hold a certificate and its key in PEM, with which the
	// APIs are served by HTTPS; both empty for HTTP. The Invoke API is always HTTP.
	CertFile, KeyFile string
	// StaticDir is a folder, absolute or relative to the template's, whose files
	// are served where the APIs have no route; empty for none. It need not exist.
	StaticDir string
	// Only names the functions to build; nil for all.
	Only []string
	// DisableAuthorizer lets requests pass where a route asks for authorization.
	DisableAuthorizer bool
	// TunnelPrivate lets CONNECT reach loopback and private addresses.
	TunnelPrivate bool
	// LookupHost is asked whether programs find the names of the APIs' and function
	// URLs' own addresses, so that Output says what to do where they do not; nil
	// asks nobody.
	LookupHost LookupHost
	// MaxEnvironments is lambda.Config's.
	MaxEnvironments int
	// Freeze is lambda.Config's.
	Freeze bool
	// RetryScale is async.Config's.
	RetryScale float64
	// Debug logs what is otherwise too much.
	Debug bool
	// Output gets what is said to the user: what was built, which servers
	// are open, that the host is ready; nil discards it.
	Output io.Writer
	// Log gets what happens from then on: requests, and what functions print;
	// Output where nil.
	Log io.Writer
}

func (c Config) level() slog.Level {
	if c.Debug {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// certificates gives what the APIs are served with; nil for HTTP.
func (c Config) certificates() ([]tls.Certificate, error) {
	if c.CertFile == "" {
		return nil, nil
	}
	certificate, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate for HTTPS: %w", err)
	}
	return []tls.Certificate{certificate}, nil
}

// scheme is that of the APIs' addresses.
func (c Config) scheme() string {
	if c.CertFile == "" {
		return "http"
	}
	return "https"
}

// address is that of one API or function URL alone, on the port of addr.
func (c Config) address(addr net.Addr, logicalID string) string {
	_, port, _ := net.SplitHostPort(addr.String())
	return fmt.Sprintf("%s://%s.localhost:%s", c.scheme(), logicalID, port)
}

// lambdaFlag is what sets the Invoke API's port: where nothing else is served,
// it is the only one.
func (c Config) lambdaFlag() string {
	if c.APIAddress == "" {
		return "--port"
	}
	return "--lambda-port"
}
