package gateway

import (
	"net/textproto"
	"slices"
	"strings"

	"maru/local/internal/gateway/internal/head"
	"maru/local/internal/template"
)

// spell gives the event's fields the client's spelling, which in HTTP/2 is
// lower case (RFC 9113 §8.2). A REST API writes Host, Authorization and
// User-Agent in its own way (recorded), and the fields that the doors add have
// only theirs.
func (x *exchange) spell() {
	x.spellLikeClient()
	for i := range x.fields {
		f := &x.fields[i]
		switch {
		case f.canonical == "Authorization", f.canonical == "User-Agent":
			f.name = f.canonical
		case x.kind() == template.HTTP:
			f.name = spellV1(f.canonical, f.name)
		}
	}
}

func (x *exchange) spellLikeClient() {
	if x.r.ProtoMajor > 1 {
		for i := range x.fields {
			if f := &x.fields[i]; f.values != nil {
				f.name = strings.ToLower(f.canonical)
			}
		}
		return
	}
	sent, _ := head.Of(x.r)
	x.spellAs(sent)
}

// spellAs takes the spelling of the fields from a head.
func (x *exchange) spellAs(sent head.Head) {
	for name := range sent.Names {
		key := textproto.CanonicalMIMEHeaderKey(string(name))
		i, found := slices.BinarySearchFunc(x.fields, key, func(f field, key string) int {
			return strings.Compare(f.canonical, key)
		})
		if found && x.fields[i].values != nil && x.fields[i].name == key && string(name) != key {
			x.fields[i].name = string(name)
		}
	}
}
