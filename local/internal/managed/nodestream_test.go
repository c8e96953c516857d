package managed_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// streamed is what a caller gets of a response that goes out while it is written.
type streamed struct {
	contentType, body string
	*lambda.Response
}

// stream invokes the function; wrote, where it is not nil, is called with each chunk.
func stream(t *testing.T, l *lambda.Lambda, event string, wrote func(chunk string)) streamed {
	t.Helper()
	var s streamed
	var body bytes.Buffer
	r := lambdatest.Run(t, l, lambda.Request{
		Event: []byte(event),
		Begin: func(contentType string, _ time.Time) io.Writer {
			s.contentType = contentType
			return writerFunc(func(p []byte) (int, error) {
				if wrote != nil {
					wrote(string(p))
				}
				return body.Write(p)
			})
		},
	})
	s.body, s.Response = body.String(), r
	return s
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// streaming is a function whose handler streams: the source is its body.
func streaming(body string) map[string]string {
	return map[string]string{"app.js": "exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {\n" + body + "\n})"}
}

func TestNodeStreams(t *testing.T) {
	const plain, http = "application/octet-stream", "application/vnd.awslambda.http-integration-response"
	const nul = "\x00\x00\x00\x00\x00\x00\x00\x00"
	for _, test := range []struct{ name, body, contentType, want string }{
		{"text", "stream.write('one'); stream.end('two')", plain, "onetwo"},
		{"bytes and what is none", "stream.write(new Uint8Array([65])); stream.write({ a: '한' }); stream.end()", plain, `A{"a":"한"}`},
		{"nothing", "stream.end()", plain, ""},
		{"a type", "stream.setContentType('text/html'); stream.end('<p>')", "text/html", "<p>"},
		{"the event", "stream.write(event); stream.end()", plain, `{"n":1}`},
		{"ended later", "setTimeout(() => stream.end('late'), 5)", plain, "late"},
		{"a value is ignored", "stream.end('body'); return 1", plain, "body"},
		{
			"a pipeline", "await require('node:stream/promises').pipeline(require('node:stream').Readable.from(['a', 'b', 'c']), stream)",
			plain, "abc",
		},
		{
			"metadata", "stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 }); stream.write('made'); stream.end()",
			http, `{"statusCode":201}` + nul + "made",
		},
		{"metadata without a write", "awslambda.HttpResponseStream.from(stream, { statusCode: 204 }).end()", http, ""},
		{
			"the context", "stream.write([context.functionName, context.tenantId, typeof context.succeed, context.getRemainingTimeInMillis() > 0]); stream.end()",
			plain, `["fn",null,"undefined",true]`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, _, log := deploy(t, nodejs, "app.handler", streaming(test.body))
			for range 2 { // the connection is kept
				got := stream(t, l, `{"n":1}`, nil)
				if got.contentType != test.contentType || got.body != test.want || got.FunctionError != "" {
					t.Errorf("got %s %q, error %q, want %s %q\n%s", got.contentType, got.body, got.FunctionError, test.contentType, test.want, log)
				}
			}
			if starts := log.Count("INIT_START"); starts != 1 {
				t.Errorf("got %d environments, want one\n%s", starts, log)
			}
		})
	}
}

// What goes wrong is told behind what was written, and costs no environment.
func TestNodeStreamFailures(t *testing.T) {
	for _, test := range []struct{ name, body, written, errorType, message string }{
		{"at once", "throw new TypeError('why')", "", "TypeError", "why"},
		{"later", "stream.write('one'); throw new TypeError('why')", "one", "TypeError", "why"},
		{"no JSON", "stream.write('one'); stream.write(1n)", "one", "TypeError", "Do not know how to serialize a BigInt"},
		{
			"a pipeline's source",
			"await require('node:stream/promises').pipeline(async function* () { yield 'one'; throw new RangeError('why') }, stream)",
			"one", "RangeError", "why",
		},
		{"destroyed", "stream.destroy()", "", "Error", "Response stream is not finished."},
		{"destroyed with an error", "stream.destroy(new RangeError('why'))", "", "RangeError", "why"},
		{
			"a type too late", "stream.write('one'); stream.setContentType('text/html')", "one",
			"Runtime.InvalidStreamingOperation", "Cannot set content-type, too late.",
		},
		{"never settled", "stream.write('one'); stream.end(); await new Promise(() => {})", "one", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, _, log := deploy(t, nodejs, "app.handler", streaming(test.body))
			for range 2 {
				got := stream(t, l, "{}", nil)
				message := `"errorMessage":"` + test.message + `"`
				if got.body != test.written || got.ErrorType != test.errorType || test.message != "" && !strings.Contains(string(got.Payload), message) {
					t.Errorf("got %q, %s, want %q, %s %s\n%s", got.body, got.Payload, test.written, test.errorType, message, log)
				}
			}
			if log.Count("INIT_START") != 1 || strings.Contains(log.String(), "Uncaught") {
				t.Errorf("want one environment, and nothing uncaught\n%s", log)
			}
		})
	}
}

