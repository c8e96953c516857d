package answer

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/media"
	"maru/local/internal/gateway/internal/result"
)

// preludeType is the Content-Type by which a function says that its stream
// begins with a prelude.
const preludeType = "application/vnd.awslambda.http-integration-response"

// expectsPrelude tells whether a stream of this Content-Type begins with a
// prelude. A REST API takes nothing else; a function URL goes by the type.
func (w *Writer) expectsPrelude(contentType string) bool {
	return kinds[w.r.Kind()].prelude || strings.EqualFold(media.Type(contentType), preludeType)
}

// judgePrelude reads a prelude into a result that has no body. Of a REST API's
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
// has the names, and cookies among them, which a buffered result does not.
func (w *Writer) judgePrelude(metadata []byte) (result.Result, error) {
	rest := kinds[w.r.Kind()].prelude
	r, err := result.Read(metadata, result.Format{Multi: rest, Cookies: true, Numbers: disputed.TakesNumbers})
	if err != nil {
		return r, err
	}
	if !r.HasStatus {
		r.Status = http.StatusOK
	}
	switch {
	case !r.Object:
		return r, errors.New("the prelude is no object")
	case rest && r.Unknown != "":
		return r, fmt.Errorf("the prelude has a name %q that a REST API does not know", r.Unknown)
	case r.Wrong != nil:
		return r, r.Wrong
	}
	return r, r.Complete()
}
