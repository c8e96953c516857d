package shop

import (
	"context"
	"fmt"
	"math"
	"time"
)

// How many tries to sign in there may be in tryWindow: at one name, from anywhere,
// and from one address, at any name, sign-ups included. Whoever guesses at a name keeps its user out
// for that long, too; the alternative, a limit per address alone, would
// leave a guesser with many addresses none (OWASP ASVS 5.0, 6.3.1).
const (
	triesPerName    = 10
	triesPerAddress = 100
	tryWindow       = 15 * time.Minute
)

// Throttled is the error of a sign-in or sign-up after too many tries: how long until the next
// is let in. It says nothing of the name, which need not be anybody's.
type Throttled time.Duration

// Error says how long to wait.
func (e Throttled) Error() string {
	return fmt.Sprintf("too many tries: wait %d seconds", e.Seconds())
}

// Seconds returns how long to wait in whole seconds, rounded up.
func (e Throttled) Seconds() int { return int(math.Ceil(time.Duration(e).Seconds())) }

var (
	tryScript     = script("try")
	forgiveScript = script("forgive")
)

// tries are counters of tries, each with its limit.
type tries []try

type try struct {
	key   string
	limit int
}

// triesFrom returns the counter of what comes from an address.
func triesFrom(address string) tries {
	return tries{{"shop:{address:" + address + "}:tries", triesPerAddress}}
}

// triesOf returns the counters of a sign-in. A name has one whether or not it is
// somebody's; it is in canonical form.
func triesOf(name, address string) tries {
	return append(triesFrom(address), try{userKey(name) + ":tries", triesPerName})
}

// try counts a try before it is made, so that any number of them at once stays
// below the limits. It returns Throttled if one of them is reached.
func (s *Shop) try(ctx context.Context, counters tries) error {
	for _, c := range counters {
		wait, err := tryScript.Run(ctx, s.redis, []string{c.key}, c.limit, tryWindow.Milliseconds()).Int64()
		if err != nil {
			return fault("counting tries", err)
		}
		if wait > 0 {
			return Throttled(time.Duration(wait) * time.Millisecond)
		}
	}
	return nil
}

// forgive takes one try back that was successful. The others stay: else a guesser
// could go on after each sign-in of the user, or of an account of his own.
func (s *Shop) forgive(ctx context.Context, counters tries) error {
	for _, c := range counters {
		if err := forgiveScript.Run(ctx, s.redis, []string{c.key}).Err(); err != nil {
			return fault("forgiving a try", err)
		}
	}
	return nil
}
