package template_test

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"maru/local/internal/template"
)

// same are the options for comparing what is read of a SAM template with what is read
// of its translation. They leave out what is of the text and what SAM uploads, which is
// code with its build, and the order.
var same = gocmp.Options{
	cmpopts.EquateEmpty(),
	cmpopts.IgnoreTypes(template.Position{}),
	cmpopts.IgnoreFields(template.Stack{}, "File", "Layers", "Notes", "Report"),
	cmpopts.IgnoreFields(template.Function{}, "CodeURI", "BuildMethod", "BuildProperties", "Methods", "Unsupported"),
	cmpopts.IgnoreFields(template.API{}, "Implicit"),
	cmpopts.IgnoreFields(template.Route{}, "Resource", "Property"),
	cmpopts.SortSlices(func(a, b *template.API) bool { return a.LogicalID < b.LogicalID }),
	cmpopts.SortSlices(func(a, b *template.Function) bool { return a.LogicalID < b.LogicalID }),
	cmpopts.SortSlices(func(a, b *template.Route) bool { return a.Key() < b.Key() }),
}

// hash is what SAM has behind a layer's logical ID.
var hash = regexp.MustCompile(`[0-9a-f]{10}$`)

// level takes out of a Stack what differs between the two readings for a reason of its
// own: the hashes of layers, the IDs of function URLs, which are made of the logical ID
// of the resource that has them, and models that no route needs, which are not read of a
// definition.
func level(s *template.Stack) *template.Stack {
	for _, f := range s.Functions {
		for i, l := range f.Layers {
			f.Layers[i] = hash.ReplaceAllString(l, "")
		}
	}
	for _, a := range s.APIs {
		if a.Kind == template.URL {
			a.ID = ""
		}
		needed := map[string]bool{}
		for _, r := range a.Routes {
			if r.Validator != nil {
				for _, name := range r.Validator.Models {
					needed[name] = true
				}
			}
		}
		maps.DeleteFunc(a.Models, func(name string, _ *template.Model) bool { return !needed[name] })
	}
	return s
}

// summary has a line for each function and for each route, sorted.
type summary struct{ Functions, Routes []string }

// summarize reads off a Stack what testdata/translator/summary.py reads off a
// translation.
func summarize(s *template.Stack) summary {
	sum := summary{Functions: []string{}, Routes: []string{}}
	for _, f := range s.Functions {
		reserved := "-"
		if f.ReservedConcurrency != nil {
			reserved = fmt.Sprint(*f.ReservedConcurrency)
		}
		sum.Functions = append(sum.Functions, fmt.Sprintf("%s %s %s %dMB %gs [%s] %s", f.LogicalID,
			cmp.Or(f.Runtime, "-"), cmp.Or(f.Handler, "-"), f.MemorySize, f.Timeout.Seconds(),
			strings.Join(slices.Sorted(maps.Keys(f.Environment)), ","), reserved))
	}
	for _, a := range s.APIs {
		for _, r := range a.Routes {
			if a.Kind != template.URL {
				sum.Routes = append(sum.Routes, routeLine(a, r))
			}
		}
	}
	slices.Sort(sum.Functions)
	slices.Sort(sum.Routes)
	return sum
}

// routeLine is the line of a route, with the names that SAM's security schemes have for
// what it asks of its callers. A resource policy has none.
func routeLine(a *template.API, r *template.Route) string {
	behind := r.Function
	switch {
	case r.Mock != nil:
		behind = "mock"
	case strings.HasPrefix(r.Unsupported, "an integration of type AWS "):
		behind = "aws"
	}
	var asked []string
	for _, kind := range r.Auth.Kinds() {
		switch kind {
		case template.AuthPolicy:
		case template.AuthIAM:
			asked = append(asked, "AWS_IAM")
		case template.AuthAPIKey:
			asked = append(asked, "api_key")
		default:
			asked = append(asked, r.Auth.Authorizer.Name)
		}
	}
	slices.Sort(asked)
	return fmt.Sprintf("%s %s %s %dms [%s]", a.LogicalID, r.Key(), behind, r.Timeout.Milliseconds(), strings.Join(asked, ","))
}
