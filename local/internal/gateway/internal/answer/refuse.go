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

// answerTo gives the answer to a Refusal, with what it says of this request.
func (w *Writer) answerTo(r *Refusal) answer {
	a := refusals[r.Cause].answers[w.r.Kind()]
	switch r.Cause {
	case ParametersMissing:
		a.body = `{"message": ` + quote("Missing required request parameters: ["+strings.Join(r.Missing, ", ")+"]") + `}`
	case SignatureIncomplete:
		a.body = `{"message":` + quote(incompleteSignature(w.r)) + `}`
	}
	return a
}

// quote writes a text as a JSON string.
func quote(text string) string {
	var j rawjson.Writer
	j.Text(text)
	return string(j.Buf)
}
