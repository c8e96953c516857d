package shop_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"maru/functions/internal/session/sessiontest"
	"maru/functions/internal/shop"
)

func testUsers(t *testing.T, s *shop.Shop, _ *clock) {
	ctx := t.Context()
	kim := shop.User{Name: "kim", Created: noon}
	user, err := s.SignUp(ctx, "Kim", "correct horse", "192.0.2.1")
	compare(t, kim, user, err)
	if _, err := s.SignUp(ctx, "KIM", "another horse", "192.0.2.1"); err != shop.ErrNameTaken {
		t.Errorf("got error %v, want ErrNameTaken", err)
	}
	user, err = s.SignIn(ctx, "kIM", "correct horse", "192.0.2.1")
	compare(t, kim, user, err)
	for _, wrong := range [][2]string{{"kim", "another horse"}, {"kim", "correct horse "}, {"nobody", "correct horse"}, {"", ""}, {"kim}", "x"}} {
		if _, err := s.SignIn(ctx, wrong[0], wrong[1], "192.0.2.1"); err != shop.ErrCredentials {
			t.Errorf("%q: got error %v, want ErrCredentials", wrong, err)
		}
	}
}

// A name that is typed in another way, composed or not, full width or not, is the same.
func TestNames(t *testing.T) {
	_, client := sessiontest.Miniredis(t)
	s := shop.New(client, nil)
	tests := []struct{ name, want string }{
		{"김철수", "김철수"},
		{"\u1100\u1175\u11b7", "김"}, // too short, though it is three code points
		{"\u110e\u1165\u11af\u1109\u116e", "철수"},
		{"Ｋｉｍ", "kim"},
		{"Zoë", "zoë"},
		{"a.b_c-d", "a.b_c-d"},
		{strings.Repeat("n", 32), strings.Repeat("n", 32)},
		{strings.Repeat("n", 33), ""},
		{"x", ""},
		{"kim}:orders", ""},
		{"kim lee", ""},
		{".kim", ""},
		{"kim\x00", ""},
		{"\xff\xfe", ""},
	}
	for _, tt := range tests {
		user, err := s.SignUp(t.Context(), tt.name, "correct horse", "192.0.2.1")
		var invalid shop.Invalid
		if tt.want == "" || len([]rune(tt.want)) < 2 {
			if !errors.As(err, &invalid) {
				t.Errorf("%q: got user %q, error %v, want Invalid", tt.name, user.Name, err)
			}
		} else if err != nil || user.Name != tt.want {
			t.Errorf("%q: got %q, %v, want %q", tt.name, user.Name, err, tt.want)
		}
	}
}

func testSignUpAtOnce(t *testing.T, s *shop.Shop, _ *clock) {
	var created atomic.Int32
	var visitors sync.WaitGroup
	for range 4 {
		visitors.Go(func() {
			switch _, err := s.SignUp(t.Context(), "kim", "correct horse", "192.0.2.1"); err {
			case nil:
				created.Add(1)
			case shop.ErrNameTaken:
			default:
				t.Error(err)
			}
		})
	}
	visitors.Wait()
	if got := created.Load(); got != 1 {
		t.Errorf("got %d users of one name, want 1", got)
	}
}

// Redis holds no password, and no two users' hashes are alike.
func TestPasswordAtRest(t *testing.T) {
	server, client := sessiontest.Miniredis(t)
	s := shop.New(client, nil)
	stored := map[string]bool{}
	for _, name := range []string{"kim", "lee"} {
		if _, err := s.SignUp(t.Context(), name, "correct horse", "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		text, err := server.Get("shop:{user:" + name + "}")
		if err != nil {
			t.Fatal(err)
		}
		_, hash, found := strings.Cut(text, "$argon2id$v=19$m=19456,t=2,p=1$")
		if !found || stored[hash] || strings.Contains(text, "correct horse") {
			t.Errorf("got %s, want an argon2id hash of its own", text)
		}
		stored[hash] = true
	}
}
