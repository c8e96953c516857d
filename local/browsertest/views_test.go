package browsertest

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"maru/local/hosttest"
)

// views are the views of the page, each with a picture's name.
var views = []struct{ name, path string }{
	{"songs", "/"},
	{"cart", "/?view=cart"},
	{"orders", "/?view=orders"},
	{"board", "/?view=board"},
	{"post", "/?view=post&id=1"},
	{"weather", "/?view=weather"},
	{"account", "/?view=account"},
	{"problem", "/?view=post&id=99"},
}

// looks are how visitors may see the page: each language, width and scheme of
// colours with one half of the others.
var looks = []struct {
	language, scheme string
	width            int64
}{
	{"en", "light", 1280},
	{"en", "dark", 390},
	{"ko", "dark", 1280},
	{"ko", "light", 390},
}

// Every view, however it is looked at, can be used by everyone.
func TestViews(t *testing.T) {
	b := newVisitor(t, chromium(t), hosttest.Start(t, "../../template.yaml").URL)
	furnish(b)
	for _, look := range looks {
		name := look.language + "-" + look.scheme
		b.speak(look.language)
		scheme := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}}
		command(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: scheme})
		b.do(chromedp.EmulateViewport(look.width, 900))
		for _, view := range views {
			t.Run(name+"-"+view.name, func(t *testing.T) {
				b := &tab{t, b.ctx, b.url}
				b.visit(view.path)
				b.keep(t.Name()[len("TestViews/"):])
				checkUsable(b, look.language)
			})
		}
	}
}

// furnish leaves something to see in every view.
func furnish(b *tab) {
	b.Helper()
	shopping(b, "minji")
	signIn(b, "minji")
	b.press("Songs")
	b.press("Add Vogue to the cart")
	b.see("1 in the cart")
	b.press("Add 보이지 않는 사랑 to the cart")
	b.see("보이지 않는 사랑 is in the cart")
	b.press("Board")
	b.fill("write-title", "90년대 최고의 노래는?")
	b.fill("write-body", "저는 난 알아요가 아직도 제일 좋아요. 여러분은 어떤가요?")
	b.press("Post")
	b.see("No comments yet.")
	other := newVisitor(b.T, b.ctx, b.url)
	signIn(other, "minji")
}

// checkUsable checks what can be checked of a page by machine: it speaks its
// language, has one main heading, names for all that can be operated, a way to
// all of that by keyboard alone, colours that can be told apart, and fits.
func checkUsable(b *tab, language string) {
	b.Helper()
	if got := run(b, chromedp.Evaluate[string]("document.documentElement.lang")); got != language {
		b.Errorf("got language %q, want %q", got, language)
	}
	if got := run(b, chromedp.Evaluate[int]("document.querySelectorAll('h1').length")); got != 1 {
		b.Errorf("got %d main headings, want 1", got)
	}
	if got := run(b, chromedp.Evaluate[int]("document.documentElement.scrollWidth - innerWidth")); got > 0 {
		b.Errorf("page is %d pixels wider than the window", got)
	}
	checkNames(b)
	checkKeyboard(b)
	if faint := run(b, chromedp.Evaluate[[]string](faintTexts)); len(faint) > 0 {
		b.Errorf("texts of too little contrast: %q", faint)
	}
}

// checkNames checks that the browser tells assistive technology the name of
// every control and every part of the page that needs one.
func checkNames(b *tab) {
	b.Helper()
	named := []string{"button", "link", "textbox", "spinbutton", "combobox", "heading", "navigation", "DisclosureTriangle"}
	tree := command(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	roles := map[string]int{}
	for _, node := range tree.Nodes {
		if node.Ignored || node.Role == nil {
			continue
		}
		role := strings.Trim(string(node.Role.Value), `"`)
		roles[role]++
		if slices.Contains(named, role) && (node.Name == nil || string(node.Name.Value) == `""`) {
			b.Errorf("a %s has no name", role)
		}
	}
	for _, role := range []string{"main", "navigation", "banner", "status"} {
		if roles[role] == 0 {
			b.Errorf("page has no %s", role)
		}
	}
}

// checkKeyboard presses Tab until the focus leaves the page, and checks that it
// has been everywhere.
func checkKeyboard(b *tab) {
	b.Helper()
	const operable = `[...document.querySelectorAll("a, button, summary, input:not([type=hidden]), textarea, select")].filter(e => e.checkVisibility())`
	want := run(b, chromedp.Evaluate[int](operable+".length"))
	const mark = `(() => { const e = document.activeElement; if (e === document.body || "seen" in e.dataset) return false; e.dataset.seen = ""; return true })()`
	got := 0
	for b.do(chromedp.KeyEvent("\t")); run(b, chromedp.Evaluate[bool](mark)); b.do(chromedp.KeyEvent("\t")) {
		got++
	}
	if got != want {
		b.Errorf("Tab reaches %d of %d controls", got, want)
	}
}

// faintTexts yields the texts whose contrast to what is behind them is less than
// 4.5 to 1 (WCAG 2.2, 1.4.3).
const faintTexts = `(() => {
	const channels = (color) => color.match(/[\d.]+/g).map(Number);
	const luminance = (color) => channels(color).slice(0, 3)
		.map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
	const behind = (element) => {
		const color = getComputedStyle(element).backgroundColor;
		return channels(color)[3] === 0 && element.parentElement ? behind(element.parentElement) : color;
	};
	return [...document.querySelectorAll("body *")]
		.filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
		.filter(e => {
			const [light, dark] = [luminance(getComputedStyle(e).color), luminance(behind(e))].sort((a, b) => b - a);
			return (light + .05) / (dark + .05) < 4.5;
		})
		.map(e => e.textContent.trim());
})()`
