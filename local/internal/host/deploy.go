package host

import (
	"context"
	"errors"
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
	return h.deploy(ctx, next)
}

// deploy puts a deployment in the place of the one before:
//
//	build ──▶ gateway ──▶ lambda.Replace ──▶ servers, queue: swap ──▶ what was before retires
//	  └──────────┴──────────────┴──an error: the one before serves on, whole
//
// An error is one of the template, of a function that cannot be built or whose new
// code does not come through its init phase, or of ctx. What the one before could not
// run either is no error. Requests under way end as they began.
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
	found := make(chan error, 1)
	go func() { found <- h.openRedis(ctx, d) }()
	if err := errors.Join(d.build(ctx), <-found); err != nil {
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
	r, err := h.Lambda.Replace(ctx, functionsOf(append(h.alive, next)))
	if err != nil {
		return Change{}, next.located(err)
	}
	h.put(next)
	drained := h.swap(next)
	if h.queue != nil {
		h.queue.Replace(next.functions, next.deliveries())
	}
	h.retiring.Go(func() { h.retire(before, append(drained, r.Retired)) })
	return changeOf(r, before, next), nil
}

// put makes a deployment the current one; deploying is held.
func (h *Host) put(d *deployment) {
	h.alive = append(h.alive, d)
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
	for _, id := range old {
		if !slices.Contains(now, id) {
			c.Removed = append(c.Removed, id)
		}
	}
	return c
}

// retire waits until nothing uses a deployment that another has taken the place of,
// removes what only that one had, and gives up its code.
func (h *Host) retire(before *deployment, done []<-chan struct{}) {
	defer before.close()
	if !h.wait(done...) {
		return
	}
	h.deploying.Lock()
	h.alive = slices.DeleteFunc(h.alive, func(d *deployment) bool { return d == before })
	// Nothing is started for this: all that is left is there.
	r, err := h.Lambda.Replace(h.life, functionsOf(h.alive))
	h.deploying.Unlock()
	if err == nil {
		h.wait(r.Retired)
	} else if h.life.Err() == nil {
		h.log.Error("removing functions of an earlier deployment", "error", err)
	}
}

// wait waits until all are closed, and reports whether they were before the host was.
func (h *Host) wait(all ...<-chan struct{}) bool {
	for _, done := range all {
		select {
		case <-done:
		case <-h.life.Done():
			return false
		}
	}
	return true
}

// functionsOf are those of the last of some deployments, and of the others what it
// has not, as the latest of these has it.
func functionsOf(deployments []*deployment) []*lambda.Function {
	var functions []*lambda.Function
	for _, d := range slices.Backward(deployments) {
		for _, f := range d.functions {
			if !slices.Contains(idsOf(functions), f.LogicalID) {
				functions = append(functions, f)
			}
		}
	}
	return functions
}

func idsOf(functions []*lambda.Function) []string {
	var ids []string
	for _, f := range functions {
		ids = append(ids, f.LogicalID)
	}
	return ids
}
