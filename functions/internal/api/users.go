package api

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"maru/functions/internal/session"
)

// credentials are what a user signs up and signs in with.
type credentials struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

// sessionBody is a session as its user sees it. A visitor who has not signed in
// has no user, and before anything is stored no session either: all is left out.
type sessionBody struct {
	ID      string        `json:"id,omitempty"`
	User    string        `json:"user,omitempty"`
	Created time.Time     `json:"created,omitzero"`
	Seen    time.Time     `json:"seen,omitzero"`
	Expires time.Time     `json:"expires,omitzero"`
	Agent   string        `json:"agent,omitempty"`
	Others  []sessionBody `json:"others,omitempty"`
}

// signedIn returns the name of the user who has signed in, or errSignIn.
func signedIn(r *http.Request) (string, error) {
	user, err := session.From(r.Context()).User(r.Context())
	if err == nil && user == "" {
		err = errSignIn
	}
	return user, err
}

// signUp answers POST /users: 201 with the user, who has yet to sign in. 409 if
// the name is taken, 422 for a name or password that cannot be, and 429 with
// Retry-After after too many tries to sign up or in from one address.
func (a *API) signUp(r *http.Request) (response, error) {
	wanted, err := decode[credentials](r)
	if err != nil {
		return response{}, err
	}
	user, err := a.shop.SignUp(r.Context(), wanted.Name, wanted.Password, address(r))
	return response{status: http.StatusCreated, body: user}, err
}

// address returns where the request comes from, as far as tries are counted: an
// IPv6 address stands for its /64, since that is what one customer has (RFC 6177).
// What X-Forwarded-For claims does not count. Where nothing is known, everybody is one.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr // In an event it has no port.
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return "unknown"
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	network, _ := ip.Prefix(64) // 64 is within any IPv6 address.
	return network.String()
}

// whoAmI answers GET /session: 200 with the session, its user, and the user's
// other sessions.
func (a *API) whoAmI(r *http.Request) (response, error) {
	ctx := r.Context()
	info, err := session.From(ctx).Info(ctx)
	if err != nil {
		return response{}, err
	}
	body := describe(info)
	if info.User == "" {
		return response{body: body}, nil
	}
	all, err := a.sessions.Sessions(ctx, info.User)
	if err != nil {
		return response{}, err
	}
	all = slices.DeleteFunc(all, func(other session.Info) bool { return other.ID == info.ID })
	for _, other := range all {
		body.Others = append(body.Others, describe(other))
	}
	return response{body: body}, nil
}

func describe(info session.Info) sessionBody {
	return sessionBody{
		ID:      info.ID,
		User:    info.User,
		Created: info.Created.UTC(),
		Seen:    info.Seen.UTC(),
		Expires: info.Expires.UTC(),
		Agent:   info.Agent,
	}
}

// signIn answers POST /session: 200 with the user; the session gets a new token
// and keeps its cart. 401 for an unknown name or a wrong password, without saying
// which, and 429 with Retry-After, for any name, after too many tries.
func (a *API) signIn(r *http.Request) (response, error) {
	given, err := decode[credentials](r)
	if err != nil {
		return response{}, err
	}
	user, err := a.shop.SignIn(r.Context(), given.Name, given.Password, address(r))
	if err != nil {
		return response{}, err
	}
	body := sessionBody{User: user.Name}
	return response{body: body}, session.From(r.Context()).SignIn(r.Context(), user.Name)
}

// signOut answers DELETE /session: 204, and the session is gone, with
// ?everywhere=true all sessions of the user. Also for one who has not signed in.
func (a *API) signOut(r *http.Request) (response, error) {
	s := session.From(r.Context())
	if r.URL.Query().Get("everywhere") == "true" {
		return response{}, s.SignOutEverywhere(r.Context())
	}
	return response{}, s.SignOut(r.Context())
}
