package gateway

import (
	"container/list"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxVerdicts is how many verdicts an authorizer remembers, which bounds what
// callers with made-up tokens can fill.
const maxVerdicts = 1000

// cache remembers verdicts by identity, all for the same time. The zero value
// remembers nothing.
type cache struct {
	life time.Duration

	mu      sync.Mutex // guards the fields below
	entries map[string]*list.Element
	// order has the oldest first, which is also the first to expire.
	order list.List
}

// remembered is what order is a list of.
type remembered struct {
	key     string
	verdict *verdict
	expires time.Time
}

// get gives the verdict on an identity, or nil.
func (c *cache) get(identity []string, now time.Time) *verdict {
	if c.life == 0 || len(identity) == 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[identityKey(identity)]
	if e == nil {
		return nil
	}
	if r := e.Value.(*remembered); now.Before(r.expires) {
		return r.verdict
	}
	return nil
}

// put remembers a verdict. Without an identity there is nothing to know it
// again by, and AWS refuses to cache.
func (c *cache) put(identity []string, v *verdict, now time.Time) {
	if c.life == 0 || len(identity) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[string]*list.Element{}
	}
	key := identityKey(identity)
	if old := c.entries[key]; old != nil {
		c.forget(old)
	}
	for c.order.Len() >= maxVerdicts {
		c.forget(c.order.Front())
	}
	c.entries[key] = c.order.PushBack(&remembered{key, v, now.Add(c.life)})
}

func (c *cache) forget(e *list.Element) {
	delete(c.entries, c.order.Remove(e).(*remembered).key)
}

// identityKey makes one text of several, so that no two lists make the same.
func identityKey(identity []string) string {
	var b strings.Builder
	for _, value := range identity {
		b.WriteString(strconv.Itoa(len(value)))
		b.WriteByte(':')
		b.WriteString(value)
	}
	return b.String()
}
