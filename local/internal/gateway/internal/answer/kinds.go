package answer

import (
	"maru/local/internal/gateway/internal/media"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/gateway/internal/result"
	"maru/local/internal/template"
)

// kind has how the answers of one kind of API differ from those of the others.
type kind struct {
	// ids are the request IDs in every answer, and trace is true where the trace is
	// in those of functions.
	ids   []idField
	trace bool
	// customized is true where GatewayResponses change refusals, and cors where CORS
	// adds to all answers.
	customized, cors bool
	// readsSignatures is true where an Authorization that is no signature is told so.
	readsSignatures bool
	// mockType is the Content-Type of a mock that names none; empty for none.
	mockType string

	// judge holds a result against the kind's format, and gives one that is complete.
	judge func(w *Writer, r result.Result, payload []byte) (result.Result, error)
	// decodes tells whether a body in base64 is decoded.
	decodes func(*request.Request) bool
	// rename gives the name under which a function's header field goes out, "" where
	// it does not; length is the body's.
	rename func(w *Writer, canonical, name string, length int) string
	// defaultType is the Content-Type of a body of this length whose function named
	// none; empty for none.
	defaultType func(r *request.Request, length int) string
	// prelude is true where every stream begins with one, and where nothing may be
	// in it but what the kind knows.
	prelude bool
}

// idField is a header field with an ID.
type idField struct {
	header string
	of     func(*request.Request) string
}

func requestID(r *request.Request) string  { return r.ID }
func extendedID(r *request.Request) string { return r.ExtendedID }

var kinds [3]kind

// The table refers to methods that refer to it.
func init() {
	kinds = [...]kind{
		template.REST: {
			ids: []idField{{headerRequestID, requestID}, {headerExtendedID, extendedID}}, trace: true,
			customized: true, readsSignatures: true, mockType: "application/json", prelude: true,
			judge: judgeREST, decodes: acceptsBinary, rename: renameREST, defaultType: alwaysJSON,
		},
		template.HTTP: {
			ids: []idField{{headerHTTPRequestID, requestID}}, cors: true,
			judge: judgeHTTP, decodes: always, rename: renameHTTP, defaultType: typeOfHTTP,
		},
		template.URL: {
			ids: []idField{{headerRequestID, requestID}}, trace: true, cors: true,
			judge: judgeURL, decodes: always, rename: renameREST, defaultType: typeOfURL,
		},
	}
}

func always(*request.Request) bool { return true }

// acceptsBinary tells whether the client's first Accept type is one of the API's
// binary media types.
func acceptsBinary(r *request.Request) bool {
	return media.MatchesAny(r.Route.API.BinaryMediaTypes, r.HTTP.Header.Get("Accept"))
}
