package answer

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/template"
)

// Header fields of CORS as an HTTP API spells them, after
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
// and https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors.
const (
	headerAllowOrigin      = "access-control-allow-origin"
	headerAllowCredentials = "access-control-allow-credentials"
	headerAllowMethods     = "access-control-allow-methods"
	headerAllowHeaders     = "access-control-allow-headers"
	headerExposeHeaders    = "access-control-expose-headers"
	headerMaxAge           = "access-control-max-age"
)

// IsPreflight tells a preflight of a browser from other OPTIONS requests
// (https://fetch.spec.whatwg.org/#cors-preflight-request).
func IsPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// Preflight is the answer to a preflight. What is permitted comes with every
// response: see allowOrigin.
var Preflight = &template.Mock{StatusCode: http.StatusNoContent}

// allowOrigin says what an HTTP API or a function URL with CORS permits to the origin that asks:
// nothing to one that is not on its list, and to a preflight more than to other
// requests.
func (w *Writer) allowOrigin() {
	api := w.r.API()
	if api == nil || api.CORS == nil || !kinds[api.Kind].cors {
		return
	}
	c := api.CORS
	origin := w.r.HTTP.Header.Get("Origin")
	allowed := allowedOrigin(c.AllowOrigins, origin)
	switch {
	case allowed == "":
		return
	case allowed == "*" && disputed.EchoesOrigin[api.Kind]:
		allowed = origin
	}
	w.permit(headerAllowOrigin, allowed)
	if c.AllowCredentials {
		w.permit(headerAllowCredentials, "true")
	}
	w.permitList(headerExposeHeaders, c.ExposeHeaders)
	if !IsPreflight(w.r.HTTP) {
		return
	}
	w.permitList(headerAllowMethods, c.AllowMethods)
	w.permitList(headerAllowHeaders, c.AllowHeaders)
	if c.MaxAge != nil {
		w.permit(headerMaxAge, strconv.Itoa(*c.MaxAge))
	}
}

// permit adds a header field. An HTTP API's function has none of these left; a
// function URL's own stand beside them.
func (w *Writer) permit(name, value string) {
	h := w.w.Header()
	h[name] = append(h[name], value)
}

// permitList adds a list as one header field, unless it is empty.
func (w *Writer) permitList(name string, values []string) {
	if len(values) > 0 {
		w.permit(name, strings.Join(values, ","))
	}
}

// allowedOrigin gives what to say to an origin: "*" where any may come, the
// origin itself where it or its scheme ("https://*") is on the list, else "".
func allowedOrigin(list []string, origin string) string {
	if origin == "" {
		return ""
	}
	if slices.Contains(list, "*") {
		return "*"
	}
	for _, allowed := range list {
		scheme, wild := strings.CutSuffix(allowed, "://*")
		if strings.EqualFold(allowed, origin) || wild && strings.HasPrefix(origin, scheme+"://") {
			return origin
		}
	}
	return ""
}
