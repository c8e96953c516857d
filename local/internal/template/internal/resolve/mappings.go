package resolve

import (
	"cmp"

	"maru/local/internal/template/internal/syntax"
)

func (s *Scope) readMappings(section *syntax.Node) error {
	s.mappings = section
	return nil
}

func (e evaluation) findInMap(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	most, want := 3, "a mapping's name and two keys"
	if e.extended {
		most, want = 4, "a mapping's name, two keys and maybe a DefaultValue"
	}
	args, err := arguments(arg, "Fn::FindInMap", want, 3, most)
	if err != nil {
		return nil, err
	}
	var keys []*syntax.Node
	for _, a := range args[:3] {
		key, err := e.mapKey(a)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key.At(a.Pos))
	}
	found, missing := lookUp(e.mappings, keys)
	if missing == nil {
		if found.StandIn {
			e.approximated(pos, "Fn::FindInMap: a key is not known here; the value of the first that fits stands for it")
		}
		return found.At(pos), nil
	}
	if len(args) == 4 && args[3].Get("DefaultValue") != nil {
		return e.resolve(args[3].Get("DefaultValue"))
	}
	return nil, missing
}

// lookUp gives the value at the end of a path of keys, a mapping's name first, or what
// of them is missing. For a key that is not known here, the first stands under which
// there is what the others name.
func lookUp(in *syntax.Node, keys []*syntax.Node) (found *syntax.Node, missing error) {
	if len(keys) == 0 {
		return in, nil
	}
	key := keys[0]
	names := []string{key.Value}
	if key.StandIn {
		names = append(names, in.Keys()...)
	}
	for _, name := range names {
		next := in.Get(name)
		if next == nil {
			continue
		}
		found, deeper := lookUp(next, keys[1:])
		if deeper == nil {
			return unknownIf(found, key), nil
		}
		missing = cmp.Or(missing, deeper)
	}
	if missing != nil {
		return nil, missing
	}
	what := "key"
	if len(keys) == 3 {
		what = "mapping"
	}
	return nil, syntax.Errorf(key.Pos, "Fn::FindInMap: there is no %s %q%s", what, key.Value, syntax.Suggestion(key.Value, in.Keys()))
}

// mapKey evaluates an argument of Fn::FindInMap. Without
// AWS::LanguageExtensions it may be a Ref or another Fn::FindInMap only.
func (e evaluation) mapKey(n *syntax.Node) (*syntax.Node, error) {
	if name, _, ok := n.Intrinsic(); ok && !e.extended && name != "Ref" && name != "Fn::FindInMap" {
		return nil, syntax.Errorf(n.Pos, "%s in Fn::FindInMap needs the transform %s", name, Extensions)
	}
	return e.scalar(n, "Fn::FindInMap")
}
