package gateway

import (
	"crypto/tls"
	"fmt"
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

// openURLs gives each function URL a door of its own, at the Host of its
// logical ID, and at that of its function where nothing else has it.
func (g *Gateway) openURLs() error {
	doors := make([]*door, len(g.config.URLs))
	for i, url := range g.config.URLs {
		e, err := urlEndpoint(url)
		if err != nil {
			return fmt.Errorf("opening the function URL %s at %s: %w", url.LogicalID, url.Pos, err)
		}
		doors[i] = &door{kind: template.URL, stage: defaultStage, api: e.api, whole: e}
		g.name(doors[i])
	}
	for i, url := range g.config.URLs {
		function := strings.ToLower(template.Unqualified(url.Function))
		if g.doors[function] == nil {
			g.doors[function] = doors[i]
		}
	}
	return nil
}

// urlEndpoint is the endpoint behind a function URL. Its events are those of a
// $default route of an HTTP API.
func urlEndpoint(url *template.FunctionURL) (*endpoint, error) {
	api := &template.API{
		LogicalID: url.LogicalID, ID: url.ID, Kind: template.URL, Stage: defaultStage, CORS: url.CORS, Pos: url.Pos,
	}
	route := &template.Route{
		Method: anyMethod, Path: defaultStage, Function: url.Function, PayloadFormat: "2.0",
		Stream: url.InvokeMode == "RESPONSE_STREAM", Auth: url.Auth(), Pos: url.Pos,
	}
	return newEndpoint(api, route)
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
