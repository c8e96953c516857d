package shop

import (
	"strings"
	"testing"
)

func TestPasswordMatches(t *testing.T) {
	stored := hashPassword("correct horse")
	// The cost of another year: what is stored says how it was hashed.
	cheap := argon2Cost{memory: 64, time: 1, threads: 2}
	salt := []byte("0123456789abcdef")
	old := phc(cheap, salt, cheap.hash("correct horse", salt))
	tests := []struct {
		name, password, stored string
		want                   bool
	}{
		{"right", "correct horse", stored, true},
		{"right, hashed at another cost", "correct horse", old, true},
		{"wrong", "correct house", stored, false},
		{"empty", "", stored, false},
		{"nobody's", "correct horse", nobodysPassword, false},
		{"another version", "correct horse", strings.Replace(stored, "v=19", "v=16", 1), false},
		{"damaged", "correct horse", stored[:len(stored)-2], false},
		{"no hash", "correct horse", "", false},
	}
	for _, tt := range tests {
		if got := passwordMatches(tt.password, tt.stored); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
	}
}
