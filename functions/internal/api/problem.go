package api

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"maru/functions/internal/session"
	"maru/functions/internal/shop"
)

// problem is an error as the client gets it (RFC 9457). Its type is left out,
// which means about:blank: the status says what kind of problem it is.
type problem struct {
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Detail string       `json:"detail,omitempty"`
	Errors []fieldError `json:"errors,omitempty"` // the fields at fault, an extension member
}

// fieldError is a fault of the body, in the shape of RFC 9457's own example (3.1.4).
type fieldError struct {
	shop.Fault
	// Pointer is where the field is in the JSON body, or would be: a JSON Pointer
	// as a URI fragment (RFC 6901, 6).
	Pointer string `json:"pointer"`
}

// pointers escapes the name of a field for a JSON Pointer.
var pointers = strings.NewReplacer("~", "~0", "/", "~1")

func fieldErrors(faults shop.Invalid) []fieldError {
	shown := make([]fieldError, len(faults))
	for i, fault := range faults {
		shown[i] = fieldError{fault, (&url.URL{Fragment: "/" + pointers.Replace(fault.Field)}).String()}
	}
	return shown
}

// Errors of requests that do not come as far as the shop.
var (
	errNoRoute              = errors.New("there is nothing at this path")
	errCrossOrigin          = errors.New("a page of another origin may not do this")
	errSignIn               = errors.New("sign in first: POST /session")
	errNotAuthor            = errors.New("only the author may do this")
	errAuthority            = errors.New("no tunnel to this authority")
	errQuery                = errors.New("query")
	errBody                 = errors.New("body")
	errBodyTooLarge         = errors.New("the body is too large")
	errMediaType            = errors.New("the body must be application/json or application/x-www-form-urlencoded")
	errIdempotencyKey       = errors.New("the header Idempotency-Key is missing or longer than 200 characters")
	errPrecondition         = errors.New("the resource is not as the request expects: get it and its ETag again")
	errPreconditionRequired = errors.New("say with If-Match which version you mean: its ETag, as GET returns it")
)

// statuses is the one table from error to status; the first that fits counts. An
// error that is not in it has the status that the session gives to its errors. For one
// that is not the session's either that is 500: a fault of ours, of which the client
// learns nothing more.
var statuses = []struct {
	fits   func(error) bool
	status int
}{
	{as[notAllowed], http.StatusMethodNotAllowed},
	{as[shop.Invalid], http.StatusUnprocessableEntity},
	{as[shop.Throttled], http.StatusTooManyRequests},
	{is(errNoRoute), http.StatusNotFound},
	{is(errCrossOrigin), http.StatusForbidden},
	{is(errSignIn), http.StatusUnauthorized},
	{is(errNotAuthor), http.StatusForbidden},
	{is(errAuthority), http.StatusForbidden},
	{is(errQuery), http.StatusBadRequest},
	{is(errBody), http.StatusBadRequest},
	{is(errBodyTooLarge), http.StatusRequestEntityTooLarge},
	{is(errMediaType), http.StatusUnsupportedMediaType},
	{is(errIdempotencyKey), http.StatusBadRequest},
	{is(errPrecondition), http.StatusPreconditionFailed},
	{is(errPreconditionRequired), http.StatusPreconditionRequired},
	{is(shop.ErrNotFound), http.StatusNotFound},
	{is(shop.ErrConflict), http.StatusConflict},
	{is(shop.ErrNameTaken), http.StatusConflict},
	{is(shop.ErrNoItems), http.StatusConflict},
	{is(shop.ErrTotal), http.StatusConflict},
	{is(shop.ErrOrdered), http.StatusConflict},
	{is(shop.ErrKeyReused), http.StatusUnprocessableEntity},
	// Without WWW-Authenticate, which RFC 9110 wants here: no registered scheme
	// means a session cookie, and browsers would ask for a password themselves.
	{is(shop.ErrCredentials), http.StatusUnauthorized},
	{is(shop.ErrUnavailable), http.StatusServiceUnavailable},
}

// is returns what reports whether an error is target.
func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

// as reports whether an error is an E.
func as[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// statusOf returns the status that err is answered with.
func statusOf(err error) int {
	for _, known := range statuses {
		if known.fits(err) {
			return known.status
		}
	}
	return session.Status(err)
}

// notAllowed is the error of a method that the path does not have: these it has.
type notAllowed []string

func (e notAllowed) Error() string { return "this path serves " + strings.Join(e, ", ") }

// problemOf returns the problem that a status alone tells of.
func problemOf(status int) problem {
	return problem{Title: http.StatusText(status), Status: status}
}

// explain returns the problem that err is.
func explain(err error) problem {
	p := problemOf(statusOf(err))
	if invalid, ok := errors.AsType[shop.Invalid](err); ok {
		p.Errors = fieldErrors(invalid)
	}
	if p.Status < http.StatusInternalServerError {
		p.Detail = err.Error()
	}
	return p
}

// failSession is fail for an error of the session's commit. What that expected, the
// preconditions of the request did: see Cart.Expect.
func (a *API) failSession(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, session.ErrConflict) {
		err = errPrecondition
	}
	a.fail(w, r, err)
}

// fail is refuse with a log of what is not the client's fault.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	if status := statusOf(err); status >= http.StatusInternalServerError {
		a.log.LogAttrs(r.Context(), slog.LevelError, "request failed",
			slog.String("request_id", requestID(r)), slog.Int("status", status), slog.Any("error", err))
	}
	refuse(w, r, err)
}

// refuse answers with the problem that err is, as HTML where the client prefers that.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := explain(err)
	h := w.Header()
	if methods, ok := errors.AsType[notAllowed](err); ok {
		h.Set("Allow", strings.Join(methods, ", "))
	}
	if throttled, ok := errors.AsType[shop.Throttled](err); ok {
		h.Set("Retry-After", strconv.Itoa(throttled.Seconds()))
	}
	if p.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", negotiated)
	body, mediaType := p.body(r)
	if mediaType == mediaHTML {
		h.Set("Content-Language", voiceOf(r).Language())
	}
	send(w, p.Status, mediaType, body)
}

// requestID returns the ID of the invocation, for the log; empty outside of Lambda.
func requestID(r *http.Request) string {
	if lambda, ok := lambdacontext.FromContext(r.Context()); ok && lambda != nil {
		return lambda.AwsRequestID
	}
	return ""
}
