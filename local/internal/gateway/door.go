package gateway

import (
	"net"
	"strings"

	"maru/local/internal/template"
)

// defaultStage is the stage of an HTTP API that has no segment in the path.
const defaultStage = "$default"

// door is one way in: all APIs together, one of them, or a function URL.
type door struct {
	tree tree
	// kind decides how the door says that nothing is there.
	kind template.Kind
	// api speaks where no route does: the door's own, or of all the one that
	// takes precedence among those of the kind. nil where there is none.
	api *template.API
	// stage may lead the path at an API's own door; empty at the merged one.
	stage string
	// whole is the endpoint of every method and path, at the door of a function
	// URL; nil at other doors, which have a tree.
	whole *endpoint
}

// match finds the endpoint for the methods and an escaped path, as the tree does.
func (d *door) match(m methods, path string, values []string) (*endpoint, []string) {
	if d.whole != nil {
		return d.whole, values
	}
	return d.tree.match(m, path, values)
}

// mergedKind is REST as soon as there is a REST API, and HTTP without any API:
// the newer kind is the one that says Not Found in plain words.
func mergedKind(apis []*template.API) template.Kind {
	for _, api := range apis {
		if api.Kind == template.REST {
			return template.REST
		}
	}
	return template.HTTP
}

// door finds the way in that a Host names: LOGICALID.localhost, in any case
// and with any port, or the merged door.
func (g *Gateway) door(host string) *door {
	if id, named := logicalID(host); named {
		if d := g.doors[strings.ToLower(id)]; d != nil {
			return d
		}
	}
	return g.merged
}

// logicalID gives what a Host of the form LOGICALID.localhost names; named is false
// for every other, which stands for the host as a whole.
func logicalID(host string) (id string, named bool) {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	id, domain, _ := strings.Cut(host, ".")
	return id, strings.EqualFold(domain, "localhost")
}

// strip takes a leading stage off a path. Slashes before the stage do not
// count, those after it stay, as recorded in
// invocation-payload-with-prepended-slash and …-prepended-slash-to-stage.
func (d *door) strip(path string) string {
	if d.stage == "" || d.stage == defaultStage {
		return path
	}
	rest, found := strings.CutPrefix(mergeLeadingSlashes(path), "/"+d.stage)
	switch {
	case !found:
		return path
	case rest == "":
		return "/"
	case rest[0] == '/':
		return rest
	}
	return path
}

// target is where a request goes, in the client's own characters.
type target struct {
	// sent is the path after the stage, still escaped; never empty.
	sent string
	// path is sent with its leading slashes merged: what routes are matched by.
	path string
	// query is what follows the question mark, still escaped.
	query string
}

// parseTarget reads a request target (RFC 9112 §3.2) in origin-form,
// absolute-form or asterisk-form. The path is not decoded: whether "%2F" is a
// slash is for the kind of API to say.
func parseTarget(uri string) target {
	if uri == "*" {
		return target{sent: "/*"}
	}
	if !strings.HasPrefix(uri, "/") {
		if _, rest, found := strings.Cut(uri, "://"); found {
			uri = rest[min(len(rest), indexOrEnd(rest, "/?")):]
		}
	}
	path, query, _ := strings.Cut(uri, "?")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return target{sent: path, query: query}
}

func indexOrEnd(s, chars string) int {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return i
	}
	return len(s)
}

// mergeLeadingSlashes makes one slash of those that start a path.
func mergeLeadingSlashes(path string) string {
	for strings.HasPrefix(path, "//") {
		path = path[1:]
	}
	return path
}
