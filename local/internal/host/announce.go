package host

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"maru/local/internal/template"
)

// announceStack says what the template holds, before it is built.
func (d *deployment) announceStack() {
	apis, _ := d.split()
	fmt.Fprintf(d.out, "%s: %s, %s\n", d.stack.File,
		count(len(d.stack.Functions), "function"), count(len(apis), "API"))
	if len(d.stack.Functions) > 0 {
		fmt.Fprintf(d.out, "Building …\n")
	}
}

// announceBuild says what was built, and what was there.
func (d *deployment) announceBuild(took time.Duration) {
	var fresh, kept []string
	for _, f := range d.stack.Functions {
		switch r := d.built[f.LogicalID]; {
		case r.Err != nil:
		case r.Fresh:
			fresh = append(fresh, f.LogicalID)
		default:
			kept = append(kept, f.LogicalID)
		}
	}
	if len(fresh) > 0 {
		fmt.Fprintf(d.out, "  built in %s: %s\n", round(took), strings.Join(fresh, ", "))
	}
	if len(kept) > 0 {
		fmt.Fprintf(d.out, "  up to date: %s\n", strings.Join(kept, ", "))
	}
}

// round leaves the digits that somebody reads: 1.2s, 35ms, 2.4ms, 870µs.
func round(d time.Duration) time.Duration {
	for unit := time.Second; unit > time.Microsecond; unit /= 1000 {
		if d >= 10*unit {
			return d.Round(unit)
		}
		if d >= unit {
			return d.Round(unit / 10)
		}
	}
	return d
}

// announceServers says what is served where, what is not emulated, and that the
// host is ready. Its last line is what scripts wait for.
func (h *Host) announceServers(d *deployment) {
	if h.APIAddr != nil {
		h.announceAPIs(d)
	}
	serving := h.APIAddr != nil || h.LambdaAddr != nil
	w := tabwriter.NewWriter(h.out, 0, 0, 2, ' ', 0)
	if serving || h.redis != nil {
		fmt.Fprintln(w)
	}
	if h.APIAddr != nil {
		fmt.Fprintf(w, "APIs\t%s://%s\n", h.config.scheme(), browsable(h.APIAddr))
	}
	if h.static != nil {
		fmt.Fprintf(w, "Files\t%s, where there is no route\n", h.static.root.Name())
	}
	if h.LambdaAddr != nil {
		fmt.Fprintf(w, "Invoke API\thttp://%s\n", browsable(h.LambdaAddr))
	}
	if h.redis != nil {
		fmt.Fprintf(w, "Redis\t%s\n", h.redis.Description)
	}
	w.Flush()
	h.announceNotes(d)
	if serving {
		fmt.Fprintln(h.out, "\nPress CTRL+C to quit")
	}
	h.out.Flush()
}

// announceAPIs lists every route and function URL, the routes and names that two
// claim, and what names need.
func (h *Host) announceAPIs(d *deployment) {
	w := tabwriter.NewWriter(h.out, 0, 0, 2, ' ', 0)
	apis, urls := d.split()
	for _, api := range apis {
		fmt.Fprintf(w, "\n%s, %s, %s, alone at %s\n",
			api.LogicalID, api.Kind, stages(api), h.config.address(h.APIAddr, api.LogicalID))
		for i, r := range api.Routes {
			fmt.Fprintf(w, "  %s\t%s\t%s%s%s\n", r.Method, r.Path, answerer(r), d.routeRemark(r), d.inStages(api, i))
		}
	}
	if len(urls) > 0 {
		fmt.Fprintf(w, "\nFunction URLs\n")
	}
	for _, u := range urls {
		r := u.Routes[0]
		fmt.Fprintf(w, "  %s/\t%s\t%s, %s%s\n",
			h.config.address(h.APIAddr, u.LogicalID), r.Function, invokeMode(r), authType(r), d.routeRemark(r))
	}
	if own := d.ownMethods(); len(own) > 0 {
		fmt.Fprintf(w, "\nOf this host alone, API Gateway does not carry them\n")
		for _, line := range own {
			fmt.Fprintln(w, line)
		}
	}
	w.Flush()
	for _, c := range d.gateway.Conflicts() {
		fmt.Fprintf(h.out, "\nConflict: %s\n", c)
	}
	h.announceNames(d.stack)
}

// stages names the stages of an API, and says which of several a path without a stage
// means.
func stages(api *template.API) string {
	if len(api.Stages) == 0 {
		return "stage " + api.Stage
	}
	var names []string
	for _, there := range api.EveryStage() {
		names = append(names, there.Stage)
	}
	return "stages " + strings.Join(names, ", ") + " (a path without a stage means " + api.Stage + ")"
}

// split gives the function URLs of the stack apart from its other APIs.
func (d *deployment) split() (apis, urls []*template.API) {
	first := slices.IndexFunc(d.stack.APIs, isURL)
	if first < 0 {
		first = len(d.stack.APIs)
	}
	return d.stack.APIs[:first], d.stack.APIs[first:]
}

func isURL(a *template.API) bool { return a.Kind == template.URL }

// invokeMode and authType give a function URL's properties of these names.
func invokeMode(r *template.Route) string {
	if r.Stream {
		return "RESPONSE_STREAM"
	}
	return "BUFFERED"
}

func authType(r *template.Route) string {
	if r.Auth != nil {
		return "AWS_IAM"
	}
	return "NONE"
}

