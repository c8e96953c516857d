package gateway

import "net/http"

// Claims reports whether the doors have a route for a request. What is not
// claimed they answer with 403 or 404, and whoever stands in front of them may
// answer instead.
func (g *Gateway) Claims(r *http.Request) bool {
	if g.methods[r.Method] != nil {
		return true
	}
	door := g.door(r.Host)
	path := mergeLeadingSlashes(door.strip(parseTarget(r.RequestURI).sent))
	claimed, _ := door.tree.match(r.Method, path, nil)
	return claimed != nil
}
