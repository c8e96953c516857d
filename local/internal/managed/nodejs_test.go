package managed_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	nodejs     = "nodejs20.x"
	typeModule = `{"type":"module"}`
)

func TestNodeResults(t *testing.T) {
	for _, test := range []struct{ name, handler, file, source, want string }{
		{"promise", "app.handler", "app.js", `exports.handler = async (e) => e`, `{"a":"한"}`},
		{"nothing", "app.handler", "app.js", `exports.handler = async () => {}`, `null`},
		{"a function is no JSON", "app.handler", "app.js", `exports.handler = async () => () => {}`, `null`},
		{"callback", "app.handler", "app.js", `exports.handler = (e, c, callback) => callback(null, 1)`, `1`},
		{"callback, later", "app.handler", "app.js", `exports.handler = (e, c, callback) => { setTimeout(() => callback(null, 1), 5) }`, `1`},
		{
			"callback waits for what is under way", "app.handler", "app.js",
			`exports.handler = (e, c, callback) => { let n = [0]; callback(null, n); setTimeout(() => n.push(1), 20) }`, `[0,1]`,
		},
		{
			"callback need not wait", "app.handler", "app.js",
			`exports.handler = (e, c, callback) => { c.callbackWaitsForEmptyEventLoop = false; let n = [0]; setTimeout(() => n.push(1), 20); callback(null, n) }`, `[0]`,
		},
		{"a callback that is forgotten", "app.handler", "app.js", `exports.handler = (e, c, callback) => {}`, `null`},
		{"the first answer counts", "app.handler", "app.js", `exports.handler = (e, c) => { c.succeed(1); c.succeed(2) }`, `1`},
		{"context.done", "app.handler", "app.js", `exports.handler = (e, c) => c.done(null, 3)`, `3`},
		{"ES module", "app.handler", "app.mjs", `import path from 'node:path'; export const handler = async () => path.basename(import.meta.url)`, `"app.mjs"`},
		{"ES module by its package", "esm/app.handler", "esm/app.js", `export const handler = async () => import.meta.url.slice(-10)`, `"esm/app.js"`},
		{"CommonJS within an ES package", "esm/app.handler", "esm/app.cjs", `exports.handler = async () => 1`, `1`},
		{"a folder", "src/deep/app.handler", "src/deep/app.js", `exports.handler = async () => require.main === module`, `false`},
		{"an object's method", "app.api.get", "app.js", `exports.api = { get: async () => 1 }`, `1`},
		{"the trace ID", "app.handler", "app.js", `exports.handler = async () => process.env._X_AMZN_TRACE_ID`, `"Root=1-2-3"`},
		{
			"context", "app.handler", "app.js",
			`exports.handler = async (e, c) => { const left = c.getRemainingTimeInMillis(); return [c.awsRequestId, c.functionName, c.functionVersion, ` +
				`c.invokedFunctionArn, c.memoryLimitInMB, c.logGroupName, c.clientContext.custom.k, c.identity, left > 9000 && left <= 10000] }`,
			`["ID","fn","$LATEST","arn:aws:lambda:eu-west-1:123456789012:function:fn","128","/aws/lambda/fn","값",null,true]`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, _, log := deploy(t, nodejs, test.handler, map[string]string{test.file: test.source, "esm/package.json": typeModule})
			for range 2 { // the connection is kept
				if got := invoke(t, l, `{"a":"한"}`); got != test.want {
					t.Errorf("got %s, want %s\n%s", got, test.want, log)
				}
			}
		})
	}
}

