package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"maru/functions/internal/cart"
	"maru/functions/internal/session"
	"maru/functions/internal/shop"
)

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

// look is one request for the page: what all views need is read once.
type look struct {
	*http.Request
	api       *API
	user      string
	catalogue shop.Catalogue
	items     []shop.Item
}

// views are the views of the page by the query's view, each with the function
// that gathers its content and returns its title; if that is empty, the title is
// the text of the view's name.
var views = map[string]func(context.Context, look) (title string, content any, err error){
	"songs":   songsView,
	"cart":    cartView,
	"orders":  ordersView,
	"board":   boardView,
	"post":    postView,
	"weather": weatherView,
	"account": accountView,
}

// home answers GET /: for browsers 200 with the view of the page that the query
// names, and for others with an index of the resources. 400 for a view, a decade
// or a page of a list that cannot be, 404 for a post that there is not.
func (a *API) home(r *http.Request) (response, error) {
	name, err := viewNamed(r.URL.Query())
	if err != nil {
		return response{}, err
	}
	if !prefersHTML(r) {
		return response{body: index{"/songs", "/weather", "/posts", "/cart", "/orders", "/session", "/openapi.json"}, vary: negotiated}, nil
	}
	l, err := a.look(r)
	if err != nil {
		return response{}, err
	}
	p := htmlPage{voice: voiceOf(r), View: name, User: l.user, Then: r.URL.RawQuery}
	if name == "account" {
		p.Then = r.URL.Query().Get("then")
	}
	if p.Title, p.Content, err = views[name](r.Context(), l); err != nil {
		return response{}, err
	}
	p.Title = cmp.Or(p.Title, p.texts[name])
	for _, item := range l.items {
		p.Copies += item.Quantity
	}
	content, err := p.render(name)
	return response{body: document{mediaHTML, content}, vary: negotiated, language: p.Language()}, err
}

// viewNamed returns the name of the view that the query asks for, whoever asks: a
// query that cannot be is refused before it is known whether that reads HTML.
func viewNamed(query url.Values) (string, error) {
	name := cmp.Or(query.Get("view"), "songs")
	if _, ok := views[name]; !ok {
		return "", fmt.Errorf("%w: there is no view of this name", errQuery)
	}
	_, err := decade(cmp.Or(query.Get("decade"), usualDecade))
	if err == nil {
		_, err = numberedPage(query)
	}
	return name, err
}

// look reads who looks, and at what cart.
func (a *API) look(r *http.Request) (look, error) {
	ctx := r.Context()
	l := look{Request: r, api: a}
	var err error
	if l.user, err = session.From(ctx).User(ctx); err != nil {
		return l, err
	}
	if l.catalogue, err = a.shop.Catalogue(ctx); err != nil {
		return l, err
	}
	c, err := cart.Open(ctx)
	l.items = c.Items(l.catalogue)
	return l, err
}

// usualDecade is the one that is shown to who names none.
const usualDecade = "1990"

// songsContent are the songs of a decade.
type songsContent struct {
	Decade  int
	Decades []int
	Songs   []shop.Song
	// InCart is how many copies of a song lie in the cart.
	InCart map[string]int
}

func songsView(_ context.Context, l look) (string, any, error) {
	content := songsContent{Decades: l.catalogue.Decades(), InCart: map[string]int{}}
	var err error
	if content.Decade, err = decade(cmp.Or(l.URL.Query().Get("decade"), usualDecade)); err != nil {
		return "", nil, err
	}
	content.Songs = l.catalogue.Decade(content.Decade)
	for _, item := range l.items {
		content.InCart[item.Song] = item.Quantity
	}
	return "", content, nil
}

// line is an item of a cart or an order, with its song.
type line struct {
	shop.Song
	Quantity int
	// Sum is what the line costs, in whole won.
	Sum int
}

// lines adds to items what the catalogue knows. A song that is no longer in it goes by its ID.
func (l look) lines(items []shop.Item) []line {
	lines := make([]line, len(items))
	for i, item := range items {
		song, err := l.catalogue.Song(item.Song)
		if err != nil {
			song = shop.Song{ID: item.Song, Title: item.Song}
		}
		lines[i] = line{song, item.Quantity, item.Quantity * item.Price}
	}
	return lines
}

