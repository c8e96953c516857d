package gateway

import "net/http"

// Claims reports whether the doors have a route for a request, or would have one
// for its path decoded. What is not claimed they answer with 403 or 404, and
// whoever stands in front of them may answer instead, by the decoded path too: a
// REST API, which does not decode, keeps "/%61dmin" to itself if "/admin" is its.
func (g *Gateway) Claims(r *http.Request) bool {
	if g.methods[r.Method] != nil {
		return true
	}
	door, m := g.door(r.Host), methodsOf(r)
	sent := parseTarget(r.RequestURI).sent
	if claimed, _ := door.match(m, mergeLeadingSlashes(door.strip(sent)), nil); claimed != nil {
		return true
	}
	decoded := search{methods: m, kinds: bothKind}
	return decoded.walk(&door.tree, mergeLeadingSlashes(door.strip(unescape(sent, false)))) != nil
}
