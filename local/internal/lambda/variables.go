package lambda

import (
	"cmp"
	"maps"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

// credentials are the variables that Lambda fills with the credentials of the
// function's role. This host has no roles: it passes on the caller's own, and
// where there are none sets placeholders, so that an SDK can be set up.
var credentials = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}

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
		"AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
		"LANG":                     "en_US.UTF-8",
		"LD_LIBRARY_PATH":          "/lib64:/usr/lib64:" + f.Dir + ":" + f.Dir + "/lib:" + opt + "/lib",
		"PATH":                     "/usr/local/bin:/usr/bin:/bin:" + opt + "/bin",
		"TZ":                       ":UTC",
	}
	if len(f.Command) == 0 {
		vars["GOMAXPROCS"] = strconv.Itoa(f.vCPUs()) // not Lambda's
	}
	maps.Copy(vars, f.RuntimeVariables)
	maps.Copy(vars, f.Environment)
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
	for _, name := range credentials {
		if _, own := f.Environment[name]; own {
			continue
		}
		if value, ok := os.LookupEnv(name); ok {
			vars[name] = value
		} else if name != "AWS_SESSION_TOKEN" {
			vars[name] = "local"
		}
	}
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

// region is the fourth part of the function's ARN.
func (f *Function) region() string {
	if parts := strings.SplitN(f.ARN, ":", 5); len(parts) == 5 {
		return parts[3]
	}
	return "us-east-1"
}
