package process

import (
	"time"

	"golang.org/x/sys/unix"
)

// timerSlack is how much later than asked for the timers of a relaxed child may go
// off, so that the kernel can put several into one wake-up; its own default is 50 µs.
const timerSlack = time.Millisecond

// relaxed returns start with timerSlack for what it starts: children inherit that of
// the thread, and so do theirs (prctl(2), PR_SET_TIMERSLACK).
func relaxed(start func() error) func() error {
	return func() error {
		setTimerSlack(timerSlack)
		defer setTimerSlack(0) // the thread's own
		return start()
	}
}

// setTimerSlack sets that of this thread; where it is refused, timers are as precise
// as ever.
func setTimerSlack(d time.Duration) {
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(d.Nanoseconds()), 0, 0, 0)
}
