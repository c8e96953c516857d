package lambda

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	"maru/local/internal/lambda/http1"
)

// The Runtime API's paths, and the headers it gives and takes.
const (
	pathPrefix    = "/2018-06-01"
	pathPing      = pathPrefix + "/ping"
	pathNext      = pathPrefix + "/runtime/invocation/next"
	pathInitError = pathPrefix + "/runtime/init/error"
	pathInvoked   = pathPrefix + "/runtime/invocation/"

	headerRequestID     = "Lambda-Runtime-Aws-Request-Id"
	headerDeadline      = "Lambda-Runtime-Deadline-Ms"
	headerFunctionARN   = "Lambda-Runtime-Invoked-Function-Arn"
	headerTraceID       = "Lambda-Runtime-Trace-Id"
	headerClientContext = "Lambda-Runtime-Client-Context"
	headerErrorType     = "Lambda-Runtime-Function-Error-Type"
	headerErrorBody     = "Lambda-Runtime-Function-Error-Body"
	headerResponseMode  = "Lambda-Runtime-Function-Response-Mode"
	headerTenantID      = "Lambda-Runtime-Aws-Tenant-Id"
)

// modeStreaming is the one value of headerResponseMode.
const modeStreaming = "streaming"

// state is the runtime's, named as in the Runtime API's error messages.
type state string

// The states of a runtime, and what leads from one to the next:
//
//	Started ──next──▶ Ready ──event──▶ Running ──head──▶ InvocationResponse ──body──▶ ResponseSent
//	   └─init/error─▶ InitError         └next: the same event again         next ─▶ Ready
const (
	stateStarted       state = "Started"
	stateInitError     state = "InitError"
	stateReady         state = "Ready"
	stateRunning       state = "Running"
	stateResponse      state = "InvocationResponse"
	stateErrorResponse state = "InvocationErrorResponse"
	stateResponseSent  state = "ResponseSent"
)

// runtimeAPI is the host's side of one environment's Runtime API: it answers
// the runtime's requests and holds the state that decides which are allowed.
type runtimeAPI struct {
	mu         sync.Mutex // guards the fields below
	state      state
	invocation *invocation // that runs, or ran last; nil before the first
}

// outcome is how an invocation, or an init phase, ended.
type outcome struct {
	requestID string // of the invocation; empty for an init phase
	payload   []byte // of a failed one the error object
	failed    bool
	errorType string // where failed
	timedOut  bool   // by the platform, not in the words of a function
	// outOfMemory tells that it was killed for its memory. Its caller gets an exit.
	outOfMemory bool
	message     string // what the log says behind REPORT; empty for most
}

// turn is what a request of the runtime means for the one who waits for it.
// The zero turn is a request that has been answered and means nothing more.
type turn struct {
	// waiting is the connection on which the runtime waits for an event.
	waiting *http1.Conn
	// again is true where it has been given one already and has not answered.
	again bool
	// outcome is what the runtime reported; nil where waiting is set.
	outcome *outcome
}

// take answers the request r, whose head was read from c, except for `next`,
// which the next event will answer. An error means that c is of no more use.
func (a *runtimeAPI) take(c *http1.Conn, r *http1.Request) (turn, error) {
	method, path := string(r.Method), string(r.Target)
	if method == "GET" && path == pathNext {
		return a.takeNext(c)
	}
	if method == "GET" && path == pathPing {
		return turn{}, reply(c, 200, "text/plain", []byte("pong"))
	}
	id, verb, found := strings.Cut(strings.TrimPrefix(path, pathInvoked), "/")
	switch {
	case method == "POST" && path == pathInitError:
		return a.takeOutcome(c, r, "", stateInitError)
	case method == "POST" && found && verb == "response" && strings.HasPrefix(path, pathInvoked):
		return a.takeOutcome(c, r, id, stateResponse)
	case method == "POST" && found && verb == "error" && strings.HasPrefix(path, pathInvoked):
		return a.takeOutcome(c, r, id, stateErrorResponse)
	}
	return turn{}, reply(c, 404, "text/plain; charset=utf-8", []byte("404 page not found\n"))
}

func (a *runtimeAPI) takeNext(c *http1.Conn) (turn, error) {
	from, ok := a.enter(stateReady, stateStarted, stateReady, stateRunning, stateResponseSent)
	if !ok {
		return turn{}, refuse(c, 403, "InvalidStateTransition", transitionFailed(from, stateReady))
	}
	return turn{waiting: c, again: from == stateRunning}, nil
}

// takeOutcome takes what the runtime reports of an invocation, or of its init
// phase where target is InitError.
func (a *runtimeAPI) takeOutcome(c *http1.Conn, r *http1.Request, id string, target state) (turn, error) {
	required, after := stateRunning, stateResponseSent
	i := a.current(id)
	if target == stateInitError {
		required, after = stateStarted, stateInitError
	} else if i == nil {
		return turn{}, refuse(c, 400, "InvalidRequestID", "Invalid request ID")
	}
	if from, ok := a.enter(target, required); !ok {
		return turn{}, refuse(c, 403, "InvalidStateTransition", transitionFailed(from, target))
	}
	o := &outcome{requestID: id, failed: target != stateResponse, errorType: r.Header(headerErrorType)}
	err := o.read(c, r, i)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return turn{}, err // the invocation's deadline, which ends the environment
	}
	a.enter(after, target)
	return turn{outcome: o}, o.accept(c, err)
}

// read reads the body: a response into the stream of an invocation that has one,
// whether the runtime says that it streams or not (that of Go never does), all
// else into the payload. A response of an unknown mode is not read.
func (o *outcome) read(c *http1.Conn, r *http1.Request, i *invocation) (err error) {
	if !o.failed {
		if mode := r.Header(headerResponseMode); mode != "" && mode != modeStreaming {
			return errResponseMode
		}
		if i.stream != nil {
			return i.stream.copy(c, r.Header("Content-Type"), i.deadline())
		}
	}
	o.payload, err = c.ReadBody(maxPayload)
	return err
}

