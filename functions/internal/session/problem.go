package session

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
)

// A problem is how an error is answered, in the terms of RFC 9457.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`

	err error // nil: any
}

// problems holds an answer for each error; the first that fits counts. None carries
// the error's own text, which may name the store.
var problems = []problem{
	{err: ErrUnavailable, Status: http.StatusServiceUnavailable,
		Detail: "The session cannot be reached at the moment. It is not lost; please try again."},
	{err: ErrGone, Status: http.StatusConflict,
		Detail: "The session ended while this request was under way. Nothing was stored in it."},
	{err: ErrConflict, Status: http.StatusConflict,
		Detail: "Another request changed the session at the same time. Nothing was stored in it."},
	{err: ErrNotCounter, Status: http.StatusConflict,
		Detail: "Another request changed the session at the same time. Nothing was stored in it."},
	{err: ErrTooLarge, Status: http.StatusRequestEntityTooLarge,
		Detail: "The session has no room for this."},
	{Status: http.StatusInternalServerError,
		Detail: "The session could not be stored."},
}

// explain returns the answer to err.
func explain(err error) problem {
	i := slices.IndexFunc(problems, func(p problem) bool { return p.err == nil || errors.Is(err, p.err) })
	return problems[i]
}

// Status returns the status with which WriteError answers err, for a Manager.OnError that
// answers in a form of its own. It is 500 for an error that is not of this package.
func Status(err error) int { return explain(err).Status }

// WriteError answers a request whose session failed, as application/problem+json (RFC
// 9457): ErrUnavailable with 503 and Retry-After, ErrGone, ErrConflict and ErrNotCounter
// with 409, ErrTooLarge with 413, anything else with 500. It is what a Manager does with
// no OnError, and fit for handlers that pass on an error.
func WriteError(w http.ResponseWriter, _ *http.Request, err error) {
	p := explain(err)
	p.Title = http.StatusText(p.Status)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}
