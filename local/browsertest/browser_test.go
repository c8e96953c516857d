package browsertest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium returns a browser of its own for a test, or skips the test where
// there is none: under CI that is an error. It skips the test where it is to be
// short, too.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("opens a browser")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no chromium on PATH: apt-get install chromium fonts-noto-cjk")
		}
		t.Skip("no chromium on PATH: apt-get install chromium fonts-noto-cjk")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // which root, as CI is, cannot have
		chromedp.WindowSize(1280, 900),
	)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	return ctx
}

// tab is a tab of a visitor's browser. Whatever does not work ends the test.
type tab struct {
	*testing.T
	ctx context.Context
	url string // of the host
}

// newVisitor opens a tab with cookies of its own at a host.
func newVisitor(t *testing.T, browser context.Context, url string) *tab {
	t.Helper()
	return newTab(t, browser, url, chromedp.WithNewBrowserContext())
}

// another opens one more tab of the same visitor.
func (b *tab) another() *tab {
	b.Helper()
	return newTab(b.T, b.ctx, b.url)
}

func newTab(t *testing.T, parent context.Context, url string, options ...chromedp.ContextOption) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(func(event any) { complain(t, event) }))...)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("opening a tab: %v", err)
	}
	b := &tab{t, ctx, url}
	command(b, log.Enable, cdp.Empty{})
	b.speak("en")
	return b
}

// complain fails the test for what the browser finds wrong with a page: an error
// of its script, or something that its Content-Security-Policy forbids.
func complain(t *testing.T, event any) {
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		t.Errorf("script: %s", event.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if event.Entry.Source == log.EntrySourceSecurity {
			t.Errorf("page: %s", event.Entry.Text)
		}
	}
}

// do takes actions one after the other.
func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	run(b, chromedp.Steps(actions...))
}

// run returns what an action returns.
func run[T any](b *tab, action chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		page, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location + "\n" + document.body.innerText`))
		b.Fatalf("%v, at %s", err, page)
	}
	return v
}

// command sends a command of the browser's own protocol.
func command[P, R any](b *tab, c cdp.Command[P, R], params P) R {
	b.Helper()
	result, err := chromedp.Call(b.ctx, c, params)
	if err != nil {
		b.Fatalf("%s: %v", c.Method, err)
	}
	return result
}

// speak has the browser prefer a language.
func (b *tab) speak(language string) {
	b.Helper()
	command(b, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}})
}

// withoutScripts turns JavaScript off.
func (b *tab) withoutScripts() {
	b.Helper()
	command(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// visit goes to a path of the host, as by the address bar.
func (b *tab) visit(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.url + path))
}

// press clicks the link or button of that name.
func (b *tab) press(name string) {
	b.Helper()
	b.do(chromedp.Click(named(name), chromedp.NodeVisible))
}

// named is the XPath of the link or button of that accessible name.
func named(name string) string {
	return `//*[self::a or self::button or self::summary][@aria-label="` + name +
		`" or not(@aria-label) and normalize-space(.)="` + name + `"]`
}

// fill writes into the field of that ID, in place of what is there.
func (b *tab) fill(id, text string) {
	b.Helper()
	b.do(
		chromedp.Click(chromedp.CSS("#"+id), chromedp.NodeVisible),
		chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)),
		chromedp.KeyEvent(text),
	)
}

// see waits until some element of the page shows a text.
func (b *tab) see(text string) {
	b.Helper()
	b.do(chromedp.WaitVisible(`//body//*[text()[contains(normalize-space(.), "` + text + `")]]`))
}

// settled waits until the page has shown what came of all that was pressed.
func (b *tab) settled() {
	b.Helper()
	b.do(chromedp.WaitNotPresent(`//*[@aria-busy]`))
}

// lacks fails the test if the page shows any of the texts.
func (b *tab) lacks(texts ...string) {
	b.Helper()
	shown := run(b, chromedp.Evaluate[string]("document.body.innerText"))
	for _, text := range texts {
		if strings.Contains(shown, text) {
			b.Errorf("page shows %q:\n%s", text, shown)
		}
	}
}

// keep writes a picture of the whole page to the directory that the environment
// variable SCREENSHOTS names, if it does.
func (b *tab) keep(name string) {
	b.Helper()
	directory := os.Getenv("SCREENSHOTS")
	if directory == "" {
		return
	}
	picture := run(b, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(directory, name+".png"), picture, 0o644); err != nil {
		b.Fatal(err)
	}
}
