package runtimeapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	"maru/local/internal/lambda/internal/http1"
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

// api is the protocol of one environment's Runtime API: it answers
// the runtime's requests and holds the state that decides which are allowed.
type api struct {
	mu         sync.Mutex // guards the fields below
	state      state
	invocation *Invocation // that runs, or ran last; nil before the first
}

// turn is what a request of the runtime means for the one who waits for it.
// The zero turn is a request that has been answered and means nothing more.
type turn struct {
	// waiting is the connection on which the runtime waits for an event.
	waiting *http1.Conn
	// again is true where it has been given one already and has not answered.
	again bool
	// outcome is what the runtime reported; nil where waiting is set.
	outcome *Outcome
}

// take answers the request r, whose head was read from c, except for `next`,
// which the next event will answer. An error means that c cannot be used any more.
func (a *api) take(c *http1.Conn, r *http1.Request) (turn, error) {
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

func (a *api) takeNext(c *http1.Conn) (turn, error) {
	from, ok := a.enter(stateReady, stateStarted, stateReady, stateRunning, stateResponseSent)
	if !ok {
		return turn{}, refuse(c, 403, "InvalidStateTransition", transitionFailed(from, stateReady))
	}
	return turn{waiting: c, again: from == stateRunning}, nil
}

// takeOutcome takes what the runtime reports of an invocation, or of its init
// phase where target is InitError.
func (a *api) takeOutcome(c *http1.Conn, r *http1.Request, id string, target state) (turn, error) {
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
	o := &Outcome{RequestID: id, Failed: target != stateResponse, ErrorType: r.Header(headerErrorType)}
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
func (o *Outcome) read(c *http1.Conn, r *http1.Request, i *Invocation) (err error) {
	if !o.Failed {
		if mode := r.Header(headerResponseMode); mode != "" && mode != modeStreaming {
			return errResponseMode
		}
		if i.Stream != nil {
			return i.Stream.copy(c, r.Header("Content-Type"), i.Deadline)
		}
	}
	o.Payload, err = c.ReadBody(MaxPayload)
	return err
}

// errResponseMode refuses every value of headerResponseMode but modeStreaming.
var errResponseMode = errors.New("invalid function response mode")

// accept judges a body that was read, or not, and answers the runtime.
func (o *Outcome) accept(c *http1.Conn, err error) error {
	switch {
	case errors.Is(err, errResponseMode):
		o.fail("Runtime.InvalidResponseModeHeader", "Invalid function response mode")
		return refuse(c, 400, "InvalidFunctionResponseMode", "Invalid function response mode")
	case errors.Is(err, http1.ErrTooLarge):
		o.fail(ErrorTooLarge, fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxPayload))
		return refuse(c, 413, "RequestEntityTooLarge",
			fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", MaxPayload))
	case err != nil:
		o.fail("Runtime.TruncatedResponse", "HTTP request detected as truncated")
		return errors.Join(refuse(c, 400, "TruncatedHTTPRequest", "HTTP request detected as truncated"), err)
	}
	o.readTrailers(c)
	if o.Failed && o.ErrorType == "" {
		o.ErrorType = errorTypeOf(o.Payload)
	}
	return reply(c, 202, "application/json", []byte("{\"status\":\"OK\"}\n"))
}

// fail makes an error object of the outcome.
func (o *Outcome) fail(errorType, message string) {
	o.Failed, o.ErrorType, o.Payload = true, errorType, ErrorObject(errorType, message)
}

// readTrailers takes the error that a runtime may report after a body that it
// had begun to send: its type, and the error object in base64 ("Building a custom
// runtime", response streaming). Without the latter what was sent stays the
// payload, as in the emulator of AWS.
func (o *Outcome) readTrailers(c *http1.Conn) {
	t := c.Trailer(headerErrorType)
	if t == "" {
		return
	}
	o.Failed, o.ErrorType = true, t
	if object, err := base64.StdEncoding.DecodeString(c.Trailer(headerErrorBody)); err == nil && len(object) > 0 {
		o.Payload = object
	}
}

// current returns the invocation of that ID if it is the one that runs or ran
// last, else nil.
func (a *api) current(id string) *Invocation {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.invocation == nil || a.invocation.ID != id {
		return nil
	}
	return a.invocation
}

// enter changes the state if it is one of those allowed. A runtime that asks
// for `next` while it runs an invocation goes on running it.
func (a *api) enter(to state, allowed ...state) (from state, ok bool) {
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
func (a *api) begin(i *Invocation) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state, a.invocation = stateRunning, i
}

// writeEvent answers a pending `next` with an invocation. Its headers are those
// of "Next invocation"; the ones without a value are left out.
func writeEvent(c *http1.Conn, i *Invocation) error {
	b := make([]byte, 0, 512+len(i.Event))
	b = append(b, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"...)
	b = appendField(b, headerRequestID, i.ID)
	b = appendField(b, headerDeadline, strconv.FormatInt(i.Deadline.UnixMilli(), 10))
	b = appendField(b, headerFunctionARN, i.FunctionARN)
	b = appendField(b, headerTraceID, i.TraceID)
	b = appendField(b, headerClientContext, i.ClientContext)
	b = appendField(b, headerTenantID, i.TenantID)
	b = append(b, "Content-Length: "...)
	b = strconv.AppendInt(b, int64(len(i.Event)), 10)
	b = append(b, "\r\n\r\n"...)
	_, err := c.Write(append(b, i.Event...))
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
	return reply(c, status, "application/json", ErrorObject(errorType, message))
}

func transitionFailed(from, to state) string {
	return fmt.Sprintf("State transition from %s to %s failed for runtime. Error: State transition is not allowed", from, to)
}

// ErrorObject is the body of every error of the Runtime API, and the payload of
// an invocation that the platform ended.
func ErrorObject(errorType, message string) []byte {
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
