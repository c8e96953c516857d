// Package cgroup has the kernel hold execution environments to their memory, where
// the host's own cgroup, of version 2, is the host's to divide:
//
//	own cgroup         memory in cgroup.subtree_control
//	├── maru           the host, and what else it starts
//	└── maru-1, …      an environment each: memory.max; over it, all in it are killed
//
// A user gets such a cgroup from systemd, and a container with cgroups that can be
// written has one:
//
//	systemd-run --user --scope -p Delegate=yes maru start-api
//
// What defines it: "Control Group v2" of the kernel's Administration Guide, above all
// "Delegation", "No Internal Process Constraint" and "Memory". It takes Linux 5.14
// (cgroup.kill).
//
// To the kernel, more is a function's memory than its processes have resident:
// files in a tmpfs count, too, as /tmp is one on some machines; and less: pages of a
// program that others run as well are whoever's that read them first.
package cgroup
