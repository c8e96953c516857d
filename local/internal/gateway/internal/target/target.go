package target

import "strings"

// Target is where a request goes, in the client's own characters.
type Target struct {
	// Sent is the path behind the stage, still escaped; never empty.
	Sent string
	// Path is Sent with its leading slashes merged: what routes are matched by.
	Path string
	// Query is what follows the question mark, still escaped.
	Query string
}

// Parse reads a request target in origin-form, absolute-form or asterisk-form.
// The path is not decoded: whether "%2F" is a slash is for the kind of API to say.
func Parse(uri string) Target {
	if uri == "*" {
		return of("/*", "")
	}
	if scheme, rest, found := strings.Cut(uri, ":"); found && !strings.ContainsAny(scheme, "/?") {
		if after, ok := strings.CutPrefix(rest, "//"); ok {
			rest = after[indexOrEnd(after, "/?"):]
		}
		uri = rest
	}
	path, query, _ := strings.Cut(uri, "?")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return of(path, query)
}

// CutStage takes a stage off the beginning of the path; found is false where it does not
// begin with it. Slashes before the stage do not count, those after it stay, as recorded
// in invocation-payload-with-prepended-slash and …-prepended-slash-to-stage.
func (t Target) CutStage(stage string) (rest Target, found bool) {
	path, found := strings.CutPrefix(t.Path, "/"+stage)
	switch {
	case !found || path != "" && path[0] != '/':
		return t, false
	case path == "":
		path = "/"
	}
	return of(path, t.Query), true
}

// Decoded gives the target with its path decoded once, as a file system would.
func (t Target) Decoded() Target { return of(Unescape(t.Sent), t.Query) }

func of(path, query string) Target {
	return Target{Sent: path, Path: MergeSlashes(path), Query: query}
}

func indexOrEnd(s, chars string) int {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return i
	}
	return len(s)
}

// MergeSlashes makes one slash of those that start a path.
func MergeSlashes(path string) string {
	for strings.HasPrefix(path, "//") {
		path = path[1:]
	}
	return path
}
