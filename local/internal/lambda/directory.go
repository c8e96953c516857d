package lambda

import (
	"cmp"
	"strings"
)

// directory finds functions by the names that callers use.
type directory map[string]*Function

// newDirectory enters each function under its name and its logical ID, and under
// its aliases where these are nobody's yet.
func newDirectory(functions []*Function) directory {
	d := directory{}
	for _, f := range functions {
		d.enter(f, f.Name, f.LogicalID)
	}
	for _, f := range functions {
		d.enter(f, f.Aliases...)
	}
	return d
}

// enter leaves a name to the function that had it first.
func (d directory) enter(f *Function, names ...string) {
	for _, name := range names {
		if d[name] == nil {
			d[name] = f
		}
	}
}

// find returns the function that a caller's name means, and the qualifier in it:
// one that it was entered under, or its ARN, partial or whole, each with a
// qualifier or without (Invoke, FunctionName: the forms "my-function",
// "my-function:v1", "123456789012:function:my-function" and the ARN); else nil.
func (d directory) find(name string) (f *Function, qualifier string) {
	if f := d[name]; f != nil {
		return f, ""
	}
	if _, after, ok := strings.Cut(name, "function:"); ok {
		name = after
	}
	name, qualifier, _ = strings.Cut(name, ":")
	return d[name], qualifier
}

// Target is a function as a caller asked for it.
type Target struct {
	Function *Function
	// Qualifier is the version or the alias that the caller named; empty for none.
	Qualifier string
	// Version is what is executed: "$LATEST", or the version that the qualifier
	// stands for.
	Version string
}

// Find returns what a caller's name and qualifier mean; see Request. The error is an
// *Error: NotFound, or InvalidParameter where the name has another qualifier in it.
func (l *Lambda) Find(name, qualifier string) (Target, error) {
	f, named := l.catalog.Load().directory.find(name)
	switch {
	case f == nil:
		return Target{}, notFound(l.arnOf(name), qualifier)
	case named != "" && qualifier != "" && named != qualifier:
		return Target{}, invalid("The derived qualifier from the function name does not match the specified qualifier.")
	}
	t := Target{Function: f, Qualifier: cmp.Or(qualifier, named), Version: Latest}
	if t.Qualifier == "" || t.Qualifier == Latest {
		return t, nil
	}
	var ok bool
	if t.Version, ok = f.Qualifiers[t.Qualifier]; !ok {
		return Target{}, notFound(f.ARN, t.Qualifier)
	}
	return t, nil
}

// Resolve returns what a request is for, if a function may run it: Find, and
// InvalidParameter for a tenant that is missing or too much. Only then may Run say
// more.
func (l *Lambda) Resolve(r Request) (Target, error) {
	t, err := l.Find(r.Function, r.Qualifier)
	if err == nil {
		err = t.checkTenant(r.TenantID)
	}
	return t, err
}

// checkTenant holds an invocation's tenant against what the function wants.
func (t Target) checkTenant(id string) error {
	switch {
	case t.Function.IsolatesTenants && id == "":
		return invalid("The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.")
	case !t.Function.IsolatesTenants && id != "":
		return invalid("The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again.")
	}
	return nil
}

func invalid(message string) error {
	return &Error{InvalidParameter, message}
}

// arnOf makes an ARN of a name that is no function's.
func (l *Lambda) arnOf(name string) string {
	functions := l.catalog.Load().functions
	if strings.HasPrefix(name, "arn:") || len(functions) == 0 {
		return name
	}
	return strings.TrimSuffix(functions[0].ARN, functions[0].Name) + name
}

// notFound names the qualifier, $LATEST where there is none, as AWS does since
// 2025 (recorded).
func notFound(arn, qualifier string) error {
	if qualifier == "" && strings.Count(arn, ":") < 7 {
		qualifier = Latest
	}
	if qualifier != "" {
		arn += ":" + qualifier
	}
	return &Error{NotFound, "Function not found: " + arn}
}
