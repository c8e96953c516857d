package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strconv"

	"maru/functions/internal/cart"
	"maru/functions/internal/session"
	"maru/functions/internal/shop"
)

//go:embed page/*.html page/*.css openapi.json
var files embed.FS

const mediaHTML = "text/html; charset=utf-8"

var (
	pages = template.Must(template.ParseFS(files, "page/*.html"))
	// sheet is inside the page, not a resource of its own: a page is one invocation then.
	sheet = must(files.ReadFile("page/style.css"))
	// policy lets the page do what it does and nothing else: be styled by the one
	// sheet whose hash it names, and send forms to where it came from.
	policy = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; style-src 'sha256-" +
		hash(sheet) + "'"
	openAPI = must(files.ReadFile("openapi.json"))
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

// index is / for those who do not read HTML: where to go from here.
type index struct {
	Songs       string `json:"songs"`
	Weather     string `json:"weather"`
	Posts       string `json:"posts"`
	Cart        string `json:"cart"`
	Orders      string `json:"orders"`
	Session     string `json:"session"`
	Description string `json:"description"`
}

// view is what the page shows.
type view struct {
	Style   template.CSS
	User    string
	Decade  int
	Decades []int
	Songs   []shop.Song
	Cart    []line
	Total   int
	// Key is the Idempotency-Key of the order that this very page can place:
	// pressing the button twice orders once.
	Key     string
	Posts   []shop.Post
	Weather []shop.Weather
}

// line is an item of the cart with its song.
type line struct {
	shop.Song
	Quantity int
}

// shownPosts is how many posts the page shows.
const shownPosts = 10

// home answers GET /: 200 with the page for browsers, which works without scripts,
// and an index of the resources for others. 400 for a decade as listSongs.
func (a *API) home(r *http.Request) (response, error) {
	if !prefersHTML(r) {
		return response{body: index{"/songs", "/weather", "/posts", "/cart", "/orders", "/session", "/openapi.json"}, vary: "Accept"}, nil
	}
	v, err := a.look(r)
	if err != nil {
		return response{}, err
	}
	content, err := render("home.html", v)
	return response{body: document{mediaHTML, content}, vary: "Accept"}, err
}

// look gathers what the page shows.
func (a *API) look(r *http.Request) (view, error) {
	ctx := r.Context()
	v := view{Style: template.CSS(sheet), Decade: 1990, Key: rand.Text()}
	if text := r.URL.Query().Get("decade"); text != "" {
		var err error
		if v.Decade, err = decade(text); err != nil {
			return v, err
		}
	}
	catalogue, err := a.shop.Catalogue(ctx)
	if err != nil {
		return v, err
	}
	v.Songs, v.Decades = catalogue.Decade(v.Decade), catalogue.Decades()
	if v.Posts, _, err = a.shop.Posts(ctx, shop.Page{Limit: shownPosts}); err != nil {
		return v, err
	}
	if v.Weather, err = a.shop.Cities(ctx); err != nil {
		return v, err
	}
	return v, v.lookInside(ctx, catalogue)
}

// lookInside adds what is the visitor's own.
func (v *view) lookInside(ctx context.Context, catalogue shop.Catalogue) error {
	user, err := session.From(ctx).User(ctx)
	if err != nil {
		return err
	}
	c, err := cart.Open(ctx)
	if err != nil {
		return err
	}
	items := c.Items(catalogue)
	v.User, v.Total = user, shop.Total(items)
	for _, item := range items {
		song, err := catalogue.Song(item.Song)
		if err != nil {
			return err
		}
		v.Cart = append(v.Cart, line{song, item.Quantity})
	}
	return nil
}

// Sum returns what the line costs, in whole won.
func (l line) Sum() int { return l.Price * l.Quantity }

// description answers GET /openapi.json: 200 with the description of the API (OpenAPI 3.1).
func (a *API) description(*http.Request) (response, error) {
	return response{body: document{mediaJSON, openAPI}, cache: cacheLong}, nil
}

// body returns the problem as HTML for those who prefer it, with the way back,
// and as application/problem+json for others.
func (p problem) body(r *http.Request) (content []byte, mediaType string) {
	if prefersHTML(r) {
		content, err := render("problem.html", struct {
			problem
			Style template.CSS
		}{p, template.CSS(sheet)})
		if err == nil {
			return content, mediaHTML
		}
	}
	content, err := encodeJSON(p)
	if err != nil {
		content = []byte(`{"status":` + strconv.Itoa(p.Status) + "}\n")
	}
	return content, "application/problem+json"
}

// render fills a template.
func render(name string, data any) ([]byte, error) {
	var buffer bytes.Buffer
	if err := pages.ExecuteTemplate(&buffer, name, data); err != nil {
		return nil, fmt.Errorf("rendering %s: %w", name, err)
	}
	return buffer.Bytes(), nil
}
