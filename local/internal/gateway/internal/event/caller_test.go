package event

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/gateway/internal/rawjson"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/gateway/internal/route"
	"maru/local/internal/template"
)

// signed is what a signature says of a caller, as an authorizer.
type signed struct{}

func (signed) WriteV1(*rawjson.Writer)   {}
func (signed) WriteV2(w *rawjson.Writer) { w.Member("authorizer", "iam") }

// What ways in found out is in the event: of format 1.0 in identity, whose members are
// null where nobody knows; of a function URL as the account, too.
func TestCaller(t *testing.T) {
	ann := Caller{Authorizer: signed{}, Identity: Identity{AccountID: "111122223333", AccessKey: "AKIA", UserARN: "arn:aws:iam::111122223333:user/ann"}}
	key := Caller{Identity: Identity{APIKey: "secret", APIKeyID: "k1"}}
	type identity struct{ AccountID, AccessKey, UserARN, User, APIKey, APIKeyID any }
	for _, tt := range []struct {
		name   string
		kind   template.Kind
		auth   *template.Auth
		caller Caller
		want   any
	}{
		{"nobody", template.REST, nil, Caller{}, identity{}},
		{"signed", template.REST, nil, ann, identity{AccountID: "111122223333", AccessKey: "AKIA", UserARN: "arn:aws:iam::111122223333:user/ann"}},
		{"with an API key, too", template.REST, nil, Caller{}.With(ann).With(key),
			identity{AccountID: "111122223333", AccessKey: "AKIA", UserARN: "arn:aws:iam::111122223333:user/ann", APIKey: "secret", APIKeyID: "k1"}},
		{"a URL's, unsigned", template.URL, nil, Caller{}, "anonymous"},
		{"a URL's, signed", template.URL, &template.Auth{IAM: true}, ann, "111122223333 iam"},
		{"a URL's, unchecked", template.URL, &template.Auth{IAM: true}, Caller{}, "999988887777"},
		{"an HTTP API's", template.HTTP, &template.Auth{IAM: true}, ann, "999988887777 iam"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &request.Request{
				HTTP: httptest.NewRequest("GET", "/", nil), Account: request.Account{ID: "999988887777"}, Start: time.Unix(0, 0),
				Route: &route.Route{API: &template.API{Kind: tt.kind}, V1: tt.kind == template.REST, Auth: tt.auth},
			}
			var event struct {
				RequestContext struct {
					AccountID, Authorizer string
					Identity              identity
				}
			}
			if err := json.Unmarshal(new(Writer).Function(r, tt.caller), &event); err != nil {
				t.Fatal(err)
			}
			var got any = event.RequestContext.Identity
			if tt.kind != template.REST {
				got = event.RequestContext.AccountID
				if a := event.RequestContext.Authorizer; a != "" {
					got = event.RequestContext.AccountID + " " + a
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
