package cgroup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// own returns the directory of the cgroup that this process is in.
func own() (string, error) {
	cgroups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return "", err
	}
	return locate(string(cgroups), string(mounts))
}

// locate finds a process's cgroup of version 2 by the text of its files in /proc,
// cgroup and mountinfo.
func locate(cgroups, mounts string) (string, error) {
	path, ok := unified(cgroups)
	if !ok {
		return "", errors.New("there is none of version 2 in sight")
	}
	for line := range strings.Lines(mounts) {
		root, point, ok := mounted(line)
		if !ok {
			continue
		}
		if below, err := filepath.Rel(root, path); err == nil && filepath.IsLocal(below) {
			return filepath.Join(point, below), nil
		}
	}
	return "", fmt.Errorf("%s is not mounted", path)
}

// unified returns the path of the cgroup of version 2: "0::/user.slice" in
// cgroups(7).
func unified(cgroups string) (string, bool) {
	for line := range strings.Lines(cgroups) {
		if path, ok := strings.CutPrefix(line, "0::"); ok {
			path = strings.TrimSuffix(path, "\n")
			return path, filepath.IsLocal("." + path) // not "/../x", outside the namespace
		}
	}
	return "", false
}

// mounted returns which cgroup a line of mountinfo mounts, and where, as in
// proc_pid_mountinfo(5); not ok for file systems that are not cgroup2.
//
//	30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw
func mounted(line string) (root, point string, ok bool) {
	mount, system, _ := strings.Cut(line, " - ")
	fields := strings.Fields(mount)
	if !strings.HasPrefix(system, "cgroup2 ") || len(fields) < 5 {
		return "", "", false
	}
	return unescape(fields[3]), unescape(fields[4]), true
}

var escape = regexp.MustCompile(`\\[0-7]{3}`)

// unescape undoes what stands for spaces, tabs, line ends and backslashes in
// mountinfo: "\040".
func unescape(s string) string {
	return escape.ReplaceAllStringFunc(s, func(octal string) string {
		c, _ := strconv.ParseUint(octal[1:], 8, 16)
		return string([]byte{byte(c)})
	})
}
