package api

import (
	"errors"
	"net/http"

	"maru/functions/internal/session"
	"maru/functions/internal/shop"
)

// endSession answers DELETE /sessions/{id}, where id is that of one of the user's
// sessions, as GET /session lists them: 204, and that session is gone; with the
// request's own this is sign-out. 401 without sign-in, 404 if the user has no such session.
func (a *API) endSession(r *http.Request) (response, error) {
	ctx := r.Context()
	user, err := signedIn(r)
	if err != nil {
		return response{}, err
	}
	current, err := session.From(ctx).Info(ctx)
	if err != nil {
		return response{}, err
	}
	if r.PathValue("id") == current.ID {
		return response{}, session.From(ctx).SignOut(ctx)
	}
	err = a.sessions.End(ctx, user, r.PathValue("id"))
	if errors.Is(err, session.ErrGone) {
		err = shop.ErrNotFound
	}
	return response{}, err
}
