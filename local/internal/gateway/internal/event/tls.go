package event

import (
	"crypto/tls"
	"strings"
)

// Header fields that only events of function URLs have.
const (
	headerTLSVersion = "X-Amzn-Tls-Version"
	headerTLSCipher  = "X-Amzn-Tls-Cipher-Suite"
)

// addTLS adds what the client's TLS came to. AWS serves function URLs by HTTPS
// alone, so that every event has these fields (recorded in
// test_lambda_url_echo_http_fixture_default); over HTTP they say what a client
// of AWS's would most likely have come by.
func (w *Writer) addTLS() {
	version, cipher := uint16(tls.VersionTLS13), uint16(tls.TLS_AES_128_GCM_SHA256)
	if state := w.r.HTTP.TLS; state != nil {
		version, cipher = state.Version, state.CipherSuite
	}
	w.add(headerTLSVersion, strings.ReplaceAll(tls.VersionName(version), " ", "v"))
	w.add(headerTLSCipher, tls.CipherSuiteName(cipher))
}