// A handler without a promise has no way to say that it is done.
func TestNodeStreamWithoutPromise(t *testing.T) {
	l, _, _ := deploy(t, nodejs, "app.handler", map[string]string{"app.js": "exports.handler = awslambda.streamifyResponse((event, stream) => { stream.write('one') })"})
	got := stream(t, l, "{}", nil)
	if want := "Streaming does not support non-async handlers."; !strings.Contains(string(got.Payload), want) {
		t.Errorf("got %s, want %s", got.Payload, want)
	}
}

// A chunk is there before the function writes the next.
func TestNodeStreamChunkByChunk(t *testing.T) {
	arrived := make(chan struct{})
	gate := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-arrived }))
	defer gate.Close()
	l, _, _ := deploy(t, nodejs, "app.handler", streaming("stream.write('one'); await fetch(event); stream.end('two')"))
	got := stream(t, l, `"`+gate.URL+`"`, func(chunk string) {
		if chunk == "one" {
			close(arrived)
		}
	})
	if got.body != "onetwo" || got.FunctionError != "" {
		t.Errorf("got %q, %s", got.body, got.Payload)
	}
}

// A function that heeds the stream writes no faster than its caller reads.
func TestNodeStreamHoldsTheWriterBack(t *testing.T) {
	l, _, log := deploy(t, nodejs, "app.handler", map[string]string{"app.js": `
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  const once = require('node:events').once, chunk = Buffer.alloc(1 << 16);
  let most = 0;
  for (let i = 0; i < 512; i++) {
    const more = stream.write(chunk);
    most = Math.max(most, stream.writableLength);
    if (!more) await once(stream, 'drain');
  }
  stream.end('most ' + most);
}, { highWaterMark: 1 << 17 })`})
	got := stream(t, l, "{}", nil)
	if size := len(got.body); size < 32<<20 || !strings.HasSuffix(got.body, "most 131072") {
		t.Errorf("got %d bytes, %q at the end\n%s", size, got.body[max(0, size-20):], log)
	}
}

// Handlers that stream have three parameters, and still no callback.
func TestNodeStreamIsNoCallback(t *testing.T) {
	l, _, log := deploy(t, "nodejs24.x", "app.handler", streaming("stream.end('body')"))
	if got := stream(t, l, "{}", nil); got.body != "body" {
		t.Errorf("got %q, %s\n%s", got.body, got.Payload, log)
	}
}

// A caller that waits for the whole gets a streamed response as well.
func TestNodeStreamAsAWhole(t *testing.T) {
	l, _, _ := deploy(t, nodejs, "app.handler", streaming("stream.write({ a: 1 }); stream.end()"))
	if got := invoke(t, l, "{}"); got != `{"a":1}` {
		t.Errorf("got %s", got)
	}
}

// The tenant is told to functions that isolate them, in both languages.
func TestTenant(t *testing.T) {
	for runtime, files := range map[string][2]string{
		python: {"app.py", "def handler(e, c): return c.tenant_id"},
		nodejs: {"app.js", "exports.handler = async (e, c) => c.tenantId"},
	} {
		t.Run(runtime, func(t *testing.T) {
			l, f, log := deploy(t, runtime, "app.handler", map[string]string{files[0]: files[1]})
			f.IsolatesTenants = true
			if got := string(lambdatest.Run(t, l, lambda.Request{TenantID: "blue"}).Payload); got != `"blue"` {
				t.Errorf("got %s, want the tenant\n%s", got, log)
			}
		})
	}
}
