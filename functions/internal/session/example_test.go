package session_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"maru/functions/internal/session"
)

// serve starts a server with sessions, and returns a browser's way to ask it.
func serve(sessions *session.Manager, mux *http.ServeMux) (get func(path string) string, stop func()) {
	store, err := miniredis.Run()
	if err != nil {
		log.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: store.Addr(), ContextTimeoutEnabled: true})
	sessions.Store = session.NewRedis(client)
	server := httptest.NewTLSServer(sessions.Handler(mux))
	browser := server.Client()
	browser.Jar, _ = cookiejar.New(nil)
	get = func(path string) string {
		resp, err := browser.Get(server.URL + path)
		if err != nil {
			log.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			log.Fatal(err)
		}
		return string(body)
	}
	return get, func() { server.Close(); client.Close(); store.Close() }
}

// A counter is added to by the store, so that requests of one visitor that overlap
// lose nothing.
func ExampleSession_Add() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		visits, err := session.From(r.Context()).Add(r.Context(), "visits", 1)
		if err != nil {
			session.WriteError(w, r, err)
			return
		}
		fmt.Fprint(w, visits)
	})
	get, stop := serve(&session.Manager{}, mux)
	defer stop()

	fmt.Println(get("/"))
	fmt.Println(get("/"))
	// Output:
	// 1
	// 2
}

// A cart with one value per item, so that requests which change different items never meet.
func ExampleSession_Names() {
	mux := http.NewServeMux()
	mux.HandleFunc("/add/{song}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := session.From(r.Context()).Add(r.Context(), "cart:"+r.PathValue("song"), 1); err != nil {
			session.WriteError(w, r, err)
		}
	})
	mux.HandleFunc("/cart", func(w http.ResponseWriter, r *http.Request) {
		ctx, s := r.Context(), session.From(r.Context())
		items, err := s.Names(ctx, "cart:")
		if err != nil {
			session.WriteError(w, r, err)
			return
		}
		for _, item := range items {
			quantity, _, err := session.Value[int](ctx, s, item)
			if err != nil {
				session.WriteError(w, r, err)
				return
			}
			fmt.Fprintf(w, "%s %d\n", strings.TrimPrefix(item, "cart:"), quantity)
		}
	})
	get, stop := serve(&session.Manager{}, mux)
	defer stop()

	get("/add/i-know")
	get("/add/wrongful-meeting")
	get("/add/i-know")
	fmt.Print(get("/cart"))
	// Output:
	// i-know 2
	// wrongful-meeting 1
}

