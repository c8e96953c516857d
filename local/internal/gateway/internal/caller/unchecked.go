package caller

import (
	"cmp"
	"context"
	"fmt"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/event"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/template"
)

// unchecked is a kind of authorization that this host cannot check. It refuses
// every caller, in the words API Gateway has for one who brought no credentials.
type unchecked template.AuthKind

// uncheckedCauses are those of kinds that do not answer Unauthorized.
var uncheckedCauses = map[template.AuthKind]answer.Cause{
	template.AuthPolicy: answer.DeniedByPolicy,
	template.AuthIAM:    answer.Unsigned,
	template.AuthAPIKey: answer.InvalidAPIKey,
}

// Admit admits nobody.
func (u unchecked) Admit(_ context.Context, r *request.Request) (event.Caller, *answer.Refusal) {
	cause := cmp.Or(uncheckedCauses[template.AuthKind(u)], answer.Unauthorized)
	if cause == answer.Unsigned {
		cause = answer.SignatureCause(r, cause)
	}
	return event.Caller{}, answer.Because(cause, fmt.Errorf("%s authorization is not emulated", string(u)))
}
