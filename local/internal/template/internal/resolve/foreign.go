package resolve

import (
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// Open reports whether the template may have more than can be read here: macros other than
// SAM's and CloudFormation's own are not run, a file that is included may be elsewhere, and
// a loop may go over what is not known.
func (s *Scope) Open() bool { return s.open }

// isOpen tells whether macros may add to a template.
func isOpen(template *syntax.Node) bool {
	for _, name := range Macros(template) {
		if !strings.HasPrefix(name.Value, "AWS::Serverless-") && name.Value != Extensions {
			return true
		}
	}
	return template.Get(transformKey) != nil || slices.ContainsFunc(template.Entries, func(section syntax.Entry) bool {
		return section.Value.Get(transformKey) != nil
	})
}

// generatedIDs are the logical IDs of what SAM makes that do not begin with a resource's:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html.
// The hash of a domain's name ends the last two.
var generatedIDs = []string{"Serverless", "CodeDeployServiceRole", "ApiGatewayDomainName", "RecordSetGroup"}

// foreign tells whether a logical ID that the template does not have may be there all the
// same: of what SAM makes beside a resource, or what a module or a macro has, whose name
// then begins with that one's
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/module-ref-resources.html),
// or of what is not known of an open template.
func (s *Scope) foreign(id string) bool {
	if s.open || slices.ContainsFunc(generatedIDs, func(begins string) bool { return strings.HasPrefix(id, begins) }) {
		return true
	}
	return slices.ContainsFunc(s.generating, func(begins string) bool {
		rest, ok := strings.CutPrefix(id, begins)
		return ok && generatedRest.MatchString(rest)
	}) && !s.misspelt(id)
}

// generatedRest matches what follows a logical ID in that of something made of it: a word,
// a hash, or the name of a stage.
var generatedRest = regexp.MustCompile(`^($|[A-Z0-9]|[0-9a-f]{8,}|.*Stage$)`)

// misspelt tells whether a name is one of the template's but for a letter or two.
func (s *Scope) misspelt(id string) bool {
	return syntax.Misspelt(id, slices.DeleteFunc(slices.Clone(s.names), func(name string) bool { return strings.HasPrefix(id, name) }))
}

// generates tells whether a resource may come to more than one.
func generates(resourceType string, node *syntax.Node) bool {
	return strings.HasPrefix(resourceType, "AWS::Serverless::") || strings.HasSuffix(resourceType, "::MODULE") || node.Get("Connectors") != nil
}
