package host

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"

	"maru/local/internal/build"
	"maru/local/internal/gateway"
	"maru/local/internal/lambda"
	"maru/local/internal/managed"
	"maru/local/internal/template"
)

// deployment is what one reading of the template comes to: stack, code, functions
// and the gateway before them. But for its end it is not changed once it serves;
// another takes its place. What outlives it is the Host's.
type deployment struct {
	config Config
	out    *lineWriter
	log    *slog.Logger

	stack       *template.Stack
	environment *environment
	// builder holds on to the code until nothing runs on it.
	builder *build.Builder
	built   map[string]build.Result
	// runtimes are the managed ones, by their identifiers.
	runtimes map[string]*managed.Runtime
	// opt are the folders of functions' layers, by the functions' logical IDs.
	opt map[string]string
	// functions are the stack's as Lambda has them.
	functions []*lambda.Function
	gateway   *gateway.Gateway

	drained bool // nobody asks it any more; guarded by Host.deploying
	over    bool // nothing runs on its code any more; guarded by Host.mu
}

// read reads the template, and the variables that functions get beside it. Function
// URLs have their addresses on apis; where that is nil, AWS's.
func (h *Host) read(apis net.Addr) (*deployment, error) {
	options := h.config.Options
	if apis != nil {
		options.URL = func(logicalID string) string { return h.config.address(apis, logicalID) + "/" }
	}
	d := &deployment{config: h.config, out: h.out, log: h.log, builder: new(build.Builder), opt: map[string]string{}}
	var err error
	if d.stack, err = template.Load(h.config.Template, options); err != nil {
		return nil, err
	}
	// What is set for the functions that only leaves out is no mistake.
	if d.environment, err = newEnvironment(h.config, d.stack); err != nil {
		return nil, err
	}
	return d, d.only()
}

// only leaves those functions in the stack that Config.Only names.
func (d *deployment) only() error {
	if d.config.Only == nil {
		return nil
	}
	var names []string
	for _, f := range d.stack.Functions {
		names = append(names, f.LogicalID)
	}
	var meant []*template.Function
	for _, name := range d.config.Only {
		f := d.stack.Named(name)
		if f == nil {
			return fmt.Errorf("function %q is not in %s; it has %s", name, d.stack.File, strings.Join(names, ", "))
		}
		meant = append(meant, f)
	}
	d.stack.Functions = slices.DeleteFunc(d.stack.Functions, func(f *template.Function) bool { return !slices.Contains(meant, f) })
	return nil
}

// stateDir returns the absolute path of a folder below the state folder.
func (d *deployment) stateDir(name string) string { return below(d.stack.Dir, name) }

// newFaults are the errors of properties and resources that had none in the deployment
// before. A start serves what is left; later, what serves is better than less of it.
func (d *deployment) newFaults(before *deployment) error {
	type part struct{ resource, property string }
	known := map[part]bool{}
	for _, n := range before.stack.Report {
		if n.Level == template.Invalid {
			known[part{n.Resource, n.Property}] = true
		}
	}
	var errs []error
	for _, n := range d.stack.Report {
		if n.Level == template.Invalid && !known[part{n.Resource, n.Property}] {
			errs = append(errs, &template.Error{Pos: n.Pos, Text: n.Text})
		}
	}
	return errors.Join(errs...)
}

// newErrors are those functions that cannot be built, and could before or were not
// there.
func (d *deployment) newErrors(before *deployment) error {
	var errs []error
	for _, f := range d.stack.Functions {
		r := d.built[f.LogicalID]
		if r.Err == nil || before.built[f.LogicalID].Err != nil || errors.Is(r.Err, lambda.ErrUnsupported) {
			continue
		}
		err := fmt.Errorf("%s: function %s cannot run: %w", f.CodePos, f.LogicalID, r.Err)
		if r.Said != "" {
			err = fmt.Errorf("%w: %s", err, r.Said)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// located puts the place of a function's code before the error of its init phase.
func (d *deployment) located(err error) error {
	var failed *lambda.InitError
	if !errors.As(err, &failed) {
		return err
	}
	if f := d.stack.Function(failed.Function); f != nil {
		return fmt.Errorf("%s: %w", f.CodePos, err)
	}
	return err
}

// open makes the deployment's gateway.
func (d *deployment) open(l *lambda.Lambda, memory *gateway.Memory) (err error) {
	methods := map[string]string{}
	for _, f := range d.stack.Functions {
		for _, method := range f.Methods {
			methods[method] = f.LogicalID
		}
	}
	d.gateway, err = gateway.New(gateway.Config{
		APIs: d.stack.APIs, Methods: methods,
		AccountID: d.stack.AccountID, Region: d.stack.Region,
		Invoker: invoker{l}, Log: d.log, Memory: memory,
		DisableAuthorizer: d.config.DisableAuthorizer,
		Tunnel:            gateway.Tunnel{AllowPrivate: d.config.TunnelPrivate},
	})
	return err
}

// close gives up the code.
func (d *deployment) close() { d.builder.Close() }
