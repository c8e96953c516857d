package event

import (
	"net/textproto"
	"slices"
	"strings"

	"maru/local/internal/server/head"
)

// spell gives the event's fields the client's spelling, which in HTTP/2 is
// lower case (RFC 9113 §8.2). A REST API writes Host, Authorization and
// User-Agent in its own way (recorded), and the fields that are added here have
// only theirs.
func (w *Writer) spell() {
	w.spellLikeClient()
	for i := range w.fields {
		f := &w.fields[i]
		switch f.canonical {
		case "Authorization", "User-Agent":
			f.name = f.canonical
		default:
			f.name = w.kind.spell(f.canonical, f.name)
		}
	}
}

func (w *Writer) spellLikeClient() {
	if w.r.HTTP.ProtoMajor > 1 {
		for i := range w.fields {
			if f := &w.fields[i]; f.values != nil {
				f.name = strings.ToLower(f.canonical)
			}
		}
		return
	}
	sent, _ := head.Of(w.r.HTTP)
	w.spellAs(sent)
}

// spellAs takes the spelling of the fields from a head.
func (w *Writer) spellAs(sent head.Head) {
	for name := range sent.Names {
		key := textproto.CanonicalMIMEHeaderKey(string(name))
		i, found := slices.BinarySearchFunc(w.fields, key, func(f field, key string) int {
			return strings.Compare(f.canonical, key)
		})
		if found && w.fields[i].values != nil && w.fields[i].name == key && string(name) != key {
			w.fields[i].name = string(name)
		}
	}
}