// routeRemark is remark for a route of an API.
func (d *deployment) routeRemark(r *template.Route) string {
	switch {
	case r.Unsupported != "":
		return "\t(not served: 501)"
	case r.MissingFunction != "":
		return "\t(not in the template: 500)"
	case r.Misconfigured:
		return "\t(misconfigured: 500)"
	}
	return d.remark(r.Function, r.Auth)
}

// inStages says of a route of an API in which of its other stages it is another one; empty
// where it is the same in all.
func (d *deployment) inStages(api *template.API, i int) string {
	said := func(r *template.Route) string { return answerer(r) + strings.ReplaceAll(d.routeRemark(r), "\t", " ") }
	var others []string
	for _, other := range api.Stages {
		if there := said(other.Routes[i]); there != said(api.Routes[i]) {
			others = append(others, other.Stage+": "+there)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "\tin " + strings.Join(others, ", in ")
}

// remark says what keeps callers, or some of them, from the function of a route;
// "" where nothing does.
func (d *deployment) remark(function string, auth *template.Auth) string {
	status := d.brokenStatus(function)
	switch {
	case auth.Unchecked() != "" && !d.config.DisableAuthorizer:
		return fmt.Sprintf("\t(refused: %s; --disable-authorizer opens it)", auth.Why(auth.Unchecked()))
	case status != 0:
		return fmt.Sprintf("\t(cannot run: %d)", status)
	case auth == nil:
		return ""
	case d.config.DisableAuthorizer:
		return fmt.Sprintf("\t(open: %s authorization is switched off)", auth.Kinds()[0])
	case d.brokenStatus(auth.Authorizer.Lambda.Function) != 0:
		return fmt.Sprintf("\t(authorized by %s, which cannot run)", auth.Authorizer.Lambda.Function)
	}
	return fmt.Sprintf("\t(authorized by %s)", auth.Authorizer.Lambda.Function)
}

// answerer names who answers a route.
func answerer(r *template.Route) string {
	switch {
	case r.Unsupported != "":
		return "-"
	case r.Mock != nil:
		return "(the API itself)"
	}
	return cmp.Or(r.Function, functionIn(r.MissingFunction))
}

// functionIn gives the name of the function in the URI of an integration, all of any other
// text.
func functionIn(uri string) string {
	_, name, ok := strings.Cut(uri, ":function:")
	if !ok {
		return uri
	}
	return cmp.Or(strings.TrimSuffix(name, "/invocations"), "a function without a name")
}

func (d *deployment) ownMethods() []string {
	var lines []string
	for _, f := range d.stack.Functions {
		for _, method := range f.Methods {
			lines = append(lines, fmt.Sprintf("  %s\t*\t%s%s", method, f.LogicalID, d.remark(f.LogicalID, nil)))
		}
	}
	return lines
}

// announceNotes says what AWS would not deploy, an error each, and what of the template
// is not emulated, a line for each kind of thing: a property that ten functions have is
// said once.
func (h *Host) announceNotes(d *deployment) {
	type kind struct{ typ, property, text string }
	var kinds []kind
	places := map[kind][]template.Note{}
	var errs []string
	for _, n := range d.stack.Notes {
		switch {
		case !h.concerns(d, n):
			continue
		case n.Level == template.Invalid:
			if text := (&template.Error{Pos: n.Pos, Text: n.Text}).Error(); !slices.Contains(errs, text) {
				errs = append(errs, text)
			}
			continue
		}
		k := kind{n.Type, n.Property, n.Text}
		if places[k] == nil {
			kinds = append(kinds, k)
		}
		places[k] = append(places[k], n)
	}
	if len(errs) > 0 {
		fmt.Fprintln(h.out, "\nErrors: AWS would not deploy this; functions and routes with one answer 501")
	}
	for _, text := range errs {
		fmt.Fprintf(h.out, "  %s\n", text)
	}
	if len(kinds) > 0 {
		fmt.Fprintln(h.out, "\nNot as on AWS")
	}
	for _, k := range kinds {
		about := subject(places[k])
		if about != "" {
			about += ": "
		}
		fmt.Fprintf(h.out, "  %s: %s%s\n", places[k][0].Pos, about, k.text)
	}
}

// concerns tells whether a note is about what has a part in this run and is as it says.
func (h *Host) concerns(d *deployment, n template.Note) bool {
	switch {
	case h.config.Only != nil && n.Resource != "" && d.stack.Function(n.Resource) == nil:
		return false
	case strings.HasSuffix(n.Property, "."+redisVariable) && h.redis != nil:
		return n.Level == template.Invalid // else the host sets it
	case h.config.DisableAuthorizer && n.Auth:
		return false // the routes say that they are open
	}
	return true
}

// subject names what notes of one kind are about: "Role of Get", or "Role of Get,
// Head, 6 more"; "" for the template as a whole.
func subject(notes []template.Note) string {
	var names []string
	for _, n := range notes {
		if n.Resource != "" && !slices.Contains(names, n.Resource) {
			names = append(names, n.Resource)
		}
	}
	what := notes[0].Property
	if what == "" {
		what = notes[0].Type
	}
	switch {
	case len(names) == 0:
		return what
	case len(names) > 3:
		names = append(names[:2:2], fmt.Sprintf("%d more", len(names)-2))
	}
	return strings.TrimSpace(what + " of " + strings.Join(names, ", "))
}

// browsable shows an address as one a browser can be given.
func browsable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
