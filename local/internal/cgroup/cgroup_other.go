//go:build !linux

package cgroup

import (
	"errors"
	"os/exec"
)

// Tree is a cgroup that was divided: none, on this system.
type Tree struct{}

// Group is the cgroup of one execution environment: none, on this system.
type Group struct{}

// Open returns an error: this system has no cgroups.
func Open() (*Tree, error) { return nil, errors.ErrUnsupported }

// String returns "".
func (t *Tree) String() string { return "" }

// New returns nil, a group that limits nothing.
func (t *Tree) New(int64) (*Group, error) { return nil, nil }

// Close does nothing.
func (t *Tree) Close() error { return nil }

// Contain does nothing.
func (g *Group) Contain(*exec.Cmd) {}

// OutOfMemory returns false.
func (g *Group) OutOfMemory() bool { return false }

// Close does nothing.
func (g *Group) Close() error { return nil }
