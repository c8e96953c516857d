package syntax

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"
)

// beginsJSON matches what begins a template in JSON. A YAML mapping in braces
// may begin so too.
var beginsJSON = regexp.MustCompile(`^\s*\{\s*["}]`)

// jsonReader makes Nodes of a JSON document. JSON is nearly YAML, but not in
// its escapes ("\ud83d\ude00"), and the messages of a YAML parser speak of what
// a JSON document has not.
type jsonReader struct {
	file    string
	src     []byte
	decoder *json.Decoder
	// lines holds where each line of src begins.
	lines   []int
	errs    []error
	remarks []Remark
	// deep is set once the template is nested too deep, to say so once.
	deep bool
}

// parseJSON reads a JSON document. With an error of the document's syntax, and
// only then, the Document is nil.
func parseJSON(file string, src []byte) (*Document, error) {
	j := &jsonReader{file: file, src: src, decoder: json.NewDecoder(bytes.NewReader(src)), lines: []int{0}}
	for i, c := range src {
		if c == '\n' {
			j.lines = append(j.lines, i+1)
		}
	}
	var whole json.RawMessage
	var wrong *json.SyntaxError
	if err := json.Unmarshal(src, &whole); errors.As(err, &wrong) {
		return nil, Errorf(j.pos(max(0, int(wrong.Offset)-1)), "reading JSON: %v", err)
	}
	j.decoder.UseNumber()
	root := j.value(1)
	return &Document{Root: root, Remarks: j.remarks}, errors.Join(j.errs...)
}

// pos gives the position of the byte at an offset.
func (j *jsonReader) pos(offset int) Position {
	line := sort.SearchInts(j.lines, offset+1)
	start := j.lines[line-1]
	return Position{j.file, line, utf8.RuneCount(j.src[start:offset]) + 1}
}

// next gives the next token and where it stands. The document is known to be
// well formed.
func (j *jsonReader) next() (json.Token, Position) {
	offset := int(j.decoder.InputOffset())
	for offset < len(j.src) && strings.IndexByte(" \t\r\n,:", j.src[offset]) >= 0 {
		offset++
	}
	token, err := j.decoder.Token()
	if err != nil {
		j.errs = append(j.errs, Errorf(j.pos(offset), "reading JSON: %v", err))
	}
	return token, j.pos(offset)
}

// value reads one value that has so many levels around it.
func (j *jsonReader) value(level int) *Node {
	token, pos := j.next()
	n := &Node{Kind: Scalar, Pos: pos}
	switch t := token.(type) {
	case json.Delim:
		if level > maxHeight && !j.deep {
			// Reading goes on: encoding/json has a limit of its own.
			j.deep = true
			j.errs = append(j.errs, Errorf(pos, "the template is nested more than %d levels deep", maxHeight))
		}
		if n.Kind = Sequence; t == '{' {
			n.Kind = Mapping
		}
		j.content(n, level)
	case string:
		n.Value = t
	case json.Number:
		n.Value, n.Typed = t.String(), true
	case bool:
		n.Typed = true
		if n.Value = "false"; t {
			n.Value = "true"
		}
	default:
		n.Kind = Null
	}
	return n
}

// content reads the elements of a list, or the entries of a mapping.
func (j *jsonReader) content(n *Node, level int) {
	var own entries
	for j.decoder.More() {
		if n.Kind == Sequence {
			n.Items = append(n.Items, j.value(level+1))
			continue
		}
		token, pos := j.next()
		key, _ := token.(string)
		own.add(Entry{key, pos, j.value(level + 1)}, &j.remarks)
	}
	n.Entries = own.all
	j.next() // the closing bracket
}
