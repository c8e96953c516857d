package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"

	"maru/local/hosttest"
)

// Whoever comes to the browser after a visitor has signed out sees nothing of
// theirs by the back button, although browsers keep pages for it.
func TestBackAfterSignOut(t *testing.T) {
	browser := chromium(t)
	for _, test := range []struct {
		name    string
		scripts bool
	}{{"with JavaScript", true}, {"without JavaScript", false}} {
		t.Run(test.name, func(t *testing.T) {
			b := newVisitor(t, browser, hosttest.Start(t, "../../template.yaml").URL)
			if !test.scripts {
				b.withoutScripts()
			}
			shopping(b, "minji")
			signIn(b, "minji")
			b.visit("/?view=orders")
			b.see("Order 1")
			b.press("Account")
			b.press("Sign out")
			b.see("Sign up")
			b.do(chromedp.NavigateBack()) // the account, before it was left
			b.see("Sign up")
			b.lacks("minji")
			b.do(chromedp.NavigateBack())
			b.see("Sign in to see your orders")
			b.lacks("Order 1", "Vogue")
		})
	}
}

// One who signs out everywhere is signed out in the other browser, too, and one
// session can be ended from another.
func TestSessions(t *testing.T) {
	here := newVisitor(t, chromium(t), hosttest.Start(t, "../../template.yaml").URL)
	there := newVisitor(t, here.ctx, here.url)
	signUp(here, "minji")
	signIn(here, "minji")
	signIn(there, "minji")

	here.press("Account")
	here.press("Sign out of Chrome, Linux")
	here.see("You are signed in as minji")
	there.press("Account")
	there.see("Sign up")

	signIn(there, "minji")
	here.press("Account")
	here.press("Sign out everywhere")
	here.see("Sign up")
	there.press("Account")
	there.see("Sign up")
}

// Two tabs add to the cart of one visitor at once; both are counted.
func TestTwoTabs(t *testing.T) {
	one := newVisitor(t, chromium(t), hosttest.Start(t, "../../template.yaml").URL)
	one.visit("/")
	one.press("Add Vogue to the cart") // the session begins
	one.see("1 in the cart")
	two := one.another()
	two.visit("/")
	for range 5 {
		second := make(chan error, 1)
		go func() {
			second <- chromedp.Do(two.ctx, chromedp.Click(named("Add Vogue to the cart")))
		}()
		one.press("Add Vogue to the cart")
		if err := <-second; err != nil {
			t.Fatal(err)
		}
		one.settled()
		two.settled()
	}
	one.visit("/?view=cart")
	if got, want := run(one, chromedp.Value(chromedp.CSS("#quantity-vogue"))), "11"; got != want {
		t.Errorf("got %s copies, want %s", got, want)
	}
}
