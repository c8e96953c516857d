package process_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"maru/local/internal/process"
)

// A child's limit holds for what it starts, too.
func TestLimitFiles(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "out")) // Done closes pipes
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command("sh", "-c", `read go; sh -c "ulimit -Sn; ulimit -Hn"`)
	cmd.Stdout = out
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := process.Start(cmd, 0)
	if err != nil {
		t.Fatal(err)
	}
	p.LimitFiles(99)
	fmt.Fprintln(stdin, "go")
	<-p.Done()
	if got, err := os.ReadFile(out.Name()); string(got) != "99\n99\n" {
		t.Errorf("got the limits %q, %v, want 99 twice", got, err)
	}
	p.LimitFiles(100) // of no effect any more
}
