package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestBuildMaruFails(t *testing.T) {
	for _, tt := range []struct{ name, module, want string }{
		{"no module", "", "the current folder is not in maru's module"},
		{"another module", "module other\n", "building maru: exit status 1\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			if tt.module != "" {
				if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(tt.module), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			_, err := buildMaru(t.Context(), dir)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got error %v, want %q at its start", err, tt.want)
			}
		})
	}
}

// A bare server answers as maru does, only without functions.
func TestMeasureStart(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(roleVariable, "bare")
	got, err := (&maru{binary: path}).measureStart(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Cold) != coldFunctions {
		t.Errorf("got %d cold requests, want %d", len(got.Cold), coldFunctions)
	}
	for _, d := range got.Cold {
		if d <= 0 || d >= got.Ready {
			t.Errorf("got a request of %s and a start of %s, want that a process takes longer to start", d, got.Ready)
		}
	}
	if runtime.GOOS == "linux" && got.Memory < 1<<20 {
		t.Errorf("got %d bytes of memory, want those of a Go program", got.Memory)
	}
	noChildren(t)
}

func TestMeasureStartFails(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(roleVariable, "proxy http://127.0.0.1:1") // where nobody listens
	_, err = (&maru{binary: path}).measureStart(t.Context())
	if want := `requesting /http: 1 of 1 answers were wrong, such as: got "HTTP/1.1 502 Bad Gateway"`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got error %v, want %q at its start", err, want)
	}
	noChildren(t)
}
