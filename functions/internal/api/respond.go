package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// response is what a route's handler returns when it succeeds.
type response struct {
	// status is the status code; 0 means 200, or 204 if there is no body.
	status int
	// body becomes JSON, unless it is a document; nil means none.
	body any
	// location is the path of what was created.
	location string
	// cache is the Cache-Control of a response that does not depend on the
	// session. Empty leaves it to the session: no-store if it was read.
	cache string
	// vary names the request fields that chose this representation.
	vary string
	// language is that of a page; empty for what is for programs.
	language string
}

// document is a body that is not JSON.
type document struct {
	mediaType string
	content   []byte
}

const mediaJSON = "application/json"

// How long a response that is the same for everyone may be kept.
const (
	cacheBriefly = "public, max-age=60"
	cacheLong    = "public, max-age=3600"
	revalidate   = "no-cache" // Kept, but asked about with If-None-Match each time.
)

// write sends the response: 303 to a view of the page if a form was posted, 304 if
// the client has this representation already (If-None-Match), and only the status
// of a change if it prefers that (RFC 7240).
func (res response) write(w http.ResponseWriter, r *http.Request) error {
	if isForm(r) {
		w.Header().Set("Location", viewAfter(r, res.location))
		send(w, http.StatusSeeOther, "", nil)
		return nil
	}
	body, mediaType, err := res.encode()
	if err != nil {
		return err
	}
	h := w.Header()
	if res.location != "" {
		h.Set("Location", res.location)
	}
	if res.cache != "" {
		h.Set("Cache-Control", res.cache)
	}
	if res.vary != "" {
		h.Add("Vary", res.vary)
	}
	if res.language != "" {
		h.Set("Content-Language", res.language)
	}
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		tag := entityTag(body)
		h.Set("ETag", tag)
		if matches(r.Header.Get("If-None-Match"), tag, weakly) {
			send(w, http.StatusNotModified, "", nil)
			return nil
		}
	case len(body) > 0:
		res.tell(h, body)
		if h.Add("Vary", "Prefer"); prefersMinimal(r) {
			h.Set("Preference-Applied", "return=minimal")
			send(w, res.codeAlone(), "", nil)
			return nil
		}
	}
	send(w, res.code(), mediaType, body)
	return nil
}

// tell adds the entity tag of what was created, which the body shows as GET will
// (RFC 9110, 15.3.2). What PUT changed gets none: it is not stored as it was sent (9.3.4).
func (res response) tell(h http.Header, body []byte) {
	if res.location != "" {
		h.Set("ETag", entityTag(body))
	}
}

// codeAlone returns the status code of the response without its body.
func (res response) codeAlone() int {
	if code := res.code(); code != http.StatusOK {
		return code
	}
	return http.StatusNoContent
}

// code returns the status code that the response means.
func (res response) code() int {
	switch {
	case res.status != 0:
		return res.status
	case res.body == nil:
		return http.StatusNoContent
	}
	return http.StatusOK
}

// encode returns the body and its media type, both empty if there is none.
func (res response) encode() ([]byte, string, error) {
	switch body := res.body.(type) {
	case nil:
		return nil, "", nil
	case document:
		return body.content, body.mediaType, nil
	}
	content, err := encodeJSON(res.body)
	return content, mediaJSON, err
}

// encodeJSON writes v as it is sent: < and > stay readable, as nobody takes
// application/json for HTML.
func encodeJSON(v any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding response: %w", err)
	}
	return buffer.Bytes(), nil
}

// send writes a response in one piece. The status is always written, as
// api-proxy takes a response without one for an error.
func send(w http.ResponseWriter, status int, mediaType string, body []byte) {
	h := w.Header()
	if mediaType != "" {
		h.Set("Content-Type", mediaType)
	}
	if status != http.StatusNoContent && status != http.StatusNotModified {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	if len(body) > 0 {
		w.Write(body) // An error means that the client is gone.
	}
}

// entityTag returns a strong entity tag (RFC 9110, 8.8.3): the content's hash,
// so that any representation has one and no two versions share one.
func entityTag(content []byte) string {
	sum := sha256.Sum256(content)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
}

// tagOf returns the entity tag of v as JSON, which is what GET shows of a resource.
func tagOf(v any) (string, error) {
	content, err := encodeJSON(v)
	return entityTag(content), err
}

// comparison is how entity tags are compared (RFC 9110, 8.8.3.2).
type comparison bool

const (
	strongly comparison = false // For If-Match: a weak tag equals nothing.
	weakly   comparison = true  // For If-None-Match: W/ is ignored.
)

// matches reports whether a field of entity tags, If-Match or If-None-Match, names tag or is *.
func matches(field, tag string, how comparison) bool {
	for listed := range strings.SplitSeq(field, ",") {
		listed = textproto.TrimString(listed)
		if how == weakly {
			listed = strings.TrimPrefix(listed, "W/")
		}
		if listed == tag || listed == "*" {
			return true
		}
	}
	return false
}

// conditional reports whether the request has preconditions on what it changes.
func conditional(r *http.Request) bool {
	return r.Header.Get("If-Match") != "" || r.Header.Get("If-None-Match") != ""
}

// precondition checks a request to change what GET shows as current against its
// If-Match and If-None-Match (RFC 9110, 13.2.2). A nil current means that there
// is nothing yet. It returns errPrecondition if they do not hold.
func precondition(r *http.Request, current any) error {
	tag := ""
	if current != nil {
		var err error
		if tag, err = tagOf(current); err != nil {
			return err
		}
	}
	if field := r.Header.Get("If-Match"); field != "" && (tag == "" || !matches(field, tag, strongly)) {
		return errPrecondition
	}
	if field := r.Header.Get("If-None-Match"); field != "" && tag != "" && matches(field, tag, weakly) {
		return errPrecondition
	}
	return nil
}
