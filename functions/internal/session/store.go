package session

import (
	"context"
	"errors"
	"time"
)

// Limits of what a session may hold, in bytes. A session lives in the memory of
// every request that uses it and crosses the network each time, so it is a place
// for a visitor's state, not for documents.
const (
	MaxValue = 16 << 10 // one value, encoded
	MaxSize  = 64 << 10 // all names and values of one session
)

// MaxCounter bounds a counter on both sides of zero. Redis scripts count in float64,
// in which no integer up to here is taken for another.
const MaxCounter = 1<<53 - 1

var (
	// ErrUnavailable means that the store could not be reached or did not answer in
	// time. Whether a change that met it was made is unknown.
	ErrUnavailable = errors.New("session store unavailable")
	// ErrGone means that there is no such session, or no longer: it was signed out,
	// it expired, or it never was. What met it was not stored.
	ErrGone = errors.New("session has ended")
	// ErrTooLarge means that a value exceeds MaxValue or a session MaxSize. Nothing was stored.
	ErrTooLarge = errors.New("session data too large")
	// ErrNotCounter means that Add met a value that is not an integer within
	// MaxCounter, or would have made one. Nothing was stored.
	ErrNotCounter = errors.New("session value is not a counter")
	// ErrConflict means that a value was not what a change expected it to be: another
	// request has changed it. Nothing was stored.
	ErrConflict = errors.New("session value has changed")
	// ErrCommitted means that a session was changed after the first byte of the response.
	ErrCommitted = errors.New("session already committed")
)

// A Store keeps sessions. Every operation is atomic and reports a store that
// cannot be reached as ErrUnavailable. Package sessiontest holds the tests that
// an implementation must pass; NewRedis is one.
//
// It has more methods than an interface should, because they are one contract: what
// must not happen between any two of them is what the package is for.
type Store interface {
	// Load reads a session, following it if it has moved: the record's ID says where it
	// is now. It notes that the session was seen, but at most once in a tenth of the idle
	// limit, so that reading does not mean writing. It returns ErrGone if there is no such session.
	Load(ctx context.Context, id ID, t Terms) (Record, error)

	// Create stores a new session with the user, agent, values and lives of r. A session that is
	// there already is left as it is. An ID that was ended is never used again: ErrGone.
	Create(ctx context.Context, id ID, r Record, t Terms) error

	// Update applies all changes or none, to the session or to where it has moved. It
	// never brings a session into being: ErrGone. A value whose life is over is absent.
	Update(ctx context.Context, id ID, changes []Change, t Terms) error

	// Move gives the session a new ID, and a new user and agent as r says, keeping its
	// values and their lives. Until Grace has passed the old ID leads to the new, but
	// gives a user only to whom it gave the same user before.
	Move(ctx context.Context, from, to ID, r Record, t Terms) error

	// End ends a session, or where it has moved, for good. It returns ErrGone if there is none.
	End(ctx context.Context, id ID, t Terms) error

	// EndAll ends all sessions of a user, whatever their number, in one write.
	EndAll(ctx context.Context, user string, t Terms) error

	// List returns the user's sessions, newest first.
	List(ctx context.Context, user string, t Terms) ([]Info, error)
}

// Grace is how long a moved session's old token leads to the new one, so that
// requests which were under way while the visitor signed in are not lost.
const Grace = 10 * time.Second

// Terms are the limits that hold for an operation, and the time at which it happens.
type Terms struct {
	Now      time.Time
	Idle     time.Duration // a session ends when it has not been seen for this long
	Absolute time.Duration // a session ends when it is this old, seen or not
}

// Info describes a session to the visitor it belongs to.
type Info struct {
	ID      string    // opaque and not secret: it names the session to Manager.End, and opens nothing
	User    string    // "": nobody has signed in
	Agent   string    // User-Agent of the request that began the session
	Created time.Time // a sign-in begins a new session
	Seen    time.Time // last use, to a tenth of the idle limit
	Expires time.Time // when it ends if it is not used before
}

// A Record is a session as a Store holds it.
type Record struct {
	ID      ID
	Info    Info
	Values  map[string]string // JSON by name
	Version int64             // grows with each Update

	// Lives holds how long values have left that end before the session does. It counts
	// from when the record was read or is stored, so that it means the same on every clock.
	Lives map[string]time.Duration
}

// An Op is what a Change does to a value.
type Op string

// The operations of a Change.
const (
	OpSet    Op = "set"    // replaces the value by Change.Value
	OpAdd    Op = "add"    // adds Change.N to a counter; an absent one is zero, and one that comes to zero is removed
	OpDelete Op = "delete" // removes the value; an absent one is left absent
	OpExpect Op = "expect" // changes nothing; unless the value is Change.Value, "" for absent, the Update is refused with ErrConflict
)

// KeepLife is the Life of a Change that leaves a value's end as it is.
const KeepLife = -time.Millisecond

// A Change is one value's part in an Update.
type Change struct {
	Op    Op
	Name  string
	Value string // JSON; of OpSet and OpExpect only
	N     int64  // of OpAdd only

	// Life ends a value before the session ends, by the store's clock; 0 leaves it to the
	// session, KeepLife is what the value had left. Of OpSet only: OpAdd always keeps it.
	Life time.Duration
}