func TestNodeFailures(t *testing.T) {
	for _, test := range []struct {
		name, handler, source string
		want                  failure // Trace: the first line
	}{
		{
			"no module", "nope.handler", "",
			failure{
				ErrorType: "Runtime.ImportModuleError", ErrorMessage: "Error: Cannot find module 'nope'\nRequire stack:\n- RUNTIME",
				Trace: []string{"Runtime.ImportModuleError: Error: Cannot find module 'nope'"},
			},
		},
		{
			"a module that requires what is not there", "app.handler", `require('nope')`,
			failure{
				ErrorType: "Runtime.ImportModuleError", ErrorMessage: "Error: Cannot find module 'nope'\nRequire stack:\n- /var/task/app.js\n- RUNTIME",
				Trace: []string{"Runtime.ImportModuleError: Error: Cannot find module 'nope'"},
			},
		},
		{
			"no handler", "app.handler", "",
			failure{
				ErrorType: "Runtime.HandlerNotFound", ErrorMessage: "app.handler is undefined or not exported",
				Trace: []string{"Runtime.HandlerNotFound: app.handler is undefined or not exported"},
			},
		},
		{
			"no function", "app.handler", "exports.handler = 1",
			failure{
				ErrorType: "Runtime.HandlerNotFound", ErrorMessage: "app.handler is not a function",
				Trace: []string{"Runtime.HandlerNotFound: app.handler is not a function"},
			},
		},
		{
			"no dot", "app", "",
			failure{ErrorType: "Runtime.MalformedHandlerName", ErrorMessage: "Bad handler", Trace: []string{"Runtime.MalformedHandlerName: Bad handler"}},
		},
		{
			"a folder above", "../app.handler", "",
			failure{
				ErrorType:    "Runtime.MalformedHandlerName",
				ErrorMessage: "'../app.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
				Trace: []string{"Runtime.MalformedHandlerName: '../app.handler' is not a valid handler name. " +
					"Use absolute paths when specifying root directories in handler names."},
			},
		},
		{
			"syntax", "app.handler", "exports.handler = (",
			failure{
				ErrorType: "Runtime.UserCodeSyntaxError", ErrorMessage: "SyntaxError: Unexpected end of input",
				Trace: []string{"Runtime.UserCodeSyntaxError: SyntaxError: Unexpected end of input"},
			},
		},
		{
			"thrown while loading", "app.handler", "throw new RangeError('early')",
			failure{ErrorType: "RangeError", ErrorMessage: "early", Trace: []string{"RangeError: early"}},
		},
		{
			"rejected", "app.handler", "exports.handler = async () => { throw new TypeError('why') }",
			failure{ErrorType: "TypeError", ErrorMessage: "why", Trace: []string{"TypeError: why"}},
		},
		{
			"thrown", "app.handler", "class Odd extends Error { name = 'Odd' }; exports.handler = () => { throw new Odd('why') }",
			failure{ErrorType: "Odd", ErrorMessage: "why", Trace: []string{"Odd: why"}},
		},
		{
			"called back", "app.handler", "exports.handler = (e, c, callback) => callback(new Error('why'))",
			failure{ErrorType: "Error", ErrorMessage: "why", Trace: []string{"Error: why"}},
		},
		{"a string", "app.handler", "exports.handler = async () => { throw 'why' }", failure{ErrorType: "string", ErrorMessage: "why"}},
		{"nothing", "app.handler", "exports.handler = (e, c) => c.fail()", failure{ErrorType: "string", ErrorMessage: "handled"}},
		{
			"no JSON", "app.handler", "exports.handler = async () => 1n",
			failure{ErrorType: "Error", ErrorMessage: "Unable to stringify response body", Trace: []string{"Error: Unable to stringify response body"}},
		},
		{
			"uncaught", "app.handler", "exports.handler = () => new Promise(() => { setTimeout(() => { throw new Error('why') }, 1) })",
			failure{ErrorType: "Error", ErrorMessage: "why", Trace: []string{"Error: why"}},
		},
		{
			"a rejection that nobody handles", "app.handler", "exports.handler = () => new Promise(() => { Promise.reject(new Error('why')) })",
			failure{
				ErrorType: "Runtime.UnhandledPromiseRejection", ErrorMessage: "Error: why",
				Trace: []string{"Runtime.UnhandledPromiseRejection: Error: why"},
			},
		},
		{
			"exit", "app.handler", "exports.handler = () => process.exit(0)",
			failure{ErrorType: "Runtime.ExitError", ErrorMessage: "RequestId: ID Error: Runtime exited without providing a reason"},
		},
		{
			"exit with a status", "app.handler", "exports.handler = () => process.exit(3)",
			failure{ErrorType: "Runtime.ExitError", ErrorMessage: "RequestId: ID Error: Runtime exited with error: exit status 3"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, f, log := deploy(t, nodejs, test.handler, map[string]string{"app.js": test.source})
			for range 2 {
				got := invokeFailing(t, l, f.Dir)
				got.ErrorMessage = strings.ReplaceAll(got.ErrorMessage, f.Command[len(f.Command)-1], "RUNTIME")
				if got.Trace = got.Trace[:min(1, len(got.Trace))]; len(got.Trace) == 0 {
					got.Trace = nil
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s\n%s", diff, log)
				}
			}
		})
	}
}

