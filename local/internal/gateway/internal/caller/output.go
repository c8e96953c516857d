package caller

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/policy"
	"maru/local/internal/gateway/internal/rawjson"
)

// invokeAction is the action that a caller of an API wants allowed.
const invokeAction = "execute-api:Invoke"

// output is what an authorizer's function said of an identity. It is not changed
// after it was read, since requests share it.
type output struct {
	// simple is true where isAuthorized decided; policy does where not.
	simple, authorized bool
	policy             policy.Policy
	principal          string // empty for none
	// context is what the function is told, sorted by name.
	context []rawjson.Member
	// hasContext tells an empty context from none.
	hasContext bool
}

// on gives the decision about one route, nil to let it pass: a policy that was kept
// for one method and path is asked anew for each.
func (o *output) on(arn string) *answer.Refusal {
	switch {
	case !o.simple:
		return refusals[o.policy.On(invokeAction, arn)]
	case o.authorized:
		return nil
	}
	return answer.For(answer.DeniedExplicitly)
}

// refusals are what decisions of policies come to.
var refusals = map[policy.Decision]*answer.Refusal{
	policy.Allowed:          nil,
	policy.DeniedExplicitly: answer.For(answer.DeniedExplicitly),
	policy.DeniedImplicitly: answer.For(answer.DeniedImplicitly),
}

// read reads what an authorizer's function returned.
func (a *lambdaAuthorizer) read(payload []byte) (*output, error) {
	members, err := rawjson.Object(payload)
	if err != nil {
		return nil, err
	}
	o := &output{simple: a.is.SimpleResponses}
	if o.simple {
		err = o.readFlag(members["isAuthorized"])
	} else {
		err = o.readPolicy(members, disputed.NeedsPrincipal[a.kind])
	}
	if err != nil {
		return nil, err
	}
	return o, o.readContext(members["context"], a.rules.stringified)
}

func (o *output) readFlag(text []byte) error {
	switch string(text) {
	case "true", "false":
		o.authorized = string(text) == "true"
		return nil
	}
	return errors.New("isAuthorized is neither true nor false")
}

func (o *output) readPolicy(members map[string]json.RawMessage, needsPrincipal bool) (err error) {
	if text := members["principalId"]; text != nil {
		err = json.Unmarshal(text, &o.principal)
	}
	if err != nil || needsPrincipal && o.principal == "" {
		return errors.New("the output has no principalId that is a string")
	}
	if o.policy, err = policy.Read(members["policyDocument"]); err != nil {
		return fmt.Errorf("reading policyDocument: %w", err)
	}
	return nil
}

// readContext reads the context; see lambdaRules.stringified.
func (o *output) readContext(text []byte, scalars bool) error {
	if text == nil || string(text) == "null" {
		return nil
	}
	context, err := rawjson.Object(text)
	if err != nil {
		return fmt.Errorf("reading context: %w", err)
	}
	o.hasContext = true
	for _, name := range slices.Sorted(maps.Keys(context)) {
		value := context[name]
		if scalars {
			if value, err = stringified(value); err != nil {
				return fmt.Errorf("reading %q of context: %w", name, err)
			}
		}
		o.context = append(o.context, rawjson.Member{Name: name, Value: rawjson.Compact(value)})
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

// lambdaCaller is a caller whom a Lambda authorizer let in.
type lambdaCaller struct {
	*output
	took time.Duration // zero where the output was remembered
}

// WriteV1 writes the context beside the principal and the time that asking took.
func (c lambdaCaller) WriteV1(w *rawjson.Writer) {
	w.Object("authorizer")
	w.Members(c.context)
	if c.principal != "" {
		w.Member("principalId", c.principal)
	}
	w.Number("integrationLatency", c.took.Milliseconds())
	w.Close('}')
}

// WriteV2 writes the context as it came (apigw-v2-request-lambda-authorizer.json of
// aws-lambda-go).
func (c lambdaCaller) WriteV2(w *rawjson.Writer) {
	w.Object("authorizer")
	if w.Name("lambda"); c.hasContext {
		w.Raw("{")
		w.Members(c.context)
		w.Close('}')
	} else {
		w.Raw("null")
	}
	w.Close('}')
}
