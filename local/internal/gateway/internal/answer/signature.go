package answer

import (
	"crypto/sha256"
	"encoding/base64"
	"iter"
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
	if !kinds[r.Kind()].readsSignatures || value == "" || isSignature(value) {
		return unsigned
	}
	return SignatureIncomplete
}

// isSignature tells whether a value has every part of a signature.
func isSignature(value string) bool {
	return strings.HasPrefix(value, signatureV4) && hasPairs(value) && lacking(value) == ""
}

// signatureV4 begins the Authorization of signed requests:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html.
const signatureV4 = "AWS4-"

// incompleteSignature says in AWS's words, of 2023 and later, what an Authorization
// lacks that is no signature: that one of its parts is no pair, or which it has not. AWS
// does not document which text is hashed; before, the value of the field stood in its
// place.
func incompleteSignature(r *request.Request) string {
	value := r.Header("Authorization")
	sum := sha256.Sum256([]byte(value))
	hash := base64.StdEncoding.EncodeToString(sum[:])
	if !hasPairs(value) {
		return "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" + hash + "'."
	}
	text := lacking(value)
	if r.Header("X-Amz-Date") == "" && r.Header("Date") == "" {
		text += requires + "existence of either a 'X-Amz-Date' or a 'Date' header. "
	}
	return text + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hash
}

const requires = "Authorization header requires "

// lacking says which parts of a signature are not among the pairs of a value.
func lacking(value string) string {
	given := map[string]bool{}
	for pair := range pairsOf(value) {
		name, _, _ := strings.Cut(strings.TrimSpace(pair), "=")
		given[name] = true
	}
	var text strings.Builder
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if !given[name] {
			text.WriteString(requires + "'" + name + "' parameter. ")
		}
	}
	return text.String()
}

// hasPairs tells whether all that a value may have as pairs are pairs.
func hasPairs(value string) bool {
	for pair := range pairsOf(value) {
		if !strings.Contains(pair, "=") {
			return false
		}
	}
	return true
}

// pairsOf yields what follows the first word of a value, or the word that is alone, from
// comma to comma.
func pairsOf(value string) iter.Seq[string] {
	_, pairs, found := strings.Cut(value, " ")
	if !found {
		pairs = value
	}
	return strings.SplitSeq(pairs, ",")
}
