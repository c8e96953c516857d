package main

import "testing"

// A child that is new has used all it has; one that has ended is lost.
func TestSince(t *testing.T) {
	before := observation{1: {CPU: 100, Switches: 10}, 2: {CPU: 50, Switches: 5}, 3: {CPU: 900, Switches: 90}}
	after := observation{1: {CPU: 130, Switches: 13}, 2: {CPU: 55, Switches: 6}, 4: {CPU: 7, Switches: 2}}
	own, children := after.since(before, 1)
	if want := (usage{CPU: 30, Switches: 3}); own != want {
		t.Errorf("got %+v of the process, want %+v", own, want)
	}
	if want := (usage{CPU: 12, Switches: 3}); children != want {
		t.Errorf("got %+v of its children, want %+v", children, want)
	}
}
