package process_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// nobody is the number of a user, and of a group, with no rights.
const nobody = 65534

// What holds for root holds for an ordinary user: the tests of worlds run again as one.
// Only the cgroup is not theirs to divide.
func TestOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to be somebody else for once")
	}
	openLauncher(t) // or skip
	dir, err := os.MkdirTemp("", "ordinary")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "process.test")
	if err := os.WriteFile(binary, []byte(read(t, "/proc/self/exe")), 0o755); err != nil {
		t.Fatal(err)
	}
	const tests = "World|Launcher|Tmp|Refusal"
	cmd := exec.Command(binary, "-test.v", "-test.run="+tests, "-test.skip=Cgroup")
	cmd.Dir, cmd.Env = dir, []string{"TMPDIR=" + dir, "PATH=" + os.Getenv("PATH"), "CI=true"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Contains(string(out), "--- SKIP") {
		t.Errorf("got %v, want that all tests pass:\n%s", err, out)
	}
	if passed := regexp.MustCompile(`(?m)^--- PASS`).FindAll(out, -1); len(passed) < 15 {
		t.Errorf("got %d tests, want those of worlds:\n%s", len(passed), out)
	}
}
