package answer

// Refusal is why a request is answered without its function's response.
type Refusal struct {
	Cause Cause
	// Reason says it more closely, for the log; nil where Cause says it all.
	// Clients are not told.
	Reason error
	// Missing has the required parameters that the request does not have.
	Missing []string
	// Violations says what is wrong with a body, in the words of
	// $context.error.validationErrorString.
	Violations string
}

// For is the Refusal of a cause that says it all.
func For(c Cause) *Refusal { return &Refusal{Cause: c} }

// Because is the Refusal of a cause with what it came of.
func Because(c Cause, reason error) *Refusal { return &Refusal{Cause: c, Reason: reason} }

// Why says why, for the author of the template.
func (r *Refusal) Why() string {
	if r.Reason != nil {
		return r.Reason.Error()
	}
	return refusals[r.Cause].why
}