// errResponseMode refuses every value of headerResponseMode but modeStreaming.
var errResponseMode = errors.New("invalid function response mode")

// accept judges a body that was read, or not, and answers the runtime.
func (o *outcome) accept(c *http1.Conn, err error) error {
	switch {
	case errors.Is(err, errResponseMode):
		o.fail("Runtime.InvalidResponseModeHeader", "Invalid function response mode")
		return refuse(c, 400, "InvalidFunctionResponseMode", "Invalid function response mode")
	case errors.Is(err, http1.ErrTooLarge):
		o.fail(errorTooLarge, fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxPayload))
		return refuse(c, 413, "RequestEntityTooLarge",
			fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", maxPayload))
	case err != nil:
		o.fail("Runtime.TruncatedResponse", "HTTP request detected as truncated")
		return errors.Join(refuse(c, 400, "TruncatedHTTPRequest", "HTTP request detected as truncated"), err)
	}
	o.readTrailers(c)
	if o.failed && o.errorType == "" {
		o.errorType = errorTypeOf(o.payload)
	}
	return reply(c, 202, "application/json", []byte("{\"status\":\"OK\"}\n"))
}

// fail makes an error object of the outcome.
func (o *outcome) fail(errorType, message string) {
	o.failed, o.errorType, o.payload = true, errorType, errorObject(errorType, message)
}

// readTrailers takes the error that a runtime may report after a body that it
// had begun to send: its type, and the error object in base64 ("Building a custom
// runtime", response streaming). Without the latter what was sent stays the
// payload, as in the emulator of AWS.
func (o *outcome) readTrailers(c *http1.Conn) {
	t := c.Trailer(headerErrorType)
	if t == "" {
		return
	}
	o.failed, o.errorType = true, t
	if object, err := base64.StdEncoding.DecodeString(c.Trailer(headerErrorBody)); err == nil && len(object) > 0 {
		o.payload = object
	}
}

// current returns the invocation of that ID if it is the one that runs or ran
// last, else nil.
func (a *runtimeAPI) current(id string) *invocation {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.invocation == nil || a.invocation.id != id {
		return nil
	}
	return a.invocation
}

// enter changes the state if it is one of those allowed. A runtime that asks
// for `next` while it runs an invocation goes on running it.
func (a *runtimeAPI) enter(to state, allowed ...state) (from state, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range allowed {
		if a.state == s {
			if s != stateRunning || to != stateReady {
				a.state = to
			}
			return s, true
		}
	}
	return a.state, false
}

// begin makes i the invocation that runs.
func (a *runtimeAPI) begin(i *invocation) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state, a.invocation = stateRunning, i
}

// writeEvent answers a pending `next` with an invocation. Its headers are those
// of "Next invocation"; the ones without a value are left out.
func writeEvent(c *http1.Conn, i *invocation) error {
	b := make([]byte, 0, 512+len(i.request.Event))
	b = append(b, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"...)
	b = appendField(b, headerRequestID, i.id)
	b = appendField(b, headerDeadline, strconv.FormatInt(i.deadline().UnixMilli(), 10))
	b = appendField(b, headerFunctionARN, i.invokedARN())
	b = appendField(b, headerTraceID, i.request.TraceID)
	b = appendField(b, headerClientContext, i.request.ClientContext)
	b = appendField(b, headerTenantID, i.request.TenantID)
	b = append(b, "Content-Length: "...)
	b = strconv.AppendInt(b, int64(len(i.request.Event)), 10)
	b = append(b, "\r\n\r\n"...)
	_, err := c.Write(append(b, i.request.Event...))
	return err
}

func appendField(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(append(b, name...), ": "...)
	return append(append(b, value...), "\r\n"...)
}

// statusLines holds the statuses that the Runtime API answers with.
var statusLines = map[int]string{
	200: "HTTP/1.1 200 OK\r\n",
	202: "HTTP/1.1 202 Accepted\r\n",
	400: "HTTP/1.1 400 Bad Request\r\n",
	403: "HTTP/1.1 403 Forbidden\r\n",
	404: "HTTP/1.1 404 Not Found\r\n",
	413: "HTTP/1.1 413 Request Entity Too Large\r\n",
}

func reply(c *http1.Conn, status int, contentType string, body []byte) error {
	b := append(make([]byte, 0, 192), statusLines[status]...)
	b = appendField(b, "Content-Type", contentType)
	b = appendField(b, "Content-Length", strconv.Itoa(len(body)))
	b = append(b, "\r\n"...)
	_, err := c.Write(append(b, body...))
	return err
}

func refuse(c *http1.Conn, status int, errorType, message string) error {
	return reply(c, status, "application/json", errorObject(errorType, message))
}

func transitionFailed(from, to state) string {
	return fmt.Sprintf("State transition from %s to %s failed for runtime. Error: State transition is not allowed", from, to)
}

// errorObject is the body of every error of the Runtime API, and the payload of
// an invocation that the platform ended.
func errorObject(errorType, message string) []byte {
	type object struct {
		ErrorType    string `json:"errorType"`
		ErrorMessage string `json:"errorMessage"`
	}
	b, _ := json.Marshal(object{errorType, message}) // of two strings: cannot fail
	return b
}

// errorTypeOf reads errorType from the error object that a runtime reported.
func errorTypeOf(payload []byte) string {
	var object struct {
		ErrorType string `json:"errorType"`
	}
	if json.Unmarshal(payload, &object) != nil || object.ErrorType == "" {
		return "Function.Unknown"
	}
	return object.ErrorType
}
