package caller

import (
	"container/list"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxOutputs is how many outputs an authorizer remembers, which bounds what
// callers with made-up tokens can fill.
const maxOutputs = 1000

// cache remembers outputs by identity, all for the same time. The zero value
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
	output  *output
	expires time.Time
}

// get gives the output on an identity, or nil.
func (c *cache) get(identity []string, now time.Time) *output {
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
		return r.output
	}
	return nil
}

// put remembers an output. Without an identity there is nothing to know it
// again by, and AWS refuses to cache.
func (c *cache) put(identity []string, o *output, now time.Time) {
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
	for c.order.Len() >= maxOutputs {
		c.forget(c.order.Front())
	}
	c.entries[key] = c.order.PushBack(&remembered{key, o, now.Add(c.life)})
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
