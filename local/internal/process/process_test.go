package process_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"maru/local/internal/process"
)

// The test binary re-executes itself: as a child that waits for its standard
// input to end, as a host that starts another child and is then killed, and as what
// other files add to the roles.
func TestMain(m *testing.M) {
	if os.Getenv("PROCESS_TEST") != "forgetful" {
		process.BecomeLauncher()
	}
	if role := roles[os.Getenv("PROCESS_TEST")]; role != nil {
		role()
	}
	os.Exit(m.Run())
}

// roles are what the test binary does instead, by the value of PROCESS_TEST.
var roles = map[string]func(){
	"child": func() {
		fmt.Println("ready")
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(3)
	},
	"idle": func() { time.Sleep(time.Hour) },
	"host": func() {
		p, err := process.Start(command("idle"), 0) // which does not see that its host has ended
		if err != nil {
			panic(err)
		}
		fmt.Println(p.PID())
		select {}
	},
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
