package gateway

import "net/http"

// Claims reports whether the doors have a route for a request, or would have one
// for its path decoded, for a GET of it, or at the door that all APIs share. What is
// not claimed they answer with 403 or 404, and whoever stands in front of them may
// answer instead with what is at that path, whatever field or Host came with the
// request: a REST API, which does not decode, keeps "/%61dmin" to itself if
// "/admin" is its.
func (g *Gateway) Claims(r *http.Request) bool {
	if g.methods[r.Method] != nil {
		return true
	}
	sent := parseTarget(r.RequestURI).sent
	get := methods{http.MethodGet, http.MethodGet, http.MethodGet}
	for _, d := range []*door{g.door(r.Host), g.merged} {
		if d.claims(methodsOf(r), sent) || d.claims(get, sent) {
			return true
		}
	}
	return false
}

// claims tells whether the door has a route for the methods and an escaped path,
// as it is or decoded.
func (d *door) claims(m methods, sent string) bool {
	if e, _ := d.match(m, mergeLeadingSlashes(d.strip(sent)), nil); e != nil {
		return true
	}
	decoded := search{methods: m, kinds: bothKind}
	return decoded.walk(&d.tree, mergeLeadingSlashes(d.strip(unescape(sent, false)))) != nil
}
