package resolve

import (
	"errors"
	"slices"

	"maru/local/internal/template/internal/syntax"
)

// The keys of a rule, and of one of its assertions.
var (
	ruleKeys      = []string{"RuleCondition", "Assertions"}
	assertionKeys = []string{"Assert", "AssertDescription"}
)

// readRules checks what the template asks of its parameters together:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html.
// A rule that depends on what is not known here is remarked on and lets pass: it is about
// whether AWS creates the stack, not about what the stack does.
func (s *Scope) readRules(section *syntax.Node) error {
	var errs []error
	for _, e := range section.Entries {
		errs = append(errs, s.readRule(e.Key, e.Value))
	}
	return errors.Join(errs...)
}

func (s *Scope) readRule(name string, rule *syntax.Node) error {
	if err := checkKeys(rule, "the rule "+name, ruleKeys); err != nil {
		return err
	}
	assertions := rule.Get("Assertions")
	if assertions == nil || assertions.Kind != syntax.Sequence {
		return syntax.Errorf(rule.Pos, "the rule %s has no list of Assertions", name)
	}
	e := evaluation{Scope: s, approximated: silent, conditional: true, rules: true}
	applies := truth{true, true}
	if condition := rule.Get("RuleCondition"); condition != nil {
		var err error
		if applies, err = e.decide(condition); err != nil {
			return err
		}
	}
	var errs []error
	for _, a := range assertions.Items {
		errs = append(errs, e.check(name, a, applies))
	}
	return errors.Join(errs...)
}

// check checks an assertion of a rule that applies.
func (e evaluation) check(rule string, assertion *syntax.Node, applies truth) error {
	if err := checkKeys(assertion, "an assertion of the rule "+rule, assertionKeys); err != nil {
		return err
	}
	assert := assertion.Get("Assert")
	if assert == nil {
		return syntax.Errorf(assertion.Pos, "an assertion of the rule %s has no Assert", rule)
	}
	met, err := e.decide(assert)
	// A rule is kept where it does not apply, or what it asserts is met.
	switch kept := applies.not().or(met); {
	case err != nil:
		return err
	case !kept.known:
		e.tree.remarks = append(e.tree.remarks, syntax.Remark{
			Pos: assert.Pos, Text: "the rule " + rule + " is not checked: it depends on what is not known here",
		})
	case !kept.holds:
		description := "it is broken"
		if d := assertion.Get("AssertDescription"); d != nil && d.Value != "" {
			description = d.Value
		}
		return syntax.Errorf(assert.Pos, "the rule %s: %s", rule, description)
	}
	return nil
}

// checkKeys refuses what is no mapping, and keys that CloudFormation does not know.
func checkKeys(n *syntax.Node, what string, known []string) error {
	if n.Kind != syntax.Mapping {
		return syntax.Errorf(n.Pos, "%s has to be a mapping, but here is %s", what, n.Kind)
	}
	for _, entry := range n.Entries {
		if !slices.Contains(known, entry.Key) {
			return syntax.Errorf(entry.Pos, "%s: %q is not known%s", what, entry.Key, syntax.Suggestion(entry.Key, known))
		}
	}
	return nil
}

// lookedUp gives what stands for the values that Fn::RefAll, Fn::ValueOf and
// Fn::ValueOfAll would find in the account.
func (e evaluation) lookedUp(pos syntax.Position, name string, arg *syntax.Node) (*syntax.Node, error) {
	if !e.rules {
		return nil, syntax.Errorf(pos, "%s stands only in Rules", name)
	}
	if name == "Fn::RefAll" {
		_, err := e.scalar(arg, name)
		return unknown(syntax.Text(pos, name)), err
	}
	args, err := arguments(arg, name, "a parameter, or a type of parameters, and an attribute", 2, 2)
	if err != nil {
		return nil, err
	}
	of, err := e.text(args[0], name)
	if err == nil && name == "Fn::ValueOf" && e.parameters[of] == nil {
		err = syntax.Errorf(args[0].Pos, "%s: %q is not a parameter of the template%s", name, of, syntax.Suggestion(of, keys(e.parameters)))
	}
	return unknown(syntax.Text(pos, name)), err
}