// The trace names the place in the function.
func TestNodeTrace(t *testing.T) {
	l, f, _ := deploy(t, nodejs, "app.handler", map[string]string{"app.js": "const deep = () => { throw new Error('why') }\nexports.handler = async () => deep()"})
	got := strings.Join(invokeFailing(t, l, f.Dir).Trace, "\n")
	want := "Error: why\n    at deep (/var/task/app.js:1:28)\n    at exports.handler (/var/task/app.js:2:31)\n"
	if !strings.HasPrefix(got, strings.Replace(want, "at exports", "at Runtime.exports", 1)) && !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want it to begin with %s", got, want)
	}
}

// An async function that can never end fails; callbacks are no more since
// Node.js 24, by the template's version, whatever the machine has.
func TestNodeHandlerStyles(t *testing.T) {
	for _, test := range []struct{ runtime, source, want string }{
		{nodejs, "exports.handler = async () => new Promise(() => {})", "Runtime.NodeJsExit"},
		{"nodejs24.x", "exports.handler = (event, context, callback) => callback(null, 1)", "Runtime.CallbackHandlerDeprecated"},
	} {
		l, f, _ := deploy(t, test.runtime, "app.handler", map[string]string{"app.js": test.source})
		if got := invokeFailing(t, l, f.Dir).ErrorType; got != test.want {
			t.Errorf("%s: got %s, want %s", test.source, got, test.want)
		}
	}
}

// What nothing has caught ends the environment, so that the next invocation
// begins anew.
func TestNodeUncaught(t *testing.T) {
	for _, fault := range []string{"setTimeout(() => { throw new Error('why') }, 1)", "Promise.reject(new Error('why'))"} {
		l, f, _ := deploy(t, nodejs, "app.handler", map[string]string{
			"app.js": "let n = 0; exports.handler = (e) => (n++, e.ok ? Promise.resolve(n) : new Promise(() => { " + fault + " }))",
		})
		if got := invokeFailing(t, l, f.Dir).ErrorMessage; !strings.HasSuffix(got, "why") {
			t.Errorf("%s: got %q, want why", fault, got)
		}
		if got := invoke(t, l, `{"ok":true}`); got != "1" {
			t.Errorf("%s: got invocation %s of the environment, want the first of a new one", fault, got)
		}
	}
}

// What goes wrong between two invocations costs neither of them.
func TestNodeUncaughtBetweenInvocations(t *testing.T) {
	l, _, log := deploy(t, nodejs, "app.handler", map[string]string{"app.js": `
exports.handler = async (event) => {
  if (event.late) {
    setTimeout(() => { throw new Error('late') }, 5);
    return 'soon';
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  return 'whole';
};`})
	if got := invoke(t, l, `{"late":true}`); got != `"soon"` {
		t.Errorf("got %s, want \"soon\"\n%s", got, log)
	}
	log.WaitFor(t, "Uncaught Exception", 1)
	if got := invoke(t, l, "{}"); got != `"whole"` {
		t.Errorf("got %s, want \"whole\"\n%s", got, log)
	}
}

func TestNodeLog(t *testing.T) {
	l, _, log := deploy(t, nodejs, "app.handler", map[string]string{"app.js": `
console.log('init');
exports.handler = async (event) => {
  console.log('%s and', 'told', { a: 1 });
  console.info('i'); console.debug('d'); console.warn('w'); console.error('e');
  console.log('two\nlines');
  process.stdout.write('raw\n');
  if (event.fail) throw Object.assign(new Error('why'), { stack: 'S', code: 7 });
  process.stdout.write('last words');
  process.exit();
};`})
	invoke(t, l, `{"fail": true}`)
	invoke(t, l, `{"fail": false}`)
	l.Close(t.Context()) // ends the last line
	body := []string{
		"TIME\tID\tINFO\ttold and { a: 1 }",
		"TIME\tID\tINFO\ti", "TIME\tID\tDEBUG\td", "TIME\tID\tWARN\tw", "TIME\tID\tERROR\te",
		"TIME\tID\tINFO\ttwo", "lines", "raw",
	}
	want := append([]string{"TIME\tundefined\tINFO\tinit"}, body...)
	want = append(want, "TIME\tID\tERROR\tInvoke Error \t{\"errorType\":\"Error\",\"errorMessage\":\"why\",\"code\":7,\"stack\":[\"S\"]}")
	want = append(append(want, body...), "last words")
	if diff := cmp.Diff(want, printed(log.String())); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, log)
	}
}
