// Package policy is documents of IAM policies as Lambda authorizers return them,
// after https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
//
// Conditions are left out: a rule with one allows nothing and denies always. So
// are principals, which policies of identities do not have.
package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"maru/local/internal/gateway/internal/rawjson"
)

// maxResource is the longest resource that a policy may name:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
const maxResource = 512

// Policy is the rules of a document. The zero value allows nothing.
type Policy []statement

// statement is one rule. A rule about all but some patterns keeps these and
// sets except.
type statement struct {
	allow                          bool
	actions, resources             []string
	exceptActions, exceptResources bool
	// conditional is true where the rule has a Condition. None is evaluated:
	// such a rule allows nothing and denies always.
	conditional bool
}

// Read reads a policy and refuses one that IAM would not take, so that
// nothing is allowed by a misspelling.
func Read(text []byte) (Policy, error) {
	document, err := rawjson.Object(text)
	if err != nil {
		return nil, err
	}
	statements := oneOrMore(document["Statement"])
	if statements == nil {
		return nil, errors.New("the policy has no Statement")
	}
	var p Policy
	for _, text := range statements {
		s, err := readStatement(text)
		if err != nil {
			return nil, err
		}
		p = append(p, s)
	}
	return p, nil
}

func readStatement(text []byte) (statement, error) {
	var s statement
	members, err := rawjson.Object(text)
	if err != nil {
		return s, err
	}
	switch effect := string(members["Effect"]); effect {
	case `"Allow"`, `"Deny"`:
		s.allow = effect == `"Allow"`
	default:
		return s, fmt.Errorf("a statement's Effect is %s, neither Allow nor Deny", effect)
	}
	s.conditional = members["Condition"] != nil
	if s.actions, s.exceptActions, err = readPatterns(members, "Action"); err != nil {
		return s, err
	}
	s.resources, s.exceptResources, err = readPatterns(members, "Resource")
	return s, err
}

// readPatterns reads a member, or the one that excludes what it names: "Action"
// or "NotAction". There has to be one of them and not both, and a pattern in it:
// without any, a rule that excludes would speak of everything, and one that
// denies of nothing.
func readPatterns(members map[string]json.RawMessage, name string) (patterns []string, except bool, err error) {
	text, not := members[name], members["Not"+name]
	if (text == nil) == (not == nil) {
		return nil, false, fmt.Errorf("a statement has either %s or Not%s", name, name)
	}
	if except = not != nil; except {
		text = not
	}
	for _, item := range oneOrMore(text) {
		var pattern string // stays empty for null
		if err := json.Unmarshal(item, &pattern); err != nil || pattern == "" || len(pattern) > maxResource {
			return nil, false, fmt.Errorf("%s is no string of 1 to %d bytes", name, maxResource)
		}
		patterns = append(patterns, pattern)
	}
	if len(patterns) == 0 {
		return nil, false, fmt.Errorf("%s names nothing", name)
	}
	return patterns, except, nil
}

// oneOrMore gives the elements of an array, or a value that stands alone, or nil
// where there is neither.
func oneOrMore(text json.RawMessage) []json.RawMessage {
	var list []json.RawMessage
	if text == nil || json.Unmarshal(text, &list) == nil {
		return list
	}
	return []json.RawMessage{text}
}

// Decision is what a policy says of an action on a resource.
type Decision int

// The decisions of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
const (
	DeniedImplicitly Decision = iota // no rule speaks of it
	Allowed
	DeniedExplicitly
)

// On decides about an action on the resource that arn names. One rule that denies
// outweighs all that allow.
func (p Policy) On(action, arn string) Decision {
	result := DeniedImplicitly
	for _, s := range p {
		switch {
		case !s.covers(action, arn):
		case !s.allow:
			return DeniedExplicitly
		case !s.conditional:
			result = Allowed
		}
	}
	return result
}

// covers tells whether a rule speaks of an action on what arn names. The case
// of an action does not matter, that of a resource does.
func (s *statement) covers(action, arn string) bool {
	actions := slices.ContainsFunc(s.actions, func(pattern string) bool {
		return glob(strings.ToLower(pattern), strings.ToLower(action))
	})
	resources := slices.ContainsFunc(s.resources, func(pattern string) bool { return glob(pattern, arn) })
	return actions != s.exceptActions && resources != s.exceptResources
}

// glob matches a whole text, where a * stands for any part of it, slashes too,
// and a ? for any one character. It goes back to the last * only, which is
// enough, and keeps the time below the product of both lengths.
func glob(pattern, text string) bool {
	p, t, star, from := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
