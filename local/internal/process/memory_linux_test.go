package process_test

import (
	"bufio"
	"os"
	"runtime"
	"testing"

	"maru/local/internal/process"
)

func TestPeakMemory(t *testing.T) {
	cmd := command("child")
	stdin, _ := cmd.StdinPipe()
	stdout, _ := cmd.StdoutPipe()
	p, err := process.Start(cmd, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	running := p.PeakMemory()
	if running < 1<<20 || running > 1<<30 {
		t.Errorf("got a peak of %d bytes, want that of a small Go program", running)
	}
	stdin.Close()
	<-p.Done()
	if got := p.PeakMemory(); got < running {
		t.Errorf("got a peak of %d bytes at the end, want at least %d as before", got, running)
	}
}

// A child's peak is its own, however large the host is that started it.
func TestPeakMemoryIsNotTheHosts(t *testing.T) {
	const large = 100 << 20
	memory := make([]byte, large)
	for i := 0; i < len(memory); i += os.Getpagesize() {
		memory[i] = 1
	}
	p, err := process.Start(command("child"), 0)
	runtime.KeepAlive(memory)
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if got := p.PeakMemory(); got >= large {
		t.Errorf("got a peak of %d MB, want that of a small Go program", got>>20)
	}
}

func BenchmarkPeakMemory(b *testing.B) {
	cmd := command("child")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	p, err := process.Start(cmd, 0)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p.PeakMemory()
	}
	stdin.Close()
	<-p.Done()
}
