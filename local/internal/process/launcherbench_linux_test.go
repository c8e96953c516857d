package process_test

import (
	"os/exec"
	"testing"

	"maru/local/internal/process"
)

// BenchmarkStart starts a process in the machine's world, and waits for it.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		p, err := process.StartRelaxed(exec.Command("/bin/true"), 0)
		if err != nil {
			b.Fatal(err)
		}
		<-p.Done()
	}
}

// BenchmarkStartInWorld does so in a world that is made each time, and in one that is
// there.
func BenchmarkStartInWorld(b *testing.B) {
	l := openLauncher(b)
	w := process.World{Task: b.TempDir()}
	run := func(b *testing.B) {
		for b.Loop() {
			<-startIn(b, l, w, exec.Command("/bin/true")).Done()
		}
	}
	b.Run("first", run)
	held := startIn(b, l, w, exec.Command("/bin/sleep", "1000"))
	b.Run("next", run)
	held.Kill()
	<-held.Done()
}
