// Package shop is the domain of the application, kept in Redis: songs of the
// 1990s and their orders, the weather, a board of posts with comments, and the
// users who may write there. It knows nothing of HTTP, of sessions or of Lambda.
// The cart is not here: it must not outlive its visitor, so it is session data.
//
// # Keys
//
// Each script touches keys of one hash tag, so that all of it works on a Redis
// Cluster (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags).
//
//	shop:{songs}                     hash    song ID → song as JSON, and the version of this data
//	shop:{weather}                   hash    city → name and monthly means as JSON, and the version
//	shop:{weather}:reports           hash    city → latest report as JSON
//	shop:{board}:posts               series  posts
//	shop:{board}:post:ID:comments    series  comments of one post
//	shop:{user:NAME}                 string  user as JSON, with the password's argon2id hash
//	shop:{user:NAME}:orders          series  the user's orders
//	shop:{user:NAME}:orders:keys     hash    Idempotency-Key → order ID
//	shop:{user:NAME}:orders:origins  hash    what an order was taken from → order ID
//	shop:{user:NAME}:tries           string  how often someone tried to sign in of late; expires
//	shop:{address:ADDRESS}:tries     string  the same from one address, sign-ups included
//
// A series K is three keys: the hash K of number → version and JSON document,
// the sorted set K:order of its numbers, and K:last, the number given out last.
// The board shares one slot so that a post, its place in the list and its
// comments come and go together; each user's orders have a slot of their own.
//
// Nothing else expires. Redis must not evict, either: maxmemory-policy noeviction.
package shop

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Errors that callers branch on. Any other error is a fault of the shop itself.
var (
	// ErrNotFound means that there is nothing under this ID or name.
	ErrNotFound = errors.New("not found")
	// ErrConflict means that someone changed the document after it was read.
	ErrConflict = errors.New("changed meanwhile")
	// ErrNameTaken means that a user of this name exists.
	ErrNameTaken = errors.New("name is taken")
	// ErrCredentials means an unknown name or a wrong password, and never says which.
	ErrCredentials = errors.New("unknown name or wrong password")
	// ErrNoItems means that an order was placed from an empty cart.
	ErrNoItems = errors.New("no items to order")
	// ErrTotal means that the items cost something else than the user agreed to.
	ErrTotal = errors.New("the total has changed: look at the cart again")
	// ErrOrdered means that what was to be ordered has been, under another key.
	ErrOrdered = errors.New("this cart was ordered under another key: look at the orders")
	// ErrKeyReused means that the key is that of an order of another total.
	ErrKeyReused = errors.New("an order of another total was placed under this key")
	// ErrUnavailable means that Redis cannot be reached or cannot answer now. A retry may help.
	ErrUnavailable = errors.New("storage is unavailable")
)

//go:embed scripts/*.lua seed/*.csv
var files embed.FS

// Shop is the shop in one Redis or Redis Cluster. Its methods may be called
// from several goroutines at once; they do what their context allows and keep
// nothing in memory between calls.
type Shop struct {
	redis redis.UniversalClient
	now   func() time.Time
}

// New returns the shop in client's Redis. It does not talk to Redis yet.
// A nil now means time.Now.
func New(client redis.UniversalClient, now func() time.Time) *Shop {
	if now == nil {
		now = time.Now
	}
	return &Shop{redis: client, now: now}
}

// moment returns the present moment as the shop stores it: UTC, whole seconds.
func (s *Shop) moment() time.Time {
	return s.now().UTC().Truncate(time.Second)
}

// script reads one of the embedded scripts.
func script(name string) *redis.Script {
	source, err := files.ReadFile("scripts/" + name + ".lua")
	if err != nil {
		panic(err) // The name is a constant of this package.
	}
	return redis.NewScript(string(source))
}

// fault explains an error of Redis while doing something: with ErrUnavailable
// where the connection failed or the server says that it cannot serve now, and
// without it where the server rejects the command, which a retry cannot mend.
func fault(doing string, err error) error {
	var reply redis.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", doing, err)
	case errors.As(err, &reply) && !passing(err):
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w: %w", doing, ErrUnavailable, err)
}

// passing reports whether a reply of the server speaks of its state, not of the command.
func passing(err error) bool {
	return redis.IsLoadingError(err) || redis.IsReadOnlyError(err) || redis.IsClusterDownError(err) ||
		redis.IsTryAgainError(err) || redis.IsMasterDownError(err) || redis.IsMaxClientsError(err) ||
		redis.IsOOMError(err) || redis.IsNoReplicasError(err) || redis.IsAuthError(err)
}
