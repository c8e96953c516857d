package processtest_test

import (
	"os"
	"testing"

	"maru/local/internal/process/processtest"
)

// recorder notes that its test has failed.
type recorder struct {
	testing.TB
	failed int
}

func (r *recorder) Helper()               {}
func (r *recorder) Error(...any)          { r.failed++ }
func (r *recorder) Errorf(string, ...any) { r.failed++ }

// What is left over fails the test, each kind of it, and nothing else does.
func TestBefore(t *testing.T) {
	r := &recorder{TB: t}
	checkNothingLeft := processtest.Before(r)
	if checkNothingLeft(); r.failed > 0 {
		t.Error("got a failure where nothing is left over")
	}
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if checkNothingLeft(); r.failed != 1 {
		t.Errorf("a file: got %d failures, want 1", r.failed)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	go func() { <-stop }()
	if checkNothingLeft(); r.failed != 2 {
		t.Errorf("a goroutine: got %d failures, want 2", r.failed)
	}
	close(stop)
}
