package read

import (
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// namedSections are the sections whose keys CloudFormation takes as logical IDs, with
// its word for an entry of each. It answers "Template format error: Resource name x-y is
// non alphanumeric" to others:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html.
var namedSections = map[string]string{
	"Parameters": "a parameter", "Mappings": "a mapping", "Resources": "a resource", "Outputs": "an output",
}

// checkLogicalIDs finds the keys of a section that cannot be logical IDs. What a loop or
// an inclusion makes has names of its own.
func (r *reader) checkLogicalIDs(name string, section *syntax.Node) {
	word, named := namedSections[name]
	if !named {
		return
	}
	for _, e := range section.Entries {
		if !strings.HasPrefix(e.Key, "Fn::") && !resolve.Alphanumeric(e.Key) {
			r.report.Fail(e.Pos, "the name of %s has to be letters and digits, but here is %q", word, e.Key)
		}
	}
}
