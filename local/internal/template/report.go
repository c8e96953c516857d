package template

import (
	"cmp"
	"slices"

	"maru/local/internal/template/internal/resolve"
)

// row adds a note on a resource as a whole.
func (r *reader) row(level Level, res *resolve.Resource, text string) {
	r.stack.Notes = append(r.stack.Notes, Note{Level: level, Resource: res.LogicalID, Type: res.Type, Text: text, Pos: res.Pos})
}

// report makes the Stack's Report of what was noted while reading, and leaves
// in its Notes what is not emulated as AWS has it. A property that is emulated
// but for something is not reported as emulated too.
func (r *reader) report() {
	type subject struct{ resource, property string }
	type saying struct{ resource, text string }
	all := shared(r.stack.Notes)
	slices.SortStableFunc(all, r.compare)
	all = slices.CompactFunc(all, func(a, b Note) bool { return a == b })
	noted, whole := map[subject]bool{}, map[saying]bool{}
	r.stack.Notes = nil
	for _, n := range all {
		if n.Level != Emulated && n.Level != Listed {
			noted[subject{n.Resource, n.Property}] = true
			// What is said of a resource as a whole is not said again of a part of it.
			if s := (saying{n.Resource, n.Text}); n.Property == "" || !whole[s] {
				whole[s] = whole[s] || n.Property == ""
				r.stack.Notes = append(r.stack.Notes, n)
			}
		}
	}
	r.stack.Report = slices.DeleteFunc(all, func(n Note) bool {
		return n.Level == Emulated && noted[subject{n.Resource, n.Property}]
	})
}

// compare orders notes as the template has what they are on.
func (r *reader) compare(a, b Note) int {
	return cmp.Or(
		r.scope.Compare(a.Pos, b.Pos), cmp.Compare(a.Property, b.Property),
		cmp.Compare(a.Level, b.Level), cmp.Compare(a.Text, b.Text),
	)
}

// shared takes the resource out of notes on a property that several resources
// have in one place: that is a section they share, Globals or an alias. What is
// emulated, and notes on a resource as a whole, stay with each of them; a loop
// or a stack nested twice makes several resources of one place too.
func shared(notes []Note) []Note {
	type place struct {
		pos            Position
		property, text string
	}
	owners := map[place]map[string]bool{}
	for _, n := range notes {
		p := place{n.Pos, n.Property, n.Text}
		if owners[p] == nil {
			owners[p] = map[string]bool{}
		}
		owners[p][n.Resource] = true
	}
	for i, n := range notes {
		if n.Level != Emulated && n.Property != "" && len(owners[place{n.Pos, n.Property, n.Text}]) > 1 {
			notes[i].Resource = ""
		}
	}
	return notes
}
