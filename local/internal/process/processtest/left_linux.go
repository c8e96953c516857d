package processtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// Before notes the goroutines and the open files of this process. What it returns
// fails the test for those that came since, but for what starts processes, which stays.
func Before(t testing.TB) (checkNothingLeft func()) {
	t.Helper()
	goroutines, files := goleak.IgnoreCurrent(), descriptors(t)
	return func() {
		t.Helper()
		goleak.VerifyNone(t, goroutines, goleak.IgnoreTopFunction("maru/local/internal/process.RunStarter"))
		if got := descriptors(t); got > files {
			t.Errorf("got %d open files, want %d as before", got, files)
		}
	}
}

// descriptors counts this process's open files, but for what the Go runtime opens once
// and keeps, to poll the others.
func descriptors(t testing.TB) (n int) {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && !strings.HasPrefix(target, "anon_inode:[event") {
			n++
		}
	}
	return n
}
