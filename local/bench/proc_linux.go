package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// tick is the unit of CPU time in /proc: USER_HZ is 100 wherever Go runs on
// Linux, whatever the kernel's own clock.
const tick = time.Second / 100

// observe looks at a process and its children. A process that ends meanwhile
// is left out. It returns nil for process 0.
func observe(pid int) observation {
	if pid == 0 {
		return nil
	}
	found := observation{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		s, err := parseStat(text)
		if err == nil && (s.pid == pid || s.parent == pid) {
			found[s.pid] = usage{CPU: s.cpu, Switches: switches(s.pid)}
		}
	}
	return found
}

// stat is what is used of proc_pid_stat(5).
type stat struct {
	pid, parent int
	cpu         time.Duration
}

// parseStat reads a line of proc_pid_stat(5):
//
//	PID (COMMAND) STATE PPID … UTIME STIME …
//
// COMMAND is the program's own and may hold spaces and parentheses, so fields
// are counted from the last one.
func parseStat(line []byte) (s stat, err error) {
	open, end := bytes.IndexByte(line, '('), bytes.LastIndexByte(line, ')')
	if open < 0 || end < open {
		return s, errors.New("no command in parentheses")
	}
	fields := bytes.Fields(line[end+1:])
	if len(fields) < 13 {
		return s, fmt.Errorf("%d fields after the command, want 13 and more", len(fields))
	}
	var user, system int
	for _, f := range []struct {
		text []byte
		to   *int
	}{{bytes.TrimSpace(line[:open]), &s.pid}, {fields[1], &s.parent}, {fields[11], &user}, {fields[12], &system}} {
		if *f.to, err = strconv.Atoi(string(f.text)); err != nil {
			return s, fmt.Errorf("reading a field: %w", err)
		}
	}
	s.cpu = time.Duration(user+system) * tick
	return s, nil
}

// switches is how often the threads of a process were put on a CPU: the third
// figure of each thread's schedstat. 0 where the kernel does not keep it.
func switches(pid int) int64 {
	var sum int64
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, path := range threads {
		text, _ := os.ReadFile(path)
		if fields := bytes.Fields(text); len(fields) == 3 {
			n, _ := strconv.ParseInt(string(fields[2]), 10, 64)
			sum += n
		}
	}
	return sum
}

// residentMemory is VmRSS of proc_pid_status(5) in bytes; 0 if the process is
// gone.
func residentMemory(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(text, []byte("VmRSS:"))
	line, _, _ := bytes.Cut(rest, []byte("kB"))
	kB, _ := strconv.ParseInt(string(bytes.TrimSpace(line)), 10, 64)
	return kB << 10
}
