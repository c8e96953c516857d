package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"maru/local/internal/gateway/internal/policy"
	"maru/local/internal/gateway/internal/rawjson"
	"maru/local/internal/template"
)

// invokeAction is the action that a caller of an API wants allowed.
const invokeAction = "execute-api:Invoke"

// verdict is what an authorizer's function said of an identity. It is not
// changed after it was read, since requests share it.
type verdict struct {
	// simple is true where isAuthorized decided; policy does where not.
	simple, authorized bool
	policy             policy.Policy
	principal          string // empty for none
	// context is what the function is told, sorted by name.
	context []rawjson.Member
	// hasContext tells an empty context from none.
	hasContext bool
}

// on gives the verdict on one route: a policy that was kept for one method and
// path is asked anew for each.
func (v *verdict) on(arn string) cause {
	switch {
	case !v.simple:
		return causeOfDecision(v.policy.On(invokeAction, arn))
	case v.authorized:
		return passed
	}
	return deniedExplicitly
}

func causeOfDecision(d policy.Decision) cause {
	switch d {
	case policy.Allowed:
		return passed
	case policy.DeniedExplicitly:
		return deniedExplicitly
	}
	return deniedImplicitly
}

// read reads what an authorizer's function returned.
func (a *authorizer) read(payload []byte) (*verdict, error) {
	members, err := rawjson.Object(payload)
	if err != nil {
		return nil, err
	}
	v := &verdict{simple: a.is.SimpleResponses}
	if v.simple {
		err = v.readFlag(members["isAuthorized"])
	} else {
		err = v.readPolicy(members, needsPrincipal&(1<<a.kind) != 0)
	}
	if err != nil {
		return nil, err
	}
	return v, v.readContext(members["context"], a.kind)
}

func (v *verdict) readFlag(text []byte) error {
	switch string(text) {
	case "true", "false":
		v.authorized = string(text) == "true"
		return nil
	}
	return errors.New("isAuthorized is neither true nor false")
}

func (v *verdict) readPolicy(members map[string]json.RawMessage, needsPrincipal bool) (err error) {
	if text := members["principalId"]; text != nil {
		err = json.Unmarshal(text, &v.principal)
	}
	if err != nil || needsPrincipal && v.principal == "" {
		return errors.New("the output has no principalId that is a string")
	}
	if v.policy, err = policy.Read(members["policyDocument"]); err != nil {
		return fmt.Errorf("reading policyDocument: %w", err)
	}
	return nil
}

// readContext reads the context. A REST API takes strings, numbers and booleans
// and makes strings of them all; an HTTP API takes any JSON.
func (v *verdict) readContext(text []byte, kind template.Kind) error {
	if text == nil || string(text) == "null" {
		return nil
	}
	context, err := rawjson.Object(text)
	if err != nil {
		return fmt.Errorf("reading context: %w", err)
	}
	v.hasContext = true
	for _, name := range slices.Sorted(maps.Keys(context)) {
		value := context[name]
		if kind == template.REST {
			if value, err = stringified(value); err != nil {
				return fmt.Errorf("reading %q of context: %w", name, err)
			}
		}
		v.context = append(v.context, rawjson.Member{Name: name, Value: compact(value)})
	}
	return nil
}

// stringified makes a JSON string of a scalar.
func stringified(value []byte) ([]byte, error) {
	switch value[0] {
	case '"':
		return value, nil
	case '{', '[', 'n':
		return nil, errors.New("neither string, number nor boolean")
	}
	return slices.Concat([]byte{'"'}, value, []byte{'"'}), nil
}

// compact takes the white space out of JSON that was read before.
func compact(value []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, value) != nil {
		return value
	}
	return out.Bytes()
}

// writeGrant writes what the authorizer said into requestContext: in format 1.0
// beside the principal and the time that asking took, in 2.0 as it came
// (apigw-v2-request-lambda-authorizer.json of aws-lambda-go).
func (x *exchange) writeGrant() {
	w, v := &x.event, x.grant
	if v == nil {
		return
	}
	w.Object("authorizer")
	if x.endpoint.v1 {
		w.Members(v.context)
		if v.principal != "" {
			w.Member("principalId", v.principal)
		}
		w.Number("integrationLatency", x.latency.Milliseconds())
	} else if w.Name("lambda"); v.hasContext {
		w.Raw("{")
		w.Members(v.context)
		w.Close('}')
	} else {
		w.Raw("null")
	}
	w.Close('}')
}
