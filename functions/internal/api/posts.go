package api

import (
	"errors"
	"net/http"

	"maru/functions/internal/shop"
)

type postList struct {
	Posts []shop.Post `json:"posts"`
	Next  string      `json:"next,omitempty"`
}

// draft is what the author writes of a post.
type draft struct {
	Title string `json:"title"`
	Body  string `json:"body"`
}

// listPosts answers GET /posts: 200 with a page of posts, newest first. 400 for
// a page that cannot be.
func (a *API) listPosts(r *http.Request) (response, error) {
	p, err := numberedPage(r.URL.Query())
	if err != nil {
		return response{}, err
	}
	posts, more, err := a.shop.Posts(r.Context(), p)
	if err != nil {
		return response{}, err
	}
	list := postList{Posts: posts}
	if more {
		list.Next = next(r, posts[len(posts)-1].ID, more)
	}
	return response{body: list, cache: revalidate}, nil
}

// post answers GET /posts/{id}: 200 with the post, 404 if there is none.
func (a *API) post(r *http.Request) (response, error) {
	post, err := a.shop.Post(r.Context(), r.PathValue("id"))
	return response{body: post, cache: revalidate}, err
}

// createPost answers POST /posts: 201 with the post and its Location. 401
// without sign-in, 422 if title or body are empty or too long.
func (a *API) createPost(r *http.Request) (response, error) {
	user, err := signedIn(r)
	if err != nil {
		return response{}, err
	}
	draft, err := decode[draft](r)
	if err != nil {
		return response{}, err
	}
	post, err := a.shop.AddPost(r.Context(), shop.Post{Title: draft.Title, Body: draft.Body, Author: user})
	return response{status: http.StatusCreated, body: post, location: "/posts/" + post.ID}, err
}

// replacePost answers PUT /posts/{id}: 200 with the post as it is now. 401
// without sign-in, 403 for anyone but the author, 404 if there is no such post,
// 428 without If-Match, 412 if the post is not the one it names, 422 as createPost.
func (a *API) replacePost(r *http.Request) (response, error) {
	draft, err := decode[draft](r)
	if err != nil {
		return response{}, err
	}
	post, err := a.ownPost(r)
	if err != nil {
		return response{}, err
	}
	if r.Header.Get("If-Match") == "" {
		return response{}, errPreconditionRequired
	}
	post.Title, post.Body = draft.Title, draft.Body
	post, err = a.shop.ReplacePost(r.Context(), post)
	return response{body: post}, lost(r, err)
}

// deletePost answers DELETE /posts/{id}, which takes the comments along: 204.
// 401 without sign-in, 403 for anyone but the author, 404 if there is no such
// post, 412 if there is an If-Match that does not hold.
func (a *API) deletePost(r *http.Request) (response, error) {
	post, err := a.ownPost(r)
	if err != nil {
		return response{}, err
	}
	err = a.shop.RemovePost(r.Context(), post.ID, expected(r, post.Version))
	return response{}, lost(r, err)
}

// ownPost returns the post that the path names, if the user wrote it and the
// request's preconditions hold.
func (a *API) ownPost(r *http.Request) (shop.Post, error) {
	user, err := signedIn(r)
	if err != nil {
		return shop.Post{}, err
	}
	post, err := a.shop.Post(r.Context(), r.PathValue("id"))
	if err != nil {
		return shop.Post{}, err
	}
	if post.Author != user {
		return shop.Post{}, errNotAuthor
	}
	return post, precondition(r, post)
}

// expected returns the version that the shop has to find: the one whose
// preconditions were checked, or any (0) if the request has none.
func expected(r *http.Request, version int) int {
	if r.Header.Get("If-Match") == "" {
		return 0
	}
	return version
}

// lost turns a conflict in the shop into the answer that the request asked for:
// someone changed the document after its preconditions were found to hold.
func lost(r *http.Request, err error) error {
	if errors.Is(err, shop.ErrConflict) && r.Header.Get("If-Match") != "" {
		return errPrecondition
	}
	return err
}
