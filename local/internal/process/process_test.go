package process_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"maru/local/internal/process"
)

// The test binary re-executes itself: as a child that waits for its standard
// input to end, and as a host that starts such a child and is then killed.
func TestMain(m *testing.M) {
	switch os.Getenv("PROCESS_TEST") {
	case "child":
		fmt.Println("ready")
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(3)
	case "host":
		child := command("child")
		if _, err := child.StdinPipe(); err != nil {
			panic(err)
		}
		p, err := process.Start(child, 0)
		if err != nil {
			panic(err)
		}
		fmt.Println(p.PID())
		select {}
	}
	os.Exit(m.Run())
}

func command(role string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PROCESS_TEST="+role)
	return cmd
}

func TestExitStatus(t *testing.T) {
	p, err := process.Start(command("child"), 0)
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if got, want := fmt.Sprint(p.Err()), "exit status 3"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	p.Terminate() // of no effect any more
}
