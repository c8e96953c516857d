package host

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"maru/local/internal/lambda"
	"maru/local/internal/template"
)

// brokenStatus is what callers get for a function that cannot run, with or
// without an alias behind a colon; 0 for one that can.
func (d *deployment) brokenStatus(function string) int {
	switch err := d.built[template.Unqualified(function)].Err; {
	case err == nil:
		return 0
	case errors.Is(err, lambda.ErrUnsupported):
		return http.StatusNotImplemented
	}
	return http.StatusBadGateway
}

// announceBroken says why functions cannot run, and how their callers see it. What
// a compiler has just said, and what a note says with the place in the template, is
// not said again; nor is anything where nobody calls: an invocation has its own error.
func (d *deployment) announceBroken() {
	if d.config.APIAddress == "" && d.config.LambdaAddress == "" {
		return
	}
	var reasons, statuses []group
	for _, f := range d.stack.Functions {
		r, status := d.built[f.LogicalID], d.brokenStatus(f.LogicalID)
		if status == 0 {
			continue
		}
		statuses = assign(statuses, fmt.Sprint(status), f.LogicalID)
		if !r.Shown && f.Unsupported == "" {
			reasons = assign(reasons, r.Err.Error(), f.LogicalID)
		}
	}
	for _, reason := range reasons {
		fmt.Fprintf(d.out, "  %s cannot run: %s\n", strings.Join(reason.names, ", "), reason.what)
	}
	var answers []string
	for _, status := range statuses {
		answers = append(answers, status.what+" for "+strings.Join(status.names, ", "))
	}
	if len(answers) > 0 {
		fmt.Fprintf(d.out, "  until the next start callers get %s\n", strings.Join(answers, ", and "))
	}
}

// group is what several functions have in common.
type group struct {
	what  string
	names []string
}

// assign puts a name into the group of what, which it adds where it is missing.
func assign(groups []group, what, name string) []group {
	for i := range groups {
		if groups[i].what == what {
			groups[i].names = append(groups[i].names, name)
			return groups
		}
	}
	return append(groups, group{what, []string{name}})
}
