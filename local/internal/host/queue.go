package host

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"maru/local/internal/async"
	"maru/local/internal/lambda"
)

// openQueue opens the queue of asynchronous invocations of hosts that serve all
// functions. Where another host has it, this one goes without.
func (h *Host) openQueue(d *deployment) error {
	if h.config.Only != nil {
		return nil
	}
	queue, err := async.Open(async.Config{
		Dir: h.stateDir("async"), Functions: d.functions, Concurrency: d.deliveries(),
		RetryScale: h.config.RetryScale, Log: h.log,
	})
	if errors.Is(err, async.ErrInUse) {
		fmt.Fprintf(h.out, "  %v: here, functions are not invoked asynchronously\n", err)
		return nil
	}
	if err != nil {
		return err
	}
	h.queue = queue
	return h.announceOrphans(d)
}

// deliveries is how many asynchronous invocations one function may have under
// way: all together leave half of the environments to who waits for an answer.
func (d *deployment) deliveries() int {
	const most = 8
	half := cmp.Or(d.config.MaxEnvironments, lambda.DefaultMaxEnvironments) / 2
	return max(1, min(most, half/max(1, len(d.stack.Functions))))
}

// announceOrphans says which events have no function in this template.
func (h *Host) announceOrphans(d *deployment) error {
	waiting, err := h.queue.Waiting()
	if err != nil {
		return err
	}
	for _, f := range d.stack.Functions {
		delete(waiting, f.LogicalID)
	}
	for _, name := range slices.Sorted(maps.Keys(waiting)) {
		fmt.Fprintf(h.out, "  %s of function %s, which the template does not have, kept in %s until it has\n",
			count(waiting[name], "queued event"), name, h.stateDir("async"))
	}
	return nil
}
