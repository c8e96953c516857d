package api

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
)

//go:embed page openapi.json
var files embed.FS

const (
	mediaHTML   = "text/html; charset=utf-8"
	mediaScript = "text/javascript; charset=utf-8"
)

// negotiated are the request fields that choose how the page looks.
const negotiated = "Accept, Accept-Language"

var (
	// sheet is inside the page, not a resource of its own: the first look is one invocation then.
	sheet   = must(files.ReadFile("page/style.css"))
	script  = must(files.ReadFile("page/page.js"))
	openAPI = must(files.ReadFile("openapi.json"))

	// policy lets the page do what it does and nothing else: be styled by the one
	// sheet whose hash it names, run its own script, send forms to where it came
	// from, and show the icon that is part of it.
	policy = "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; " +
		"img-src data:; script-src 'self'; style-src 'sha256-" + hash(sheet) + "'"

	pages = template.Must(template.New("").Funcs(template.FuncMap{
		"style":  func() template.CSS { return template.CSS(sheet) },
		"script": func() string { return version(script) },
		"hangul": hangul,
		"iso":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	}).ParseFS(files, "page/*.html"))
)

// must returns the content of an embedded file, which is there.
func must(content []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return content
}

// hash returns what a Content-Security-Policy calls the hash of an element's text.
func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// htmlPage is what every view of the page has. The zero value of a field means that
// there is none.
type htmlPage struct {
	voice
	View    string // its name, and its template's
	Title   string
	User    string
	Copies  int    // in the cart
	Then    string // the view that follows signing in, as the field _view names it
	Content any    // the view's own
	refusal        // of the form that was posted
}

// render writes the page by the template of that name.
func (p htmlPage) render(name string) ([]byte, error) {
	var buffer bytes.Buffer
	if err := pages.ExecuteTemplate(&buffer, name+".html", p); err != nil {
		return nil, fmt.Errorf("rendering %s: %w", name, err)
	}
	return buffer.Bytes(), nil
}

// link is one of the links to the views.
type link struct {
	View, Text string
	Current    bool
	Count      int // of copies in the cart; 0 elsewhere
}

// Link returns the link to the view of that name.
func (p htmlPage) Link(view string) (link, error) {
	text, err := p.T(view)
	l := link{View: view, Text: text, Current: view == p.View}
	if view == "cart" {
		l.Count = p.Copies
	}
	return l, err
}

// To returns the page with its form posted to the path of these parts.
func (p htmlPage) To(path ...string) htmlPage {
	p.Action = strings.Join(path, "")
	return p
}

// Edit returns the page with its form showing a post, to be replaced if it still has the tag.
func (p htmlPage) Edit(post postContent) htmlPage {
	p = p.To("/posts/", post.ID)
	p.Form = "edit"
	p.given = url.Values{"title": {post.Title}, "body": {post.Body}, "_match": {post.Tag}}
	return p
}

// Next returns the field _view of a form of the account: the view that the visitor
// was sent here from, for a new user by way of signing in.
func (p htmlPage) Next(form string) string {
	switch form {
	case p.Form:
		return p.given.Get("_view")
	case "sign-up":
		return url.Values{"view": {"account"}, "joined": {""}, "then": {p.Then}}.Encode()
	}
	return p.Then
}

// pageScript answers GET /page.js: 200 with the script without which the page
// works as well.
func (a *API) pageScript(*http.Request) (response, error) {
	return response{body: document{mediaScript, script}, cache: cacheLong}, nil
}

// description answers GET /openapi.json: 200 with the description of the API (OpenAPI 3.1).
func (a *API) description(*http.Request) (response, error) {
	return response{body: document{mediaJSON, openAPI}, cache: cacheLong}, nil
}

// version returns a name for a file's content, so that a browser that keeps the
// file asks for it anew once it has changed.
func version(content []byte) string {
	sum := sha256.Sum256(content)
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}
