package host

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"maru/local/internal/build"
	"maru/local/internal/lambda"
	"maru/local/internal/template"
)

// broken has functions that cannot run for each kind of reason, and one that can.
func broken(c Config) (d *deployment, out *bytes.Buffer) {
	out = new(bytes.Buffer)
	stack := new(template.Stack)
	for _, id := range []string{"Fine", "Shown", "GoA", "GoB", "Image"} {
		stack.Functions = append(stack.Functions, &template.Function{LogicalID: id})
	}
	stack.Functions[4].Unsupported = "images"
	return &deployment{config: c, stack: stack, out: newLineWriter(out), built: map[string]build.Result{
		"Fine":  {Dir: "/code"},
		"Shown": {Err: errors.New("it did not build"), Shown: true},
		"GoA":   {Err: errors.New("go is needed")},
		"GoB":   {Err: errors.New("go is needed")},
		"Image": {Err: fmt.Errorf("%w: images", lambda.ErrUnsupported)},
	}}, out
}

// Each reason is said once: not what a compiler or a note says as well, and nothing
// to someone who invokes a function and gets its error.
func TestAnnounceBroken(t *testing.T) {
	const want = "  GoA, GoB cannot run: go is needed\n" +
		"  until the next start callers get 502 for Shown, GoA, GoB, and 501 for Image\n"
	for _, test := range []struct {
		name   string
		config Config
		want   string
	}{
		{"start-api", Config{APIAddress: ":0", LambdaAddress: ":0"}, want},
		{"start-lambda", Config{LambdaAddress: ":0"}, want},
		{"invoke", Config{}, ""},
	} {
		d, out := broken(test.config)
		d.announceBroken()
		d.out.Flush()
		if got := out.String(); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// A host whose functions all run has nothing to say.
func TestAnnounceNothingBroken(t *testing.T) {
	d, out := broken(Config{APIAddress: ":0"})
	d.stack.Functions = d.stack.Functions[:1]
	d.announceBroken()
	d.out.Flush()
	if out.Len() > 0 {
		t.Errorf("got %q, want nothing", out)
	}
}

// A route says what its callers meet first: refusal, then a function that cannot
// run, then its authorizer.
func TestRemark(t *testing.T) {
	iam := &template.Auth{IAM: true}
	by := func(function string) *template.Auth {
		return &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthLambda, Lambda: &template.LambdaAuthorizer{Function: function}}}
	}
	key := by("Fine")
	key.APIKey = true
	for _, test := range []struct {
		function string
		auth     *template.Auth
		disable  bool
		want     string
	}{
		{"Fine", nil, false, ""},
		{"", nil, false, ""}, // a mock
		{"Fine:live", nil, false, ""},
		{"Shown", nil, false, "\t(cannot run: 502)"},
		{"Shown:live", nil, false, "\t(cannot run: 502)"},
		{"Image", nil, false, "\t(cannot run: 501)"},
		{"Shown", iam, false, "\t(refused: IAM authorization is not emulated; --disable-authorizer opens it)"},
		{"Fine", &template.Auth{Authorizer: &template.Authorizer{Name: "Guard", Kind: template.AuthLambda}}, false,
			"\t(refused: the function of the authorizer Guard is not in this template; --disable-authorizer opens it)"},
		{"Shown", iam, true, "\t(cannot run: 502)"},
		{"Fine", iam, true, "\t(open: IAM authorization is switched off)"},
		{"Shown", by("Fine"), false, "\t(cannot run: 502)"},
		{"Fine", by("Fine"), false, "\t(authorized by Fine)"},
		{"Fine", by("GoA"), false, "\t(authorized by GoA, which cannot run)"},
		{"Fine", key, false, "\t(refused: API key authorization is not emulated; --disable-authorizer opens it)"},
	} {
		d, _ := broken(Config{DisableAuthorizer: test.disable})
		if got := d.remark(test.function, test.auth); got != test.want {
			t.Errorf("%s, %+v: got %q, want %q", test.function, test.auth, got, test.want)
		}
	}
}
