package async

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"maru/local/internal/lambda"
)

// BenchmarkEnqueue measures how long a caller waits until an event is on disk,
// alone and among others who share its fsync.
func BenchmarkEnqueue(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			q, err := Open(Config{Dir: b.TempDir(), Functions: []*lambda.Function{function("F", nil)}})
			if err != nil {
				b.Fatal(err)
			}
			defer q.Close()
			payload := make([]byte, 1000)
			b.SetParallelism(max(1, callers/runtime.GOMAXPROCS(0)))
			enqueue := func() {
				if _, err := q.Enqueue(context.Background(), lambda.Request{Function: "F", Event: payload}); err != nil {
					b.Error(err)
				}
			}
			if callers == 1 {
				for b.Loop() {
					enqueue()
				}
				return
			}
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					enqueue()
				}
			})
		})
	}
}

// A long queue takes no memory but on disk.
func TestMemory(t *testing.T) {
	const events, attempts = 100_000, 100
	functions := []*lambda.Function{function("F", nil)}
	q := open(t, Config{Functions: functions})
	payload := make([]byte, 1000)
	q.store.db.NoSync = true // the test is not about the disk
	for range events / 1000 {
		var crowd []*event
		for range 1000 {
			crowd = append(crowd, newEvent(nil, "F", payload))
		}
		if err := q.store.change(nil, crowd...); err != nil {
			t.Fatal(err)
		}
	}
	q.store.db.NoSync = false
	before := heap()
	begun, release := make(chan bool), make(chan bool)
	q.Start(func(context.Context, lambda.Request) (*lambda.Response, error) {
		select {
		case begun <- true:
		case <-release:
		}
		return answer("1")()
	})
	for range attempts {
		<-begun
	}
	if grown := heap() - before; grown > 10<<20 {
		t.Errorf("got %d MB more of memory, want less than 10", grown>>20)
	}
	q.Stop()
	close(release)
}

// heap gives the bytes of what is reachable.
func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
