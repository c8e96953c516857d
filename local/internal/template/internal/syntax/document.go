package syntax

// Document is what Parse reads.
type Document struct {
	// Root is never nil.
	Root *Node
	// Remarks are about what is read as CloudFormation reads it, and may still not be
	// what was meant.
	Remarks []Remark
}

// Remark says something of a place in a document that is not wrong.
type Remark struct {
	Pos  Position
	Text string
}

// entries collects those of a Mapping.
type entries struct {
	all []Entry
	// places holds the index of each key.
	places map[string]int
}

// has tells whether there is a key.
func (e *entries) has(key string) bool {
	_, ok := e.places[key]
	return ok
}

// add adds an entry. CloudFormation takes the last of several values for a key, so
// this one replaces the one before, and a remark is added.
func (e *entries) add(entry Entry, remarks *[]Remark) {
	i, again := e.places[entry.Key]
	if again {
		*remarks = append(*remarks, Remark{entry.Pos,
			"the key \"" + entry.Key + "\" was given before, at " + e.all[i].Pos.String() + "; the last one holds, as in CloudFormation"})
		e.all[i] = entry
		return
	}
	if e.places == nil {
		e.places = map[string]int{}
	}
	e.places[entry.Key] = len(e.all)
	e.all = append(e.all, entry)
}
