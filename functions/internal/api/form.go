package api

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// viewAfter returns the address of the view that the answer to a form leads to:
// the one that its field _view names, a query and a fragment such as
// "decade=1990#creep", or else the one that shows what was created at location,
// or what the form was posted to. It never leads away from the page.
func viewAfter(r *http.Request, location string) string {
	if given := r.PostForm.Get("_view"); given != "" {
		if address, err := url.Parse("/?" + given); err == nil {
			return address.String()
		}
	}
	if location == "" {
		location = r.URL.Path
	}
	return viewOf(location)
}

// viewOf returns the address of the view that shows the resource at path.
func viewOf(path string) string {
	resource, id, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch resource {
	case "posts":
		if id == "" {
			return "/?view=board"
		}
		post, comment, commented := strings.Cut(id, "/comments/")
		address := "/?view=post&id=" + url.QueryEscape(post)
		if commented {
			address += "#comment-" + url.PathEscape(comment)
		}
		return address
	case "orders":
		if id == "" {
			return "/?view=cart" // There is no order yet, but what it is to be.
		}
		return "/?view=orders&placed=" + url.QueryEscape(id) + "#order-" + url.PathEscape(id)
	case "weather":
		return "/?view=weather#" + url.PathEscape(id)
	case "users", "session", "sessions":
		return "/?view=account"
	case "cart":
		return "/?view=cart"
	}
	return "/"
}

// refusal is what a form is shown again with: what was given, and what was wrong
// with it. The zero value is a form that nobody has filled in yet.
type refusal struct {
	// Form is the name of the form, empty if the visitor has none to correct.
	Form  string
	given url.Values
	// Faults are the texts of what is wrong, by field.
	Faults map[string]string
	// Action is where the form goes.
	Action string
	// Advice is what the visitor can do about the refusal.
	Advice string
	// SignIn says that signing in helps.
	SignIn bool
	// Back is the address of the view to go back to.
	Back string
}

// field is one field of a form.
type field struct {
	ID, Name, Value string
	// Fault is what is wrong with the value; empty if nothing is.
	Fault string
}

// Given returns what the form that was posted said in a field of that name.
func (f refusal) Given(name string) string { return f.given.Get(name) }

// Field returns what the form's field of that name is shown with. What was given
// belongs to the form that was posted only. A password is never sent back.
func (f refusal) Field(form, name string) field {
	shown := field{ID: form + "-" + name, Name: name}
	if form != f.Form {
		return shown
	}
	shown.Fault = f.Faults[name]
	if name != "password" {
		shown.Value = f.given.Get(name)
	}
	return shown
}

// formOf returns the name of the form that a request came from, if it is one to
// fill in: its template, and the beginning of the IDs of its fields.
func formOf(r *http.Request) string {
	resource, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	_, part, _ := strings.Cut(rest, "/")
	switch r.Method + " " + resource {
	case "POST session":
		return "sign-in"
	case "POST users":
		return "sign-up"
	case "POST posts":
		if part == "comments" {
			return "comment"
		}
		return "write"
	case "PUT posts":
		if part == "" {
			return "edit"
		}
	}
	return ""
}

// body returns the problem as HTML for those who prefer it, together with the
// form that they may correct, and as application/problem+json for others. It
// needs no session, since that may be what is wrong.
func (p problem) body(r *http.Request) (content []byte, mediaType string) {
	if prefersHTML(r) {
		if content, err := p.page(r).render("problem"); err == nil {
			return content, mediaHTML
		}
	}
	content, err := encodeJSON(p)
	if err != nil {
		content = []byte(`{"status":` + strconv.Itoa(p.Status) + "}\n")
	}
	return content, "application/problem+json"
}

// page returns the problem in the words of the request's language.
func (p problem) page(r *http.Request) htmlPage {
	v := voiceOf(r)
	resource, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	say := func(other, subject string) string {
		key := subject + "-" + strconv.Itoa(p.Status)
		return v.either(other, key+"-"+resource, key)
	}
	shown := htmlPage{voice: v, Title: say(p.Title, "problem"), refusal: refusal{Back: "/", Faults: map[string]string{}}}
	for _, fault := range p.Errors {
		shown.Faults[fault.Field] = v.either(fault.Detail, "fault-"+fault.Field)
	}
	if isForm(r) {
		shown.Back = viewAfter(r, "")
		shown.again(r)
		shown.Advice = say(v.texts["advice"], "advice")
	}
	shown.SignIn = p.Status == http.StatusUnauthorized && resource != "session"
	_, shown.Then, _ = strings.Cut(shown.Back, "?")
	return shown
}

// again has the form that was posted shown once more, if it is one to fill in.
func (f *refusal) again(r *http.Request) {
	if f.Form = formOf(r); f.Form != "" {
		f.given, f.Action, f.Back = r.PostForm, r.URL.Path, viewOf(r.URL.Path)
	}
}
