package process

import "maru/local/internal/process/internal/world"

// World is what a process that a Launcher starts finds in the file system: Lambda's
// /var/task, /opt, /tmp and so on, made of folders of this machine. Processes with equal
// worlds share one, but for /tmp and its size.
type World = world.World