// A sign-in keeps what the visitor had gathered before.
func ExampleSession_SignIn() {
	mux := http.NewServeMux()
	mux.HandleFunc("/choose", func(w http.ResponseWriter, r *http.Request) {
		if err := session.From(r.Context()).Set(r.Context(), "language", "ko"); err != nil {
			session.WriteError(w, r, err)
		}
	})
	mux.HandleFunc("/sign-in", func(w http.ResponseWriter, r *http.Request) {
		// After the password was found right:
		if err := session.From(r.Context()).SignIn(r.Context(), "minji"); err != nil {
			session.WriteError(w, r, err)
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		ctx, s := r.Context(), session.From(r.Context())
		user, _ := s.User(ctx) // if the session cannot be read, a 503 takes the place of this response
		language, _, _ := session.Value[string](ctx, s, "language")
		fmt.Fprintf(w, "%q %q", user, language)
	})
	sessions := &session.Manager{}
	get, stop := serve(sessions, mux)
	defer stop()

	get("/choose")
	fmt.Println(get("/"))
	get("/sign-in")
	fmt.Println(get("/"))
	// Output:
	// "" "ko"
	// "minji" "ko"
}

// What a page about the account lists, and what a change of password does.
func ExampleManager_EndAll() {
	mux := http.NewServeMux()
	mux.HandleFunc("/sign-in", func(w http.ResponseWriter, r *http.Request) {
		if err := session.From(r.Context()).SignIn(r.Context(), "minji"); err != nil {
			session.WriteError(w, r, err)
		}
	})
	sessions := &session.Manager{}
	mux.HandleFunc("/sessions", func(w http.ResponseWriter, r *http.Request) {
		infos, err := sessions.Sessions(r.Context(), "minji")
		if err != nil {
			session.WriteError(w, r, err)
			return
		}
		fmt.Fprintln(w, len(infos))
		for _, info := range infos {
			fmt.Fprintln(w, info.User, info.Agent)
		}
	})
	mux.HandleFunc("/password", func(w http.ResponseWriter, r *http.Request) {
		if err := sessions.EndAll(r.Context(), "minji"); err != nil {
			session.WriteError(w, r, err)
		}
	})
	get, stop := serve(sessions, mux)
	defer stop()

	get("/sign-in")
	fmt.Print(get("/sessions"))
	get("/password")
	fmt.Print(get("/sessions"))
	// Output:
	// 1
	// minji Go-http-client/1.1
	// 0
}

// A message that the next page shows, and no page after it.
func ExampleSession_Pop() {
	mux := http.NewServeMux()
	mux.HandleFunc("/save", func(w http.ResponseWriter, r *http.Request) {
		if err := session.From(r.Context()).Set(r.Context(), "flash", "Your post was saved."); err != nil {
			session.WriteError(w, r, err)
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		message := "Welcome."
		if _, err := session.From(r.Context()).Pop(r.Context(), "flash", &message); err != nil {
			session.WriteError(w, r, err)
			return
		}
		fmt.Fprint(w, message)
	})
	get, stop := serve(&session.Manager{}, mux)
	defer stop()

	get("/save")
	fmt.Println(get("/"))
	fmt.Println(get("/"))
	// Output:
	// Your post was saved.
	// Welcome.
}

// A queue in one value. Requests that push at once wait for nothing and lose nothing.
func ExampleSwap() {
	mux := http.NewServeMux()
	mux.HandleFunc("/play/{song}", func(w http.ResponseWriter, r *http.Request) {
		push := func(queue []string) ([]string, error) {
			return append(queue, r.PathValue("song")), nil
		}
		queue, err := session.Swap(r.Context(), session.From(r.Context()), "queue", push)
		if err != nil {
			session.WriteError(w, r, err)
			return
		}
		fmt.Fprint(w, queue)
	})
	get, stop := serve(&session.Manager{}, mux)
	defer stop()

	fmt.Println(get("/play/i-know"))
	fmt.Println(get("/play/wrongful-meeting"))
	// Output:
	// [i-know]
	// [i-know wrongful-meeting]
}

// A form that was opened twice: the second to be sent does not overwrite what it has not seen.
func ExampleSession_SetIfUnchanged() {
	mux := http.NewServeMux()
	mux.HandleFunc("/address", func(w http.ResponseWriter, r *http.Request) {
		ctx, s := r.Context(), session.From(r.Context())
		address, _, err := session.Value[string](ctx, s, "address")
		if err != nil {
			session.WriteError(w, r, err)
			return
		}
		if r.FormValue("was") != address {
			http.Error(w, "somebody has changed it to "+address, http.StatusPreconditionFailed)
			return
		}
		// Another request may still be faster. Then the response is 409 and not this one.
		if err := s.SetIfUnchanged(ctx, "address", r.FormValue("new")); err != nil {
			session.WriteError(w, r, err)
			return
		}
		fmt.Fprintln(w, "saved")
	})
	get, stop := serve(&session.Manager{}, mux)
	defer stop()

	fmt.Print(get("/address?was=&new=Seoul"))
	fmt.Print(get("/address?was=&new=Busan"))
	// Output:
	// saved
	// somebody has changed it to Seoul
}

// A code that was sent to the visitor, good for five minutes and for three tries.
func ExampleSession_SetFor() {
	mux := http.NewServeMux()
	mux.HandleFunc("/send", func(w http.ResponseWriter, r *http.Request) {
		ctx, s := r.Context(), session.From(r.Context())
		err := errors.Join(s.SetFor(ctx, "code", "271828", 5*time.Minute), s.SetFor(ctx, "tries", 3, 5*time.Minute))
		if err != nil {
			session.WriteError(w, r, err)
		}
	})
	mux.HandleFunc("/enter", func(w http.ResponseWriter, r *http.Request) {
		ctx, s := r.Context(), session.From(r.Context())
		left, err := session.Swap(ctx, s, "tries", func(left int) (int, error) { return max(left-1, -1), nil })
		if err != nil {
			session.WriteError(w, r, err)
			return
		}
		code, ok, _ := session.Value[string](ctx, s, "code")
		fmt.Fprint(w, ok && left >= 0 && r.FormValue("code") == code)
	})
	get, stop := serve(&session.Manager{}, mux)
	defer stop()

	get("/send")
	fmt.Println(get("/enter?code=314159"), get("/enter?code=271828"))
	// Output:
	// false true
}
