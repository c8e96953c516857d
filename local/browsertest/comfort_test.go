package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"

	"maru/local/hosttest"
)

// With JavaScript the page stays where it is when a song is added, and so does
// the focus; a screen reader hears of it.
func TestAddingKeepsThePlace(t *testing.T) {
	b := newVisitor(t, chromium(t), hosttest.Start(t, "../../template.yaml").URL)
	b.visit("/")
	b.press("Add Creep to the cart")
	b.see("Creep is in the cart.")
	before := run(b, chromedp.Evaluate[float64]("scrollY"))
	b.do(chromedp.KeyEvent("\r")) // the focus is still on the button
	b.see("2 in the cart")
	if after := run(b, chromedp.Evaluate[float64]("scrollY")); before == 0 || after != before {
		t.Errorf("the page moved from %v to %v", before, after)
	}
	if got, want := run(b, chromedp.Evaluate[string]("document.activeElement.id")), "add-creep"; got != want {
		t.Errorf("got the focus on %q, want it on %q", got, want)
	}
}

// Without JavaScript the answer leads back to the song.
func TestAddingLeadsBack(t *testing.T) {
	b := newVisitor(t, chromium(t), hosttest.Start(t, "../../template.yaml").URL)
	b.withoutScripts()
	b.visit("/")
	b.press("Add Creep to the cart")
	b.see("1 in the cart")
	if got := run(b, chromedp.Evaluate[string]("location.hash")); got != "#creep" {
		t.Errorf("got %q, want #creep", got)
	}
}

// A form that was refused comes back with what was written, and says what is
// wrong at the field where it is.
func TestRefusedForm(t *testing.T) {
	b := newVisitor(t, chromium(t), hosttest.Start(t, "../../template.yaml").URL)
	signUp(b, "minji")
	b.speak("ko")
	b.visit("/?view=account")
	b.fill("sign-up-name", "minji/")
	b.fill("sign-up-password", password)
	b.press("가입하기")
	b.see("입력한 내용을 확인해 주세요")
	b.keep("ko-refused")
	described := `(id => document.getElementById(document.getElementById(id).getAttribute("aria-describedby")).textContent)("sign-up-name")`
	if got, want := run(b, chromedp.Evaluate[string](described)), "글자, 숫자, 점, 밑줄, 붙임표로 2~32자여야 합니다."; got != want {
		t.Errorf("got %q at the name, want %q", got, want)
	}
	b.fill("sign-up-name", "minji")
	b.fill("sign-up-password", password)
	b.press("가입하기")
	b.see("이미 사용 중인 이름입니다")
	if got := run(b, chromedp.Value(chromedp.CSS("#sign-up-name"))); got != "minji" {
		t.Errorf("got name %q, want the one that was given", got)
	}
}

// One who wants to order is led back to the cart by way of signing up and in, and
// told that the order is placed.
func TestOrderingAsNewcomer(t *testing.T) {
	b := newVisitor(t, chromium(t), hosttest.Start(t, "../../template.yaml").URL)
	b.visit("/")
	b.press("Add Creep to the cart")
	b.see("1 in the cart")
	b.visit("/?view=cart")
	b.press("Sign in to order")
	b.see("Sign up")
	b.fill("sign-up-name", "minji")
	b.fill("sign-up-password", password)
	b.press("Sign up")
	b.see("Welcome!")
	b.fill("sign-in-name", "minji")
	b.fill("sign-in-password", "not the password")
	b.press("Sign in")
	b.see("Unknown name or wrong password")
	b.fill("sign-in-password", password)
	b.press("Sign in")
	b.press("Place the order")
	b.see("Thank you!")
	b.keep("ordered")
}

// Who was signed out while writing signs in in another tab, and sends what was written.
func TestWritingWhileSignedOut(t *testing.T) {
	b := newVisitor(t, chromium(t), hosttest.Start(t, "../../template.yaml").URL)
	signUp(b, "minji")
	signIn(b, "minji")
	b.press("Board")
	b.fill("write-title", "مرحبا")
	b.fill("write-body", "Written for an hour.")
	other := b.another()
	other.visit("/?view=account")
	other.press("Sign out")
	other.see("Sign up")
	b.press("Post")
	b.see("no longer signed in")
	b.keep("signed-out")
	signIn(other, "minji")
	b.press("Post")
	b.see("No comments yet.")
	b.see("Written for an hour.")
	if got := run(b, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("h1")).direction`)); got != "rtl" {
		t.Errorf("got direction %q of an Arabic title, want rtl", got)
	}
	b.press("Edit this post")
	b.fill("edit-title", "Hello")
	b.keep("edit")
	b.press("Save")
	b.see("Hello")
}
