package function

import (
	"slices"
	"time"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Limits and defaults of a function:
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html.
const (
	defaultTimeout = 3
	maxTimeout     = 900
	minMemory      = 128
	maxMemory      = 10240
	maxConcurrency = 1 << 20 // far above any account's quota, which AWS checks
)

// configuration reads what both types of function have.
func configuration(o *property.Object) *stack.Function {
	f := &stack.Function{LogicalID: o.Resource().LogicalID, Aliases: o.Resource().Aliases(), Pos: o.Resource().Pos}
	// Reading the property reports what is wrong with it; what references to
	// the function say is the name without one.
	if f.Name = o.Text("FunctionName", ""); f.Name == "" {
		f.Name, _ = o.Scope().FunctionName(o.Resource())
	}
	f.ARN = o.Scope().FunctionARN(f.Name)
	f.Timeout = defaultTimeout * time.Second
	if seconds := o.Integer("Timeout", 1, maxTimeout); seconds != nil {
		f.Timeout = time.Duration(*seconds) * time.Second
	}
	f.MemorySize = minMemory
	if size := o.Integer("MemorySize", minMemory, maxMemory); size != nil {
		f.MemorySize = *size
		o.Note(stack.Listed, o.PosOf("MemorySize"), "MemorySize", "the limit holds for the runtime's process, and for those that it starts where the host has a cgroup of its own")
	}
	f.ReservedConcurrency = o.Integer("ReservedConcurrentExecutions", 0, maxConcurrency)
	f.Async = stack.DefaultAsync()
	f.Architecture = architecture(o)
	f.Environment = environment(o)
	f.Logging = logging(o)
	f.Runtime, f.Handler = o.Text("Runtime", ""), o.Text("Handler", "")
	checkNames(o, f)
	f.IsolatesTenants = isolatesTenants(o)
	f.Layers = layers(o)
	return f
}

// architecture reads Architectures, a list of one.
func architecture(o *property.Object) string {
	const fallback = "x86_64"
	names := o.TextNodes("Architectures")
	if n := o.Get("Architectures"); n != nil && n.Kind == syntax.Sequence && len(n.Items) == 0 {
		o.Fail(n.Pos, "Architectures has to be a list of one")
	}
	if len(names) == 0 {
		return fallback
	}
	o.Note(stack.Listed, names[0].Pos, "Architectures", "functions run on this machine's processor, whatever it is")
	if len(names) > 1 {
		o.Fail(names[1].Pos, "Architectures has to be a list of one")
	}
	if known := []string{fallback, "arm64"}; !slices.Contains(known, names[0].Value) {
		o.Fail(names[0].Pos, "Architectures has to be x86_64 or arm64, but here is %q%s", names[0].Value, syntax.Suggestion(names[0].Value, known))
	}
	return names[0].Value
}

// isolatesTenants reads TenancyConfig:
// https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html.
func isolatesTenants(o *property.Object) bool {
	config := o.Object("TenancyConfig")
	defer config.Done(tenancySchema)
	return config.Choice("TenantIsolationMode", "", "PER_TENANT") != ""
}
