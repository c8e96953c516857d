package syntax

import (
	"bytes"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	yamlLine = regexp.MustCompile(`^line (\d+): `)
	// lateError matches what the YAML parser, as opposed to its scanner, finds
	// wrong; for these it counts lines from 0, and gives the line on which the
	// mapping or list begins that goes wrong further down.
	lateError = regexp.MustCompile(`^did not find expected (',' or|key|'-' indicator|node content|<)`)
)

// decodingError gives the YAML parser's error a position; the parser knows the
// line only.
func decodingError(file string, src []byte, err error) *Error {
	pos := Position{File: file, Line: 1, Column: 1}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		text = text[len(m[0]):]
		pos.Line, _ = strconv.Atoi(m[1])
		if lateError.MatchString(text) {
			pos.Line = max(pos.Line+1, wrongLine(src, err))
		}
	}
	if line, column := tab(src, pos.Line, text); line > 0 {
		return Errorf(Position{file, line, column}, "a tab cannot indent YAML; use spaces")
	}
	return Errorf(pos, "reading YAML: %s", text)
}

var (
	// indentation matches what stands before the first value of a line, the marks of
	// lists among it.
	indentation = regexp.MustCompile(`^(?:[ \t]*[-?:](?:[ \t]|$))*[ \t]*`)
	// tabError matches what the YAML parser says of a tab; the line that it gives is that
	// of the value before it.
	tabError = regexp.MustCompile(`^found a tab character`)
	// startError matches what it says of characters that begin no value, a tab among
	// them.
	startError = regexp.MustCompile(`^found character that cannot start any token`)
)

// tab finds the tab that the YAML parser's error at a line is about; the line is 0 where
// it is about none.
func tab(src []byte, line int, text string) (tabLine, column int) {
	lines := bytes.Split(src, []byte("\n"))
	if line < 1 || line > len(lines) {
		return 0, 0
	}
	lines = lines[line-1:]
	switch {
	case startError.MatchString(text):
		lines = lines[:1]
	case !tabError.MatchString(text):
		return 0, 0
	}
	for i, l := range lines {
		if at := bytes.IndexByte(indentation.Find(l), '\t'); at >= 0 {
			return line + i, at + 1
		}
	}
	return 0, 0
}

// wrongLine gives the line at which a document goes wrong: the first of which it
// can be said that the lines down to it fail as the whole does, and all longer
// beginnings do too. 0 where that is not in the first document.
func wrongLine(src []byte, whole error) int {
	lines := bytes.SplitAfter(src, []byte("\n"))
	ends := make([]int, len(lines)+1)
	for i, line := range lines {
		ends[i+1] = ends[i] + len(line)
	}
	line := sort.Search(len(ends), func(n int) bool {
		err := yaml.Unmarshal(src[:ends[n]], new(yaml.Node))
		return err != nil && err.Error() == whole.Error()
	})
	if line == len(ends) {
		return 0
	}
	return line
}
