package route

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"maru/local/internal/gateway/internal/target"
	"maru/local/internal/template"
)

// Table is the routes that are served under one host name: those of all APIs
// together, of one of them, or that of a function URL.
type Table struct {
	// Kind decides how is said that nothing is there.
	Kind template.Kind
	// API speaks where no route does: the Table's own, or of all the one that
	// takes precedence among those of the kind. nil where there is none.
	API *template.API

	tree tree
	// stage may lead the paths of requests for one API; empty where all are merged, and
	// for DefaultStage. stages are the Tables of the API's other stages, to which their
	// names lead.
	stage  string
	stages []*Table
	// whole is a function URL's route, which takes every method and path; nil
	// where there is a tree.
	whole *Route
}

// Tables are those of a stack by their host names. They are not changed once
// they are made.
type Tables struct {
	// Merged has all APIs but function URLs, and stands at every host name that
	// none of the others has.
	Merged *Table

	named map[string]*Table // by logical ID in lower case
	// identified are by the IDs of their APIs, named or not.
	identified map[string]*Table
	routes     []*Route
	conflicts  []Conflict
}

// New makes the tables of APIs, of which an earlier one takes precedence. It fails on a
// route that no API Gateway would accept.
func New(apis []*template.API) (*Tables, error) {
	t := &Tables{Merged: &Table{Kind: mergedKind(apis)}, named: map[string]*Table{}, identified: map[string]*Table{}}
	var urls []*Table
	for i, api := range apis {
		own, err := t.open(api, i)
		if err != nil {
			return nil, err
		}
		if own.whole != nil {
			urls = append(urls, own)
		}
		t.name(own)
		t.identified[api.ID] = own
	}
	t.nameFunctions(urls)
	return t, nil
}

// open makes the Table of one API and adds it to the merged one, which has the first of
// its stages. order is that in which APIs take precedence.
func (t *Tables) open(api *template.API, order int) (*Table, error) {
	own, routes, err := t.openStage(api)
	if err != nil {
		return nil, err
	}
	if t.Merged.API == nil && api.Kind == t.Merged.Kind {
		t.Merged.API = api
	}
	for _, r := range routes {
		r.order = order
		if merged[api.Kind] {
			t.conflicts = append(t.conflicts, t.Merged.tree.insert(r)...)
		}
	}
	for _, other := range api.Stages {
		there, _, err := t.openStage(other)
		if err != nil {
			return nil, err
		}
		own.stages = append(own.stages, there)
	}
	return own, nil
}

// openStage makes the Table of one stage of an API.
func (t *Tables) openStage(api *template.API) (own *Table, routes []*Route, err error) {
	own = &Table{Kind: api.Kind, API: api}
	if api.Stage != DefaultStage {
		own.stage = api.Stage
	}
	for _, route := range api.Routes {
		r, err := newRoute(api, route)
		if err != nil {
			return nil, nil, fmt.Errorf("opening %s %s at %s: %w", api.Kind, api.LogicalID, route.Pos, err)
		}
		if routes = append(routes, r); merged[api.Kind] {
			own.tree.insert(r)
		} else {
			own.whole = r
		}
	}
	t.routes = append(t.routes, routes...)
	return own, routes, nil
}

// name gives a Table the Host of its API, unless one that takes precedence has it:
// names of hosts have no case (RFC 4343), logical IDs have.
func (t *Tables) name(own *Table) {
	name := strings.ToLower(own.API.LogicalID)
	if first := t.named[name]; first != nil {
		t.conflicts = append(t.conflicts, Conflict{Winner: first.API.LogicalID, Loser: own.API.LogicalID})
		return
	}
	t.named[name] = own
}

// nameFunctions gives function URLs a second Host, that of their function, where
// nothing else has it.
func (t *Tables) nameFunctions(urls []*Table) {
	for _, own := range urls {
		function := strings.ToLower(template.Unqualified(own.whole.Function))
		if t.named[function] == nil {
			t.named[function] = own
		}
	}
}

// mergedKind is REST as soon as there is a REST API, and HTTP without any API:
// the newer kind is the one that says Not Found in plain words.
func mergedKind(apis []*template.API) template.Kind {
	if slices.ContainsFunc(apis, func(api *template.API) bool { return api.Kind == template.REST }) {
		return template.REST
	}
	return template.HTTP
}

// Conflicts lists the routes and the Hosts that two APIs claim, in the order in
// which the APIs take precedence.
func (t *Tables) Conflicts() []Conflict { return slices.Clone(t.conflicts) }

// Routes gives every route once, APIs in the order of their precedence.
func (t *Tables) Routes() []*Route { return t.routes }

// At finds the Table that a Host names: LOGICALID.localhost, in any case and with
// any port, or the Host of AWS's form that has the API's ID, or else the merged one.
func (t *Tables) At(host string) *Table {
	if id, named := LogicalID(host); named {
		if own := t.named[strings.ToLower(id)]; own != nil {
			return own
		}
	} else if own := t.atID(host); own != nil {
		return own
	}
	return t.Merged
}

// Staged gives the first API in the stage that leads a path; nil where none does.
func (t *Tables) Staged(path string) *template.API {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	for _, r := range t.routes {
		if r.API.Stage == first && first != DefaultStage {
			return r.API
		}
	}
	return nil
}

// LogicalID gives what a Host of the form LOGICALID.localhost names; named is false
// for every other, which stands for all APIs.
func LogicalID(host string) (id string, named bool) {
	id, domain, _ := strings.Cut(hostName(host), ".")
	return id, strings.EqualFold(domain, "localhost")
}

// Target reads a request target. A stage that leads the path is taken off it, and what it
// is for is the Table of that stage; without one it is t.
func (t *Table) Target(uri string) (*Table, target.Target) { return t.inStage(target.Parse(uri)) }

func (t *Table) inStage(to target.Target) (*Table, target.Target) {
	if t.stage != "" {
		if rest, found := to.CutStage(t.stage); found {
			return t, rest
		}
	}
	for _, other := range t.stages {
		if rest, found := to.CutStage(other.stage); found {
			return other, rest
		}
	}
	return t, to
}

// Match finds the route for the methods and the escaped path of a request, nil for
// none. The values of its path parameters are appended to values.
func (t *Table) Match(m Methods, path string, values []string) (*Route, []string) {
	if t.whole != nil {
		return t.whole, values
	}
	return t.tree.match(m, path, values)
}

// Methods gives those that API Gateway carries and that have a route at a path.
func (t *Table) Methods(path string) []string {
	var methods []string
	for _, m := range CarriedMethods {
		if r, _ := t.Match(All(m), path, nil); r != nil {
			methods = append(methods, m)
		}
	}
	return methods
}

// Claims reports whether there is a route for a request, or would be one for its
// path decoded, for a GET of it, or where all APIs are merged.
func (t *Tables) Claims(r *http.Request) bool {
	sent := target.Parse(r.RequestURI)
	for _, table := range []*Table{t.At(r.Host), t.Merged} {
		if table.claims(MethodsOf(r), sent) || table.claims(All(http.MethodGet), sent) {
			return true
		}
	}
	return false
}

// claims tells whether the Table has a route for the methods and a target, as it
// is or decoded, or refuses every request.
func (t *Table) claims(m Methods, sent target.Target) bool {
	if t == nobody {
		return true
	}
	there, to := t.inStage(sent)
	if r, _ := there.Match(m, to.Path, nil); r != nil {
		return true
	}
	decoded := search{methods: m, kinds: merged}
	there, to = t.inStage(sent.Decoded())
	return decoded.walk(&there.tree, to.Path) != nil
}
