// Package world makes what a process finds in the file system of an environment on AWS
// Lambda: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html.
// On Linux, that is a namespace of mounts (mount_namespaces(7)), made by a process that has
// CAP_SYS_ADMIN and CAP_SYS_CHROOT in a namespace of users, and its own /proc. Elsewhere
// there are descriptions of worlds only. It starts nothing.
package world

// User and Group are those of functions on Lambda, by the name of sbx_user1051.
const (
	User  = 993
	Group = 990
)

// World is what a process finds in the file system, at Lambda's paths. Of this machine it
// sees, read-only, the folders with the system's programs, libraries and settings (/bin,
// /lib, /sbin, /usr, /etc, …) and what is in /var; of other folders, those of users among
// them, only what is named here. /dev has null, zero, full, random and urandom, no
// terminal, and no shm: what wants shared memory with a name, as Python's
// multiprocessing.Pool does, fails as on Lambda. /proc shows what the launcher has
// started. /etc/passwd has Lambda's user besides the machine's.
//
// All folders are those of this machine that have their name when a process is the
// first one in its world; what is put in them later is seen, but not another folder
// under the same name. Every path is absolute.
type World struct {
	// Task is /var/task, Opt is /opt, Runtime is /var/runtime and Lang is /var/lang, all
	// read-only. The zero value leaves /var/task and /opt empty, the others out. Opt is
	// one folder: several layers are merged by who builds them.
	Task, Opt, Runtime, Lang string
	// Visible are further folders, read-only at their own paths, such as that of an
	// interpreter in a user's folder. They may lie in /opt and in /tmp, but not hold
	// /dev, /opt, /proc, /tmp or /var.
	Visible []string
	// TmpSize is how many bytes fit in /tmp, which each process has of its own; it is
	// empty at first, in memory, and gone when the process and what it started in its
	// world have ended. What is in it counts as memory of the cgroup that wrote it. 0
	// stands for Lambda's 512 MB.
	TmpSize int64
}
