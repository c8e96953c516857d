package browsertest

import (
	"testing"

	"maru/local/hosttest"
)

// The whole story of a visitor, who may have turned JavaScript off.
func TestShopping(t *testing.T) {
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
		})
	}
}

// shopping signs up under a name, looks around, buys, takes part and signs out.
func shopping(b *tab, name string) {
	b.Helper()
	signUp(b, name)
	signIn(b, name)

	b.press("Songs")
	b.press("2000s")
	b.press("1990s")
	b.press("Add Vogue to the cart")
	b.see("1 in the cart")
	b.press("Cart 1")
	b.fill("quantity-vogue", "3")
	b.press("Change copies of Vogue")
	b.see("₩3,900")
	b.press("Place the order")
	b.see("Order 1")
	b.see("₩3,900")

	b.press("Board")
	b.fill("write-title", "Vogue")
	b.fill("write-body", "Still dancing.")
	b.press("Post")
	b.fill("comment-body", "So am I.")
	b.press("Comment")
	b.see("So am I.")

	b.press("Account")
	b.press("Sign out")
	b.see("Sign up")
}

const password = "a long enough password"

func signUp(b *tab, name string) {
	b.Helper()
	b.visit("/?view=account")
	b.fill("sign-up-name", name)
	b.fill("sign-up-password", password)
	b.press("Sign up")
	b.see("Welcome!")
}

func signIn(b *tab, name string) {
	b.Helper()
	b.visit("/?view=account")
	b.fill("sign-in-name", name)
	b.fill("sign-in-password", password)
	b.press("Sign in")
	b.see("You are signed in as " + name)
}
