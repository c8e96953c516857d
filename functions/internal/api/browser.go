package api

import (
	"cmp"
	"strings"
)

// browserOf makes of a User-Agent what its user calls it, such as "Firefox, Windows".
// Browsers claim to be others as well; the first that fits is the one.
func browserOf(agent string) string {
	browser := mentioned(agent, "Edg/", "OPR/", "SamsungBrowser/", "Firefox/", "Chrome/", "Safari/", "curl/")
	system := mentioned(agent, "Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")
	name := cmp.Or(map[string]string{"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet"}[browser], browser)
	switch {
	case name == "":
		name, _, _ = strings.Cut(agent, " ")
		return cmp.Or(name, "?")
	case system == "":
		return name
	}
	return name + ", " + system
}

// mentioned returns the first of the names that the text has, without its slash.
func mentioned(text string, names ...string) string {
	for _, name := range names {
		if strings.Contains(text, name) {
			return strings.TrimSuffix(name, "/")
		}
	}
	return ""
}
