package answer

import (
	"strings"

	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/rawjson"
)

// Refuse answers in the words of the kind of API that the request met, once it has
// its IDs. Where it is not clear what the client sends next, the connection ends
// with the answer.
func (w *Writer) Refuse(r *Refusal) {
	w.Refused = r
	a := w.answerTo(r)
	if r.Cause == BadRequest || r.Cause == BodyTooSlow {
		w.Set("Connection", "close")
	}
	w.nameRequest()
	if a.errorType != "" {
		w.Set(headerErrorType, a.errorType)
	}
	w.Set("Content-Type", "application/json")
	if !strings.HasPrefix(a.body, "{") {
		w.Set("Content-Type", "text/plain")
	}
	status, body := w.customize(r, a)
	if disputed.ErrorsHaveCORS {
		w.allowOrigin()
	}
	w.send(status, body)
}

// answerTo gives the answer to a Refusal, with the names of missing parameters in
// the one that has them.
func (w *Writer) answerTo(r *Refusal) answer {
	a := refusals[r.Cause].answers[w.r.Kind()]
	if r.Cause == ParametersMissing {
		var j rawjson.Writer
		j.Text("Missing required request parameters: [" + strings.Join(r.Missing, ", ") + "]")
		a.body = `{"message": ` + string(j.Buf) + `}`
	}
	return a
}
