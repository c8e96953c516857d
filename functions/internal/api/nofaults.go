//go:build !faults

package api

import "net/http"

// reached does nothing: see the build with the tag faults.
func reached(*http.Request, string) {}
