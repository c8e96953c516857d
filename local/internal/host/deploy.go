package host

import (
	"cmp"
	"context"
	"slices"

	"maru/local/internal/lambda"
)

// Change is what a deployment changed, by the logical IDs of functions.
type Change struct {
	// Kept are functions that are what they were; their environments live on.
	Kept                    []string
	Changed, Added, Removed []string
}

// redeploy reads the template again and deploys it. What is no part of it, ports,
// certificates and options of the template such as the region, stays as it was
// configured.
func (h *Host) redeploy(ctx context.Context) (Change, error) {
	next, err := h.read(h.APIAddr)
	if err != nil {
		return Change{}, err
	}
	if err := next.newFaults(h.current.Load()); err != nil {
		return Change{}, err
	}
	return h.deploy(ctx, next)
}

// deploy puts a deployment in the place of the one before:
//
//	build ──▶ gateway ──▶ lambda.Replace ──▶ servers, queue: swap ──▶ what was before retires
//	  └──────────┴──────────────┴──an error: the one before serves on, whole
//
// An error is one of the template, of a function that cannot be built or whose new
// code does not come through its init phase, or of ctx. What the one before could not
// run either is no error, nor is a kind of function that this host does not run.
// Requests under way end as they began, but that a version or an alias that is gone
// cannot be invoked any more.
//
// The first deployment starts Lambda and the queue, and nobody is served yet. A Redis
// is found for the first one that declares it.
func (h *Host) deploy(ctx context.Context, next *deployment) (change Change, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.life, cancel)()
	h.deploying.Lock()
	defer h.deploying.Unlock()
	defer func() {
		if err != nil {
			next.close()
		}
	}()
	if err := cmp.Or(h.life.Err(), ctx.Err()); err != nil {
		return Change{}, err
	}
	if err := h.prepare(ctx, next); err != nil {
		return Change{}, err
	}
	before := h.current.Load()
	if before == nil {
		return h.first(next)
	}
	if err := next.newErrors(before); err != nil {
		return Change{}, err
	}
	return h.replace(ctx, before, next)
}

// prepare builds the functions and finds the Redis, at the same time, and configures
// the functions.
func (h *Host) prepare(ctx context.Context, d *deployment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	found := make(chan error, 1)
	go func() { found <- h.openRedis(ctx, d) }()
	if err := d.build(ctx); err != nil {
		cancel()
		<-found
		return err
	}
	if err := <-found; err != nil {
		return err
	}
	if h.redis != nil {
		d.environment.local[redisVariable] = h.redis.URL
	}
	d.functions = d.configure()
	return nil
}

// first begins to run the functions of the first deployment, and to deliver what its
// queue holds.
func (h *Host) first(d *deployment) (Change, error) {
	d.announceBroken()
	if err := h.openQueue(d); err != nil {
		return Change{}, err
	}
	h.Lambda = lambda.New(lambda.Config{
		Functions:       d.functions,
		Log:             h.log,
		Output:          h.logs,
		Cgroup:          h.cgroup,
		MaxEnvironments: h.config.MaxEnvironments,
		Freeze:          h.config.Freeze,
	})
	if err := d.open(h.Lambda, &h.memory); err != nil {
		return Change{}, err
	}
	if h.queue != nil {
		h.queue.Start(h.Lambda.Run)
	}
	h.put(d)
	return Change{Added: idsOf(d.functions)}, nil
}

// replace hands over from one deployment to the next. Functions that are removed
// stay until the last request has ended that may call them.
func (h *Host) replace(ctx context.Context, before, next *deployment) (Change, error) {
	if err := next.open(h.Lambda, &h.memory); err != nil {
		return Change{}, err
	}
	lingering := without(slices.Concat(h.lingering, before.functions), idsOf(next.functions))
	r, err := h.Lambda.Replace(ctx, slices.Concat(next.functions, lingering))
	if err != nil {
		return Change{}, next.located(err)
	}
	h.lingering = lingering
	h.deliverFor(next)
	h.put(next)
	drained := h.swap(next)
	h.retiring.Go(func() { h.retire(before, append(drained, r.Retired)) })
	return changeOf(r, before, next), nil
}

// put makes a deployment the current one; deploying is held.
func (h *Host) put(d *deployment) {
	d.gateway.Keep()
	h.mu.Lock()
	h.alive = append(h.alive, d)
	h.mu.Unlock()
	h.current.Store(d)
}

// changeOf is what a replacement changed from one deployment to the next: functions
// of earlier ones have no part in it.
func changeOf(r lambda.Replacement, before, next *deployment) (c Change) {
	old, now := idsOf(before.functions), idsOf(next.functions)
	for _, id := range now {
		switch {
		case !slices.Contains(old, id):
			c.Added = append(c.Added, id)
		case slices.Contains(r.Kept, id):
			c.Kept = append(c.Kept, id)
		default:
			c.Changed = append(c.Changed, id)
		}
	}
	c.Removed = idsOf(without(before.functions, now))
	return c
}

// retire waits until nobody asks a deployment any more that another has taken the
// place of, removes the functions that only that one had, and gives up its code. The
// code of a later one that lingers may be asked for by this one, so that they are
// given up in their order. What the host's end finds is Close's.
func (h *Host) retire(before *deployment, done []<-chan struct{}) {
	if !h.finished(done...) || !h.finished(h.removeOnly(before)) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	before.over = true
	for h.alive[0].over {
		h.alive[0].close()
		h.alive = h.alive[1:]
	}
}

// removeOnly removes the functions that no deployment asks for but this one. What it
// returns is closed when nothing of them runs.
func (h *Host) removeOnly(before *deployment) <-chan struct{} {
	h.deploying.Lock()
	defer h.deploying.Unlock()
	before.drained = true
	var wanted []string
	h.mu.Lock()
	for _, d := range h.alive {
		if !d.drained {
			wanted = append(wanted, idsOf(d.functions)...)
		}
	}
	h.mu.Unlock()
	gone := idsOf(without(h.lingering, wanted))
	h.lingering = without(h.lingering, gone)
	retired := h.Lambda.Remove(gone...)
	if len(gone) > 0 {
		h.deliverFor(h.current.Load())
	}
	return retired
}

// deliverFor has the queue deliver to the functions of a deployment and to those that
// linger.
func (h *Host) deliverFor(d *deployment) {
	if h.queue != nil {
		h.queue.Replace(slices.Concat(d.functions, h.lingering), d.deliveries())
	}
}

// finished waits until all are closed, and reports whether they were before the host's
// end.
func (h *Host) finished(all ...<-chan struct{}) bool {
	for _, done := range all {
		select {
		case <-done:
		case <-h.life.Done():
			return false
		}
	}
	return true
}

// without are the functions whose logical IDs are not among some.
func without(functions []*lambda.Function, logicalIDs []string) []*lambda.Function {
	return slices.DeleteFunc(slices.Clone(functions), func(f *lambda.Function) bool {
		return slices.Contains(logicalIDs, f.LogicalID)
	})
}

func idsOf(functions []*lambda.Function) []string {
	var ids []string
	for _, f := range functions {
		ids = append(ids, f.LogicalID)
	}
	return ids
}
