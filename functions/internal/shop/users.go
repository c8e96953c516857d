package shop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"
	"golang.org/x/text/secure/precis"
)

// User is someone who has signed up.
type User struct {
	// Name is in its one canonical form, lower case and composed.
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
}

// account is a User as it is stored.
type account struct {
	User
	Password string // as hashPassword writes it
}

// What a password may be, in characters: OWASP ASVS 5.0, 6.2.1 and 6.2.9.
const (
	shortestPassword = 8
	longestPassword  = 128
)

// names keeps braces out, which would move a user's keys to another slot.
var names = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{1,31}$`)

func userKey(name string) string { return "shop:{user:" + name + "}" }

// SignUp creates a user. A name is 2 to 32 letters, digits and . _ - in any
// script; it is compared as RFC 8265 tells (UsernameCaseMapped), so that Kim and
// kim are one. SignUp returns ErrNameTaken if there is such a user, and Invalid.
// Sign-ups count among the tries from their address, as each costs a hash: SignUp returns Throttled.
func (s *Shop) SignUp(ctx context.Context, name, password, address string) (User, error) {
	name, password, err := credentials(name, password)
	if err != nil {
		return User{}, err
	}
	if err := s.try(ctx, triesFrom(address)); err != nil {
		return User{}, err
	}
	user := User{Name: name, Created: s.moment()}
	text, err := json.Marshal(account{User: user, Password: hashPassword(password)})
	if err != nil {
		return User{}, fmt.Errorf("encoding user: %w", err)
	}
	err = s.redis.SetArgs(ctx, userKey(name), text, redis.SetArgs{Mode: "NX"}).Err()
	if errors.Is(err, redis.Nil) {
		return User{}, ErrNameTaken
	}
	if err != nil {
		return User{}, fault("storing user", err)
	}
	return user, nil
}

// SignIn returns the user with this name and password, or ErrCredentials. It
// takes as long for a name that nobody has as for a wrong password, so that it
// does not tell who is a user. Tries are limited, per name and per address that
// they come from: SignIn returns Throttled, for names that nobody has as well.
func (s *Shop) SignIn(ctx context.Context, name, password, address string) (User, error) {
	name, password, err := credentials(name, password)
	if err != nil {
		return User{}, ErrCredentials // They are nobody's, so nothing is found out by trying them.
	}
	counters := triesOf(name, address)
	if err := s.try(ctx, counters); err != nil {
		return User{}, err
	}
	found, err := s.account(ctx, name)
	if err != nil {
		return User{}, err
	}
	if !passwordMatches(password, found.Password) || found.Name == "" {
		return User{}, ErrCredentials
	}
	return found.User, s.forgive(ctx, counters)
}

// account returns what is stored of a user; if there is none, one without a name
// and with a password that nobody has.
func (s *Shop) account(ctx context.Context, name string) (account, error) {
	found := account{Password: nobodysPassword}
	text, err := s.redis.Get(ctx, userKey(name)).Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return found, nil
	case err != nil:
		return found, fault("reading user", err)
	}
	if err := json.Unmarshal(text, &found); err != nil {
		return found, fmt.Errorf("decoding user: %w", err)
	}
	return found, nil
}

// credentials returns name and password in the form in which they are compared, or Invalid.
func credentials(name, password string) (string, string, error) {
	var faults Invalid
	canonical, err := precis.UsernameCaseMapped.String(name)
	if err != nil || !names.MatchString(canonical) {
		faults = append(faults, Fault{"name", "must be 2 to 32 letters, digits, dots, underscores or hyphens"})
	}
	secret, err := precis.OpaqueString.String(password)
	if n := utf8.RuneCountInString(secret); err != nil || n < shortestPassword || n > longestPassword {
		faults = append(faults, Fault{"password", fmt.Sprintf("must be %d to %d characters", shortestPassword, longestPassword)})
	}
	return canonical, secret, faults.err()
}
