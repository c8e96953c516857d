package host

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/managed"
)

// A layer's bootstrap is for functions that have nothing of their own to start.
func TestLayeredCommand(t *testing.T) {
	with, without := t.TempDir(), t.TempDir()
	bootstrap := filepath.Join(with, "bootstrap")
	if err := os.WriteFile(bootstrap, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	python := &managed.Runtime{Command: []string{"python3", "client.py"}}
	for _, test := range []struct {
		name     string
		runtime  *managed.Runtime
		dir, opt string
		want     []string
	}{
		{"managed runtime", python, without, with, python.Command},
		{"own bootstrap", nil, with, with, nil},
		{"the layer's", nil, without, with, []string{bootstrap}},
		{"none", nil, without, without, nil},
	} {
		if diff := cmp.Diff(test.want, layeredCommand(test.runtime, test.dir, test.opt)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
