package requestid_test

import (
	"fmt"
	"regexp"
	"testing"

	"maru/local/internal/requestid"
)

func ExampleSource_New() {
	n := uint64(0)
	counting := requestid.Source(func() uint64 { n++; return n })
	fmt.Println(counting.New())
	fmt.Println(counting.New())
	// Output:
	// 00000000-0000-4001-8000-000000000002
	// 00000000-0000-4003-8000-000000000004
}

func TestNew(t *testing.T) {
	pattern := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	ones := requestid.Source(func() uint64 { return 1<<64 - 1 })
	if got, want := ones.New(), "ffffffff-ffff-4fff-bfff-ffffffffffff"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var random requestid.Source
	a, b := random.New(), random.New()
	if !pattern.MatchString(a) || a == b {
		t.Errorf("got %s and %s, want two UUIDs", a, b)
	}
}

// The gateway makes one for each request: the text is all that is allocated.
func TestAllocations(t *testing.T) {
	var random requestid.Source
	if n := testing.AllocsPerRun(100, func() { random.New() }); n != 1 {
		t.Errorf("got %v allocations, want 1", n)
	}
}

func BenchmarkNew(b *testing.B) {
	var random requestid.Source
	b.ReportAllocs()
	for b.Loop() {
		random.New()
	}
}
