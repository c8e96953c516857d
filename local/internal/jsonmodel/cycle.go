package jsonmodel

import (
	"errors"
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// checkCycles finds a schema that has to be applied to a value before it can be
// applied to it, such as {"not": {"$ref": "#"}}, which means nothing. Package
// jsonschema finds it only as it validates, and calls the value invalid, which
// "not" turns into valid: a model would let everything pass.
//
// One that comes back for a value inside of the value, as a tree's does for its
// branches, is no such schema.
func checkCycles(schema *jsonschema.Schema) error {
	c := cycles{schemas: map[*jsonschema.Schema]progress{}}
	for c.waiting = append(c.waiting, schema); len(c.waiting) > 0; {
		next := c.waiting[0]
		c.waiting = c.waiting[1:]
		if c.apply(next) {
			return errors.New("it refers to itself without an end")
		}
	}
	return nil
}

// progress is how far a schema has come.
type progress int

const (
	unseen progress = iota
	applying
	applied
)

// cycles are the schemas of a model that have been seen, and those yet to come.
type cycles struct {
	schemas map[*jsonschema.Schema]progress
	waiting []*jsonschema.Schema
}

// apply reports whether the schema, or one that applies to the same value, leads
// back to itself. Those for values inside of that one are left waiting.
func (c *cycles) apply(s *jsonschema.Schema) bool {
	if s == nil || c.schemas[s] != unseen {
		return s != nil && c.schemas[s] == applying
	}
	c.schemas[s] = applying
	c.waiting = append(c.waiting, inner(s)...)
	if slices.ContainsFunc(same(s), c.apply) {
		return true
	}
	c.schemas[s] = applied
	return false
}

// same gives the schemas of draft 4 that apply to the value that s applies to.
func same(s *jsonschema.Schema) []*jsonschema.Schema {
	schemas := slices.Concat([]*jsonschema.Schema{s.Ref, s.Not}, s.AllOf, s.AnyOf, s.OneOf)
	for _, dependency := range s.Dependencies {
		schemas = appendSchemas(schemas, dependency)
	}
	return schemas
}

// inner gives the schemas of draft 4 for what is inside of that value.
func inner(s *jsonschema.Schema) []*jsonschema.Schema {
	schemas := slices.AppendSeq(slices.Collect(maps.Values(s.Properties)), maps.Values(s.PatternProperties))
	for _, v := range []any{s.AdditionalProperties, s.Items, s.AdditionalItems} {
		schemas = appendSchemas(schemas, v)
	}
	return schemas
}

// appendSchemas appends what a field holds that may hold other things than schemas.
func appendSchemas(schemas []*jsonschema.Schema, field any) []*jsonschema.Schema {
	switch field := field.(type) {
	case *jsonschema.Schema:
		return append(schemas, field)
	case []*jsonschema.Schema:
		return append(schemas, field...)
	}
	return schemas
}
