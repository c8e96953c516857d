package resolve

import "maru/local/internal/template/internal/syntax"

// LayerOf gives the logical ID of the layer that an ARN means, anywhere in the
// tree of nested stacks; it is empty for none. An ARN that two stacks have means
// this stack's own.
func (s *Scope) LayerOf(arn string) (logicalID string) {
	for _, scope := range append([]*Scope{s}, s.tree.scopes...) {
		for _, r := range scope.order {
			if r.Type != TypeLayer && r.Type != TypeCloudFormationLayer {
				continue
			}
			// What is wrong with a layer its reader reports, and so is its absence.
			if ref, err := scope.Ref(r); err == nil && ref.Kind == syntax.Scalar && ref.Value == arn {
				return r.LogicalID
			}
		}
	}
	return ""
}
