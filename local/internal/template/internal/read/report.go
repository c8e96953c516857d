package read

import (
	"cmp"
	"slices"

	"maru/local/internal/template/internal/stack"
)

// setReport makes the Stack's Report of what was noted while reading, and its Notes of
// what is not emulated as AWS has it. A property that is emulated but for something is
// not reported as emulated too.
func (r *reader) setReport() {
	type subject struct{ resource, property string }
	type saying struct{ resource, text string }
	all := shared(slices.Concat(r.report.Notes(), r.report.Faults()))
	slices.SortStableFunc(all, r.compare)
	all = slices.CompactFunc(all, func(a, b stack.Note) bool { return a == b })
	noted, whole := map[subject]bool{}, map[saying]bool{}
	for _, n := range all {
		if n.Level == stack.Listed {
			noted[subject{n.Resource, n.Property}] = true
		}
		if n.Level != stack.Emulated && n.Level != stack.Listed {
			noted[subject{n.Resource, n.Property}] = true
			// What is said of a resource as a whole is not said again of a part of it.
			if s := (saying{n.Resource, n.Text}); n.Property == "" || !whole[s] {
				whole[s] = whole[s] || n.Property == ""
				r.stack.Notes = append(r.stack.Notes, n)
			}
		}
	}
	r.stack.Report = slices.DeleteFunc(all, func(n stack.Note) bool {
		return n.Level == stack.Emulated && noted[subject{n.Resource, n.Property}]
	})
}

// compare orders notes as the template has what they are on.
func (r *reader) compare(a, b stack.Note) int {
	return cmp.Or(
		r.scope.Compare(a.Pos, b.Pos), cmp.Compare(a.Property, b.Property),
		cmp.Compare(a.Level, b.Level), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Resource, b.Resource),
	)
}

// shared takes the resource out of notes on a property that several resources
// have in one place: that is a section they share, Globals or an alias. What is
// emulated, and notes on a resource as a whole, stay with each of them; a loop
// or a stack nested twice makes several resources of one place too.
func shared(notes []stack.Note) []stack.Note {
	type place struct {
		pos            stack.Position
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
		if n.Level != stack.Emulated && n.Property != "" && len(owners[place{n.Pos, n.Property, n.Text}]) > 1 {
			notes[i].Resource = ""
		}
	}
	return notes
}
