package resolve

import (
	"cmp"
	"errors"
	"slices"

	"maru/local/internal/template/internal/syntax"
)

// truth is what a condition of a rule comes to. Its order makes Fn::And the least and
// Fn::Or the greatest of several.
type truth int

// undecided is a condition on what is not known here.
const (
	fails truth = iota
	undecided
	holds
)

func truthOf(value bool) truth {
	if value {
		return holds
	}
	return fails
}

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
	applies := holds
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
	switch kept := max(holds-applies, met); {
	case err != nil:
		return err
	case kept == undecided:
		e.tree.remarks = append(e.tree.remarks, syntax.Remark{
			Pos: assert.Pos, Text: "the rule " + rule + " is not checked: it depends on what is not known here",
		})
	case kept == fails:
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

// decision is a function that comes to true or false in a rule.
type decision struct {
	// It takes so many values, in words what want says.
	least, most int
	want        string
	decide      func(e evaluation, args []*syntax.Node) (truth, error)
}

// decisions gives the decisions by name:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-rules.html.
func decisions() map[string]decision {
	return map[string]decision{
		"Fn::And":              {2, 10, "two to ten conditions", evaluation.decideAll},
		"Fn::Or":               {2, 10, "two to ten conditions", evaluation.decideAny},
		"Fn::Not":              {1, 1, "one condition", evaluation.decideNot},
		"Fn::If":               {3, 3, "a condition's name and two conditions", evaluation.decideIf},
		"Fn::Equals":           {2, 2, "two values", evaluation.decideEquals},
		"Fn::Contains":         {2, 2, "a list and a value", evaluation.decideContains},
		"Fn::EachMemberEquals": {2, 2, "a list and a value", evaluation.decideEachEquals},
		"Fn::EachMemberIn":     {2, 2, "two lists", evaluation.decideEachIn},
	}
}

// decide evaluates a condition of a rule.
func (e evaluation) decide(n *syntax.Node) (truth, error) {
	if n.Kind != syntax.Mapping || len(n.Entries) != 1 {
		return fails, syntax.Errorf(n.Pos, "a rule takes one function here that comes to true or false, but here is %s", n.Kind)
	}
	name, arg := n.Entries[0].Key, n.Entries[0].Value
	if name == "Condition" {
		return e.decideCondition(arg)
	}
	d, ok := decisions()[name]
	if !ok {
		return fails, syntax.Errorf(n.Pos, "%s does not come to true or false in a rule", name)
	}
	args, err := arguments(arg, name, d.want, d.least, d.most)
	if err != nil {
		return fails, err
	}
	return d.decide(e, args)
}

// decideCondition gives what a condition of the template comes to.
func (e evaluation) decideCondition(name *syntax.Node) (truth, error) {
	value, err := e.holding(name)
	if err != nil || e.conditions[name.Value].guessed {
		return undecided, err
	}
	return truthOf(value), nil
}

func (e evaluation) decideAll(args []*syntax.Node) (truth, error) {
	least := holds
	var errs []error
	for _, a := range args {
		t, err := e.decide(a)
		least, errs = min(least, t), append(errs, err)
	}
	return least, errors.Join(errs...)
}

func (e evaluation) decideAny(args []*syntax.Node) (truth, error) {
	most := fails
	var errs []error
	for _, a := range args {
		t, err := e.decide(a)
		most, errs = max(most, t), append(errs, err)
	}
	return most, errors.Join(errs...)
}

func (e evaluation) decideNot(args []*syntax.Node) (truth, error) {
	t, err := e.decide(args[0])
	return holds - t, err
}

func (e evaluation) decideIf(args []*syntax.Node) (truth, error) {
	condition, err := e.decideCondition(args[0])
	yes, yesErr := e.decide(args[1])
	no, noErr := e.decide(args[2])
	if err := cmp.Or(err, yesErr, noErr); err != nil {
		return fails, err
	}
	return max(min(condition, yes), min(holds-condition, no)), nil
}

func (e evaluation) decideEquals(args []*syntax.Node) (truth, error) {
	a, err := e.scalar(args[0], "Fn::Equals")
	if err != nil {
		return fails, err
	}
	b, err := e.scalar(args[1], "Fn::Equals")
	if err != nil {
		return fails, err
	}
	return equal(a, b), nil
}

func (e evaluation) decideContains(args []*syntax.Node) (truth, error) {
	list, err := e.list(args[0], "Fn::Contains")
	if err != nil {
		return fails, err
	}
	value, err := e.scalar(args[1], "Fn::Contains")
	if err != nil {
		return fails, err
	}
	return contains(list, value), nil
}

func (e evaluation) decideEachEquals(args []*syntax.Node) (truth, error) {
	list, err := e.list(args[0], "Fn::EachMemberEquals")
	if err != nil {
		return fails, err
	}
	value, err := e.scalar(args[1], "Fn::EachMemberEquals")
	if err != nil {
		return fails, err
	}
	least := holds
	for _, item := range list.Items {
		least = min(least, equal(item, value))
	}
	return least, nil
}

func (e evaluation) decideEachIn(args []*syntax.Node) (truth, error) {
	list, err := e.list(args[0], "Fn::EachMemberIn")
	if err != nil {
		return fails, err
	}
	in, err := e.list(args[1], "Fn::EachMemberIn")
	if err != nil {
		return fails, err
	}
	least := holds
	for _, item := range list.Items {
		least = min(least, contains(in, item))
	}
	return least, nil
}

// equal compares two values, of which only the known can be told apart.
func equal(a, b *syntax.Node) truth {
	if a.StandIn || b.StandIn {
		return undecided
	}
	return truthOf(a.Kind == syntax.Scalar && b.Kind == syntax.Scalar && a.Value == b.Value)
}

// contains tells whether a list has a value.
func contains(list, value *syntax.Node) truth {
	most := fails
	for _, item := range list.Items {
		most = max(most, equal(item, value))
	}
	return most
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
