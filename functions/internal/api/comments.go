package api

import (
	"net/http"

	"maru/functions/internal/shop"
)

type commentList struct {
	Comments []shop.Comment `json:"comments"`
	Next     string         `json:"next,omitempty"`
}

// remark is what the author writes of a comment.
type remark struct {
	Body string `json:"body"`
}

// listComments answers GET /posts/{id}/comments: 200 with a page of comments,
// oldest first. 400 for a page that cannot be, 404 if there is no such post.
func (a *API) listComments(r *http.Request) (response, error) {
	p, err := numberedPage(r.URL.Query())
	if err != nil {
		return response{}, err
	}
	comments, more, err := a.shop.Comments(r.Context(), r.PathValue("id"), p)
	if err != nil {
		return response{}, err
	}
	list := commentList{Comments: comments}
	if more {
		list.Next = next(r, comments[len(comments)-1].ID, more)
	}
	return response{body: list, cache: revalidate}, nil
}

// comment answers GET /posts/{id}/comments/{n}: 200 with the comment, 404 if there is none.
func (a *API) comment(r *http.Request) (response, error) {
	comment, err := a.shop.Comment(r.Context(), r.PathValue("id"), r.PathValue("n"))
	return response{body: comment, cache: revalidate}, err
}

// createComment answers POST /posts/{id}/comments: 201 with the comment and its
// Location. 401 without sign-in, 404 if there is no such post, 422 if the body is
// empty or too long.
func (a *API) createComment(r *http.Request) (response, error) {
	user, err := signedIn(r)
	if err != nil {
		return response{}, err
	}
	remark, err := decode[remark](r)
	if err != nil {
		return response{}, err
	}
	post := r.PathValue("id")
	comment, err := a.shop.AddComment(r.Context(), post, shop.Comment{Body: remark.Body, Author: user})
	location := "/posts/" + post + "/comments/" + comment.ID
	return response{status: http.StatusCreated, body: comment, location: location}, err
}

// replaceComment answers PUT /posts/{id}/comments/{n}: 200 with the comment as it
// is now. 401 without sign-in, 403 for anyone but the author, 404 if there is no
// such comment, 412 if there is an If-Match that does not hold, 409 if two
// changes without one met, 422 as createComment.
func (a *API) replaceComment(r *http.Request) (response, error) {
	remark, err := decode[remark](r)
	if err != nil {
		return response{}, err
	}
	comment, err := a.ownComment(r)
	if err != nil {
		return response{}, err
	}
	comment.Body = remark.Body
	comment, err = a.shop.ReplaceComment(r.Context(), r.PathValue("id"), comment)
	return response{body: comment}, lost(r, err)
}

// deleteComment answers DELETE /posts/{id}/comments/{n}: 204. 401 without
// sign-in, 403 for anyone but the author, 404 if there is no such comment, 412 if
// there is an If-Match that does not hold.
func (a *API) deleteComment(r *http.Request) (response, error) {
	comment, err := a.ownComment(r)
	if err != nil {
		return response{}, err
	}
	err = a.shop.RemoveComment(r.Context(), r.PathValue("id"), comment.ID, expected(r, comment.Version))
	return response{}, lost(r, err)
}

// ownComment is to comments what ownPost is to posts.
func (a *API) ownComment(r *http.Request) (shop.Comment, error) {
	user, err := signedIn(r)
	if err != nil {
		return shop.Comment{}, err
	}
	comment, err := a.shop.Comment(r.Context(), r.PathValue("id"), r.PathValue("n"))
	if err != nil {
		return shop.Comment{}, err
	}
	if comment.Author != user {
		return shop.Comment{}, errNotAuthor
	}
	return comment, precondition(r, comment)
}
