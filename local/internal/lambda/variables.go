package lambda

import (
	"cmp"
	"maps"
	"net"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

// initialization is why an environment was started, in the words of
// AWS_LAMBDA_INITIALIZATION_TYPE.
type initialization string

const (
	onDemand    initialization = "on-demand"
	provisioned initialization = "provisioned-concurrency"
)

// variables returns the whole environment of the process, as "NAME=value", sorted.
// Of the places that may set one the last wins: what Lambda sets and lets a
// function override, the function's own, what Lambda reserves ("Defined runtime
// environment variables"). Nothing else of the host's environment is in it.
func (e *environment) variables(runtimeAPI, logStream string) []string {
	f := e.f
	opt := cmp.Or(f.OptDir, "/opt")
	vars := map[string]string{
		"LANG":            "en_US.UTF-8",
		"LD_LIBRARY_PATH": "/lib64:/usr/lib64:" + f.Dir + ":" + f.Dir + "/lib:" + opt + "/lib",
		"PATH":            "/usr/local/bin:/usr/bin:/bin:" + opt + "/bin",
		"TZ":              ":UTC",
	}
	if len(f.Command) == 0 {
		vars["GOMAXPROCS"] = strconv.Itoa(f.vCPUs()) // not Lambda's
	}
	maps.Copy(vars, xray(cmp.Or(f.Environment[daemonVariable], os.Getenv(daemonVariable))))
	maps.Copy(vars, f.RuntimeVariables)
	maps.Copy(vars, f.Environment)
	f.setCredentials(vars, os.Getenv)
	region := f.region()
	maps.Copy(vars, map[string]string{
		"_HANDLER":                        f.Handler,
		"AWS_DEFAULT_REGION":              region,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.MemorySize),
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     e.variant.version,
		"AWS_LAMBDA_INITIALIZATION_TYPE":  string(e.how),
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + f.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      logStream,
		"AWS_LAMBDA_RUNTIME_API":          runtimeAPI,
		"AWS_REGION":                      region,
		"AWS_SAM_LOCAL":                   "true", // not Lambda's: sam local sets it, and code asks for it
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
		"LAMBDA_TASK_ROOT":                f.Dir,
		"PWD":                             f.Dir,
	})
	list := make([]string, 0, len(vars))
	for name, value := range vars {
		list = append(list, name+"="+value)
	}
	sort.Strings(list)
	return list
}

// memoryOfVCPU is the MemorySize, in MB, with which a function has the equivalent
// of one vCPU ("Configure Lambda function memory").
const memoryOfVCPU = 1769

// vCPUs returns how many CPUs the function can keep busy in Lambda, which gives it
// CPU time in proportion to its memory: at least one, and no more than there are.
// Go would use all that it sees. On a laptop those are more than in Lambda, an
// answer would take less time by what Lambda does not have, and the threads of all
// environments would get in each other's way. Other systems' ways of saying so, as
// CPU affinity, would tie an environment to a CPU that may be busy.
func (f *Function) vCPUs() int {
	return max(1, min((f.MemorySize+memoryOfVCPU-1)/memoryOfVCPU, runtime.NumCPU()))
}

// The variables that Lambda fills with the credentials of the function's role.
const (
	accessKeyID     = "AWS_ACCESS_KEY_ID"
	secretAccessKey = "AWS_SECRET_ACCESS_KEY"
	sessionToken    = "AWS_SESSION_TOKEN"
)

// setCredentials sets those that a function gets for want of a role: the ones of its
// Environment, as of a profile, else the shell's, and where that has none placeholders,
// so that an SDK can be set up. All are of one place: two sets are not mixed.
//
// A role's always have a session token, and so do the placeholders. Long-term keys
// have none, and get none here: AWS refuses them with a token that is not theirs.
func (f *Function) setCredentials(vars map[string]string, shell func(name string) string) {
	source := func(string) string { return "local" }
	if f.Environment[accessKeyID] != "" {
		source = func(name string) string { return f.Environment[name] }
	} else if shell(accessKeyID) != "" {
		source = shell
	}
	for _, name := range []string{accessKeyID, secretAccessKey, sessionToken} {
		delete(vars, name)
		if value := source(name); value != "" {
			vars[name] = value
		}
	}
}

// daemonVariable names X-Ray's daemon to its SDKs.
const daemonVariable = "AWS_XRAY_DAEMON_ADDRESS"

// xray returns the variables by which code of any runtime finds X-Ray's daemon.
// address is the function's own, or the shell's; empty for 127.0.0.1:2000, where a
// daemon listens and SDKs look for one when nobody says otherwise. It is "host:port",
// or "tcp:host:port udp:host:port" in either order:
// https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-go-configuration.html.
//
// The names with an underscore are not documented, but recorded
// (test_lambda_init_environment). They have the address that segments are sent to,
// by UDP, in two parts; where address is of no such form they are left out.
func xray(address string) map[string]string {
	address = cmp.Or(address, "127.0.0.1:2000")
	vars := map[string]string{"AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR", daemonVariable: address}
	segments := address
	for _, field := range strings.Fields(address) {
		if udp, ok := strings.CutPrefix(field, "udp:"); ok {
			segments = udp
		}
	}
	if host, port, err := net.SplitHostPort(segments); err == nil {
		vars["_AWS_XRAY_DAEMON_ADDRESS"], vars["_AWS_XRAY_DAEMON_PORT"] = host, port
	}
	return vars
}

// region is the fourth part of the function's ARN.
func (f *Function) region() string {
	if parts := strings.SplitN(f.ARN, ":", 5); len(parts) == 5 {
		return parts[3]
	}
	return "us-east-1"
}