type cartContent struct {
	Lines []line
	Total int
	// Key is the Idempotency-Key of the order that this very view can place:
	// pressing the button twice orders once.
	Key string
}

func cartView(_ context.Context, l look) (string, any, error) {
	return "", cartContent{l.lines(l.items), shop.Total(l.items), rand.Text()}, nil
}

// orderContent is an order with what the catalogue knows of its songs.
type orderContent struct {
	shop.Order
	Lines []line
}

type ordersContent struct {
	Orders []orderContent
	Next   string // the ID that the next page follows
	Placed string // the ID of the order that the visitor has just placed
}

func ordersView(ctx context.Context, l look) (string, any, error) {
	if l.user == "" {
		return "", nil, nil
	}
	p, err := numberedPage(l.URL.Query())
	if err != nil {
		return "", nil, err
	}
	orders, more, err := l.api.shop.Orders(ctx, l.user, p)
	content := ordersContent{
		Next:   last(orders, more, func(o shop.Order) string { return o.ID }),
		Placed: l.URL.Query().Get("placed"),
	}
	for _, order := range orders {
		content.Orders = append(content.Orders, orderContent{order, l.lines(order.Items)})
	}
	return "", content, err
}

type boardContent struct {
	Posts []shop.Post
	Next  string
}

func boardView(ctx context.Context, l look) (string, any, error) {
	p, err := numberedPage(l.URL.Query())
	if err != nil {
		return "", nil, err
	}
	p.Limit = min(p.Limit, 10)
	posts, more, err := l.api.shop.Posts(ctx, p)
	return "", boardContent{posts, last(posts, more, func(p shop.Post) string { return p.ID })}, err
}

type postContent struct {
	shop.Post
	Tag      string // the entity tag of the post
	Comments []shop.Comment
	Next     string
}

func postView(ctx context.Context, l look) (string, any, error) {
	p, err := numberedPage(l.URL.Query())
	if err != nil {
		return "", nil, err
	}
	post, err := l.api.shop.Post(ctx, l.URL.Query().Get("id"))
	if err != nil {
		return "", nil, err
	}
	comments, more, err := l.api.shop.Comments(ctx, post.ID, p)
	if err != nil {
		return "", nil, err
	}
	next := last(comments, more, func(c shop.Comment) string { return c.ID })
	tag, err := tagOf(post)
	return post.Title, postContent{post, tag, comments, next}, err
}

// last returns the ID of the last entry if there is more behind it.
func last[T any](entries []T, more bool, id func(T) string) string {
	if !more || len(entries) == 0 {
		return ""
	}
	return id(entries[len(entries)-1])
}

type weatherContent struct {
	// Cities are in the order of their names in the page's language.
	Cities []shop.Weather
	Skies  []string
}

func weatherView(ctx context.Context, l look) (string, any, error) {
	cities, err := l.api.shop.Cities(ctx)
	v := voiceOf(l.Request)
	slices.SortFunc(cities, func(a, b shop.Weather) int {
		return strings.Compare(v.City(a.City, a.Name), v.City(b.City, b.Name))
	})
	return "", weatherContent{cities, shop.Skies()}, err
}

type accountContent struct {
	// Sessions are the user's, this one first.
	Sessions []sessionContent
	// Joined says that the visitor has just signed up.
	Joined bool
}

type sessionContent struct {
	session.Info
	Browser string
	Current bool
}

func accountView(ctx context.Context, l look) (string, any, error) {
	content := accountContent{Joined: l.URL.Query().Has("joined")}
	if l.user == "" {
		return "", content, nil
	}
	current, err := session.From(ctx).Info(ctx)
	if err != nil {
		return "", nil, err
	}
	content.Sessions = []sessionContent{{current, browserOf(current.Agent), true}}
	all, err := l.api.sessions.Sessions(ctx, l.user)
	for _, info := range all {
		if info.ID != current.ID {
			content.Sessions = append(content.Sessions, sessionContent{info, browserOf(info.Agent), false})
		}
	}
	return "", content, err
}
