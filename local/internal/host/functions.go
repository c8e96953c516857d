package host

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"maru/local/internal/build"
	"maru/local/internal/lambda"
	"maru/local/internal/managed"
	"maru/local/internal/template"
)

// build builds the functions. One that cannot be built is told of in built.
func (d *deployment) build(ctx context.Context) error {
	begin := time.Now()
	d.builder.Dir, d.builder.Output = d.stateDir("build"), d.out
	targets, unbuildable := d.targets(ctx)
	var err error
	if d.built, err = d.builder.Build(ctx, targets); err != nil {
		return err
	}
	maps.Copy(d.built, unbuildable)
	d.announceBuild(time.Since(begin))
	return nil
}

// targets returns what is to be built, and what became of the functions that
// this machine cannot run at all. It finds the managed runtimes, and says where
// one is not of the template's version.
func (d *deployment) targets(ctx context.Context) ([]build.Target, map[string]build.Result) {
	var targets []build.Target
	unbuildable := map[string]build.Result{}
	runtimes := &managed.Runtimes{Dir: d.stateDir("runtime")}
	d.runtimes = map[string]*managed.Runtime{}
	layers := d.layers(ctx, runtimes)
	for _, f := range d.stack.Functions {
		target := build.Target{
			LogicalID: f.LogicalID, CodeURI: f.CodeURI, Built: f.Built, InlineCode: f.InlineCode,
			Runtime: f.Runtime, Method: f.BuildMethod, Properties: build.Properties(f.BuildProperties),
		}
		if f.Unsupported != "" {
			unbuildable[f.LogicalID] = build.Result{Err: fmt.Errorf("%w: %s", lambda.ErrUnsupported, f.Unsupported)}
			continue
		}
		if err := FindCode(f); err != nil {
			unbuildable[f.LogicalID] = build.Result{Err: err}
			continue
		}
		if managed.Managed(f.Runtime) {
			r, err := runtimes.Find(ctx, f.Runtime)
			if err != nil {
				unbuildable[f.LogicalID] = build.Result{Err: err}
				continue
			}
			if d.runtimes[f.Runtime] == nil && r.Warning != "" {
				fmt.Fprintf(d.out, "  %s\n", r.Warning)
			}
			d.runtimes[f.Runtime], target.Interpreter = r, r.Interpreter
		}
		var err error
		if target.Opt, err = d.optOf(f, layers); err != nil {
			unbuildable[f.LogicalID] = build.Result{Err: err}
			continue
		}
		targets = append(targets, target)
	}
	return targets, unbuildable
}

// FindCode gives a [*template.Error] where the template names code of a function that is not
// there.
func FindCode(f *template.Function) error {
	if f.InlineCode != "" {
		return nil
	}
	if _, err := os.Stat(f.CodeURI); err != nil {
		return &template.Error{Pos: f.CodePos, Text: fmt.Sprintf("finding the code of %s: %v", f.LogicalID, err)}
	}
	return nil
}

// runtimeOf returns what starts a function whose code is in dir, nil for its own
// bootstrap, and the variables that its runtime has.
func (d *deployment) runtimeOf(f *template.Function, dir string) (command []string, variables map[string]string) {
	runtime, opt := d.runtimes[f.Runtime], d.opt[f.LogicalID]
	switch {
	case opt != "":
		command = layeredCommand(runtime, dir, opt)
		if runtime != nil {
			variables = runtime.VariablesWith(opt)
		}
		return command, variables
	case runtime != nil:
		return runtime.Command, runtime.Variables
	}
	return nil, nil
}

// withLogging adds the variables by which a runtime, of whatever language, knows
// how it is to log. Lambda has them from LoggingConfig, and AWS's runtimes take
// what is not set for text (lambdacontext of aws-lambda-go, awslambdaric).
func withLogging(variables map[string]string, l template.Logging) map[string]string {
	if !l.JSON {
		return variables
	}
	all := map[string]string{"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": l.Level}
	maps.Copy(all, variables)
	return all
}

// eventInvokeConfigs turns what the template says of asynchronous invocations into
// what Lambda has for each qualifier.
func eventInvokeConfigs(f *template.Function) map[string]lambda.EventInvokeConfig {
	configs := map[string]lambda.EventInvokeConfig{lambda.Latest: eventInvokeConfig(f.Async)}
	for qualifier, a := range f.QualifiedAsync {
		configs[qualifier] = eventInvokeConfig(a)
	}
	return configs
}

func eventInvokeConfig(a template.Async) lambda.EventInvokeConfig {
	return lambda.EventInvokeConfig{
		MaximumRetryAttempts: a.MaximumRetryAttempts, MaximumEventAge: a.MaximumEventAge,
		OnSuccess: lambda.Destination(a.OnSuccess), OnFailure: lambda.Destination(a.OnFailure),
	}
}

// configure turns the template's functions into Lambda's. Of variables, the log
// gets only the names.
func (d *deployment) configure() []*lambda.Function {
	var functions []*lambda.Function
	for _, f := range d.stack.Functions {
		built := d.built[f.LogicalID]
		command, runtimeVariables := d.runtimeOf(f, built.Dir)
		variables := d.environment.of(f)
		d.log.Debug("function configured", "function", f.LogicalID, "runtime", f.Runtime, "handler", f.Handler,
			"dir", built.Dir, "timeout", f.Timeout, "memory_size", f.MemorySize,
			"variables", slices.Sorted(maps.Keys(variables)))
		functions = append(functions, &lambda.Function{
			Command: command, RuntimeVariables: withLogging(runtimeVariables, f.Logging),
			LogicalID: f.LogicalID, Name: f.Name, Aliases: f.Aliases, ARN: f.ARN,
			Runtime: f.Runtime, Handler: f.Handler, Dir: built.Dir, Revision: built.Revision, OptDir: d.opt[f.LogicalID],
			Timeout: f.Timeout, MemorySize: f.MemorySize,
			Environment:            variables,
			ReservedConcurrency:    f.ReservedConcurrency,
			ProvisionedConcurrency: f.ProvisionedConcurrency,
			Qualifiers:             f.Qualifiers,
			EventInvokeConfigs:     eventInvokeConfigs(f),
			DeadLetterQueue:        lambda.Destination(f.Async.DeadLetter),
			JSONLog:                f.Logging.JSON,
			SystemLogLevel:         lambda.Level(f.Logging.SystemLevel),
			LogLevel:               lambda.Level(f.Logging.Level),
			IsolatesTenants:        f.IsolatesTenants,
			Unavailable:            built.Err,
		})
	}
	return functions
}
