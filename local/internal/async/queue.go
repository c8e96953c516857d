package async

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"maru/local/internal/lambda"
	"maru/local/internal/requestid"
)

// Config is what Open needs.
type Config struct {
	// Dir is the folder of the queue and of the messages; it is made.
	Dir string
	// Functions are those that events are taken for and delivered to, until Replace.
	Functions []*lambda.Function
	// Concurrency is how many events of one function are in delivery at most, so
	// that others who call it find room; zero means 8. It is no more than the
	// function's reserved concurrency.
	Concurrency int
	// RetryScale multiplies the time between attempts; zero means 1. It leaves
	// MaximumEventAge as it is.
	RetryScale float64
	// RequestIDs makes those of events that come without; nil for random ones.
	RequestIDs requestid.Source
	// Log gets what becomes of events that fail; nil discards it.
	Log *slog.Logger
}

// Run makes one attempt: it is lambda's Run.
type Run func(ctx context.Context, r lambda.Request) (*lambda.Response, error)

// Queue holds events and delivers them. Its methods may be called from several
// goroutines.
type Queue struct {
	store    *store
	messages *messages
	scale    float64
	ids      requestid.Source
	log      *slog.Logger

	stopping context.Context
	stop     context.CancelFunc
	// serving holds the lines that are served and the events in delivery.
	serving sync.WaitGroup

	// mu guards the fields below. Who holds it does not wait for events in delivery.
	mu    sync.RWMutex
	run   Run              // nil before Start; not changed then
	lines map[string]*line // by logical ID
	// leaving are lines of functions that are gone, as long as they have events in
	// delivery, by logical ID.
	leaving map[string]*line
}

// Open opens the queue of a folder; nothing is delivered yet. The error is
// ErrInUse where another host has it. It must be closed.
func Open(c Config) (*Queue, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.RetryScale == 0 {
		c.RetryScale = 1
	}
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder for asynchronous invocations: %w", err)
	}
	s, err := openStore(filepath.Join(c.Dir, "queue.db"))
	if err != nil {
		return nil, err
	}
	q := &Queue{
		store: s, messages: &messages{path: filepath.Join(c.Dir, MessagesFile), limit: messagesLimit},
		scale: c.RetryScale, ids: c.RequestIDs, log: c.Log, lines: map[string]*line{}, leaving: map[string]*line{},
	}
	q.stopping, q.stop = context.WithCancel(context.Background())
	q.Replace(c.Functions, c.Concurrency)
	return q, nil
}

// Waiting gives the number of events that are not settled yet, by the logical
// IDs of their functions, also of functions that the queue does not have.
func (q *Queue) Waiting() (map[string]int, error) {
	counts, err := q.store.counts()
	if err != nil {
		return nil, fmt.Errorf("counting queued events: %w", err)
	}
	return counts, nil
}

// Start begins to deliver, first of all what earlier hosts have left. It may be
// called once.
func (q *Queue) Start(run Run) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.run = run
	q.begin()
}

// Stop ends that events are taken up, and returns at once. From now on only
// attempts that succeed are settled: all others may have failed by the host's
// end, so their events are left to the next Open as they were.
func (q *Queue) Stop() {
	q.mu.Lock() // no line begins after it
	defer q.mu.Unlock()
	q.stop()
}

// Close stops the queue, waits for attempts under way, and closes the file. To
// end these early, end their functions.
func (q *Queue) Close() error {
	q.Stop()
	q.serving.Wait()
	return errors.Join(q.store.close(), q.messages.close())
}

// maxEvent is the longest payload of an asynchronous invocation in bytes (Lambda
// quotas, "Invocation payload").
const maxEvent = 1 << 20

// Enqueue takes a call of Invoke, whose Function has to be a logical ID, and
// returns its request ID, a new one where the call has none. When it returns, the
// event is on disk. The error is a *lambda.Error where the event is refused:
// EventTooLarge for a payload over 1 MB, NotFound for an unknown function.
func (q *Queue) Enqueue(ctx context.Context, r lambda.Request) (requestID string, err error) {
	switch l := q.line(r.Function); {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case l == nil:
		return "", &lambda.Error{Kind: lambda.NotFound, Message: "Function not found: " + r.Function}
	case len(r.Event) > maxEvent:
		return "", tooLarge(len(r.Event))
	}
	e := newEvent(q.ids, r.Function, r.Event)
	e.ID = cmp.Or(r.ID, e.ID)
	e.Qualifier, e.TraceID, e.ClientContext, e.TenantID = r.Qualifier, r.TraceID, r.ClientContext, r.TenantID
	if err := q.store.change(nil, e); err != nil {
		return "", fmt.Errorf("queueing an event of function %q: %w", r.Function, err)
	}
	q.rouse(e.Function)
	return e.ID, nil
}

// tooLarge is worded as users of Lambda report it, "1525970 byte payload is too
// large for the Event invocation type (limit 1048576 bytes)".
func tooLarge(size int) error {
	return &lambda.Error{
		Kind:    lambda.EventTooLarge,
		Message: fmt.Sprintf("%d byte payload is too large for the Event invocation type (limit %d bytes)", size, maxEvent),
	}
}

// newEvent gives an event that is due now.
func newEvent(ids requestid.Source, function string, payload []byte) *event {
	now := time.Now()
	return &event{ID: ids.New(), Function: function, Payload: payload, Accepted: now, Due: now}
}
