package main

import "time"

// usage is what a process used since its start, or during a measurement.
type usage struct {
	CPU      time.Duration `json:"cpu_ns,omitempty"`   // user and system; 0 is unknown
	Switches int64         `json:"switches,omitempty"` // how often its threads were put on a CPU; 0 is unknown
}

// observation is what a process and its children have used so far, by process
// ID. It is nil where the system does not tell.
type observation map[int]usage

// since returns what the process pid used after an earlier observation, and
// what its children did. A child that was not there before has used all it has
// since then; what one that has ended used is lost.
func (o observation) since(earlier observation, pid int) (own, children usage) {
	for id, now := range o {
		u := &children
		if id == pid {
			u = &own
		}
		u.CPU += now.CPU - earlier[id].CPU
		u.Switches += now.Switches - earlier[id].Switches
	}
	return own, children
}
