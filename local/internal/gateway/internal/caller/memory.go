package caller

import (
	"reflect"
	"sync"

	"maru/local/internal/template"
)

// Memory is what authorizers remember, for longer than the gateway that asks them:
// one that is made anew from a changed template borrows what is still true. An
// authorizer that was changed starts empty. The zero value is ready.
type Memory struct {
	mu     sync.Mutex // guards caches
	caches map[memoryKey]*lent
}

// memoryKey names an authorizer: the logical ID of its API, and its own name.
type memoryKey struct{ api, authorizer string }

// lent is what an authorizer remembers while its configuration is this one.
type lent struct {
	is    template.LambdaAuthorizer
	cache *cache
}

// borrow gives the cache of an authorizer.
func (m *Memory) borrow(key memoryKey, is *template.LambdaAuthorizer) *cache {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.caches[key]
	if l == nil || !reflect.DeepEqual(l.is, *is) {
		l = &lent{*is, &cache{life: is.TTL}}
	}
	if m.caches == nil {
		m.caches = map[memoryKey]*lent{}
	}
	m.caches[key] = l
	return l.cache
}

// keep forgets all but what some authorizers remember.
func (m *Memory) keep(keys map[memoryKey]bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key := range m.caches {
		if !keys[key] {
			delete(m.caches, key)
		}
	}
}
