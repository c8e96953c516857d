package shop

import (
	"testing"

	"maru/functions/internal/session/sessiontest"
)

// A function of an older build that found the data missing a moment ago does not
// take back what a newer one has loaded since.
func TestFill(t *testing.T) {
	const other = `{"title":"Other"}`
	tests := []struct {
		loaded, want string // versions
		kept         bool
	}{
		{"0", "1", false},
		{"1", "1", true},
		{"2", "2", true},
	}
	for _, tt := range tests {
		server, client := sessiontest.Miniredis(t)
		server.HSet(songs.key, versionField, tt.loaded, "creep", other)
		if err := songs.fill(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		if got := server.HGet(songs.key, versionField); got != tt.want {
			t.Errorf("loading over version %s: got version %s, want %s", tt.loaded, got, tt.want)
		}
		if got := server.HGet(songs.key, "creep"); (got == other) != tt.kept {
			t.Errorf("loading over version %s: got song %s, kept should be %t", tt.loaded, got, tt.kept)
		}
	}
}
