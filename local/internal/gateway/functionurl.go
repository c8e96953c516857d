package gateway

import (
	"crypto/tls"
	"strings"

	"maru/local/internal/template"
)

// Header fields that only events of function URLs have.
const (
	headerTLSVersion = "X-Amzn-Tls-Version"
	headerTLSCipher  = "X-Amzn-Tls-Cipher-Suite"
)

// anonymous is the account of callers who do not sign their requests.
const anonymous = "anonymous"

// nameFunctions gives function URLs a second Host, that of their function, where
// nothing else has it.
func (g *Gateway) nameFunctions(urls []*door) {
	for _, d := range urls {
		function := strings.ToLower(template.Unqualified(d.whole.function))
		if g.doors[function] == nil {
			g.doors[function] = d
		}
	}
}

// accountID is that of the caller of a function URL, and the owner's elsewhere.
func (x *exchange) accountID() string {
	if x.kind() == template.URL && x.endpoint.auth == nil {
		return anonymous
	}
	return x.g.config.AccountID
}

// addTLS adds what the client's TLS came to. AWS serves function URLs by HTTPS
// alone, so that every event has these fields (recorded in
// test_lambda_url_echo_http_fixture_default); over HTTP they say what a client
// of AWS's would most likely have come by.
func (x *exchange) addTLS() {
	version, cipher := uint16(tls.VersionTLS13), uint16(tls.TLS_AES_128_GCM_SHA256)
	if state := x.r.TLS; state != nil {
		version, cipher = state.Version, state.CipherSuite
	}
	x.add(headerTLSVersion, strings.ReplaceAll(tls.VersionName(version), " ", "v"))
	x.add(headerTLSCipher, tls.CipherSuiteName(cipher))
}
