package route

import (
	"strings"

	"maru/local/internal/template"
)

// awsHosts has the domains below which AWS serves the APIs of one kind by their IDs,
// ID.PREFIX.REGION.SUFFIX:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html and
// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html.
var awsHosts = [...]struct{ prefix, suffix string }{
	template.REST: {"execute-api.", ".amazonaws.com"},
	template.HTTP: {"execute-api.", ".amazonaws.com"},
	template.URL:  {"lambda-url.", ".on.aws"},
}

// nobody is at the Host of a function URL that there is not, and refuses everybody.
var nobody = &Table{Kind: template.URL}

// atID finds the Table at a Host of AWS's form: that of the API with this ID, or nobody
// where a function URL would be. It is nil for every other Host, and for an API that
// there is not.
func (t *Tables) atID(host string) *Table {
	id, domain, _ := strings.Cut(hostName(host), ".")
	if own := t.identified[strings.ToLower(id)]; own != nil && isAWS(domain, own.Kind) {
		return own
	}
	if isAWS(domain, template.URL) {
		return nobody
	}
	return nil
}

// isAWS tells whether a domain is one below which AWS serves APIs of a kind.
func isAWS(domain string, kind template.Kind) bool {
	h := &awsHosts[kind]
	if len(domain) <= len(h.prefix)+len(h.suffix) {
		return false
	}
	return strings.EqualFold(domain[:len(h.prefix)], h.prefix) && strings.EqualFold(domain[len(domain)-len(h.suffix):], h.suffix)
}

// hostName gives a Host without its port, and without the dot that may end a whole name.
// net.SplitHostPort makes an error of a Host that has no port, for every request.
func hostName(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	return strings.TrimSuffix(host, ".")
}
