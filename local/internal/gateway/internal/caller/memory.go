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

// memoryKey names an authorizer: the logical ID of its API, the stage, and its own name.
type memoryKey struct{ api, stage, authorizer string }

// lent is what an authorizer remembers while its configuration is this one.
type lent struct {
	is    template.LambdaAuthorizer
	cache *cache
}

// borrow gives what an authorizer remembers, if it is the one that Memory knows.
func (m *Memory) borrow(key memoryKey, is *template.LambdaAuthorizer) *lent {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l := m.caches[key]; l != nil && reflect.DeepEqual(l.is, *is) {
		return l
	}
	return &lent{*is, &cache{life: is.TTL}}
}

// keep remembers what some authorizers do, and nothing else.
func (m *Memory) keep(caches map[memoryKey]*lent) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.caches = caches
}
