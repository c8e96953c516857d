package answer

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"maru/local/internal/gateway/internal/request"
)

// SignatureCause is the cause to refuse a request that should have been signed, or that
// met no route, which a REST API takes for the same: unsigned where it has no
// Authorization, or one that is a signature. Any other is read as a signature and found
// to be incomplete, on unknown routes too, as users see it
// (https://github.com/awslabs/time-addressable-media-store/issues/8).
func SignatureCause(r *request.Request, unsigned Cause) Cause {
	value := r.Header("Authorization")
	if !kinds[r.Kind()].readsSignatures || value == "" || strings.HasPrefix(value, signatureV4) {
		return unsigned
	}
	return SignatureIncomplete
}

// signatureV4 begins the Authorization of signed requests:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html.
const signatureV4 = "AWS4-"

// incompleteSignature says in AWS's words, of 2023 and later, what an Authorization
// lacks that is no signature: the first of its parts that is no pair, or all that
// there has to be. AWS does not document which text is hashed; before, the value of
// the field stood in its place.
func incompleteSignature(r *request.Request) string {
	value := r.Header("Authorization")
	sum := sha256.Sum256([]byte(value))
	hash := base64.StdEncoding.EncodeToString(sum[:])
	if !hasPairs(value) {
		return "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" + hash + "'."
	}
	const requires = "Authorization header requires "
	text := requires + "'Credential' parameter. " + requires + "'Signature' parameter. " + requires + "'SignedHeaders' parameter. "
	if r.Header("X-Amz-Date") == "" && r.Header("Date") == "" {
		text += requires + "existence of either a 'X-Amz-Date' or a 'Date' header. "
	}
	return text + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hash
}

// hasPairs tells whether all that follows the first word of a value, or the word that
// is alone, is made of pairs.
func hasPairs(value string) bool {
	_, pairs, found := strings.Cut(value, " ")
	if !found {
		pairs = value
	}
	for pair := range strings.SplitSeq(pairs, ",") {
		if !strings.Contains(pair, "=") {
			return false
		}
	}
	return true
}
