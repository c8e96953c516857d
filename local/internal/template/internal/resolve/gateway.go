package resolve

import (
	"slices"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// SAM's names for the APIs it makes for events that name none:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html.
const (
	ImplicitREST = "ServerlessRestApi"
	ImplicitHTTP = "ServerlessHttpApi"
)

// gatewayTypes are the types of resource to which other parts of an API lead.
// Stages are not among them: Ref gives a name for those that another resource's
// may be like.
var gatewayTypes = []string{
	TypeAPI, TypeHTTPAPI, TypeCloudFormationREST, TypeCloudFormationHTTP, TypePathPart, TypeIntegration, TypeRESTAuthorizer, TypeHTTPAuthorizer,
	TypeRequestValidator,
}

// PartOf gives the logical ID of the API, or the part of one, that a value means:
// what Ref or Fn::GetAtt gives for it. Those that SAM makes are among them; it is
// empty for none of this template's.
func (s *Scope) PartOf(ref string) (logicalID string) {
	parts := s.gatewayParts()
	if id, ok := parts[ref]; ok {
		return id
	}
	// What stands in for an attribute is the logical ID with the attribute's name.
	id, _, _ := strings.Cut(ref, ".")
	return parts[id]
}

// gatewayParts gives the logical IDs of APIs and their parts by what Ref gives for
// them.
func (s *Scope) gatewayParts() map[string]string {
	if s.parts != nil {
		return s.parts
	}
	parts := map[string]string{}
	for _, r := range s.order {
		if !slices.Contains(gatewayTypes, r.Type) {
			continue
		}
		// What is wrong with its condition its reader reports.
		if v, err := s.Ref(r); err == nil && v != nil && v.Kind == syntax.Scalar {
			parts[v.Value] = r.LogicalID
		}
	}
	for _, id := range []string{ImplicitREST, ImplicitHTTP} {
		parts[s.APIID(id)] = id
	}
	s.parts = parts
	return parts
}
