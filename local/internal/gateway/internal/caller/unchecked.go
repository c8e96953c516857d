package caller

import (
	"cmp"
	"context"
	"errors"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/event"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/template"
)

// unchecked is a kind of authorization that this host cannot check. It refuses
// every caller, in the words API Gateway has for one who brought no credentials.
type unchecked struct {
	kind template.AuthKind
	// why is for the log.
	why string
}

// uncheckedCauses are those of kinds that do not answer Unauthorized.
var uncheckedCauses = map[template.AuthKind]answer.Cause{
	template.AuthPolicy: answer.DeniedByPolicy,
	template.AuthIAM:    answer.Unsigned,
	template.AuthAPIKey: answer.InvalidAPIKey,
}

// Admit admits nobody.
func (u unchecked) Admit(_ context.Context, r *request.Request) (event.Caller, *answer.Refusal) {
	cause := cmp.Or(uncheckedCauses[u.kind], answer.Unauthorized)
	if cause == answer.Unsigned {
		cause = answer.SignatureCause(r, cause)
	}
	return event.Caller{}, answer.Because(cause, errors.New(u.why))
}
