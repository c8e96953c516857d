// Command init is the first process of cgrouptest's virtual machine: it makes the
// machine fit for tests, runs them, and turns it off.
//
//	init NAME=PATTERN ...     /NAME.test -test.run PATTERN, one after the other
//
// Each is run by a user who is not root, in a cgroup that was delegated to this user
// as systemd does it ("Control Group v2", Model of Delegation).
package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Println("cgrouptest:", err)
	}
	fmt.Println(syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF)) // returns only an error
}

func run(tests []string) error {
	for _, system := range []struct{ kind, dir string }{
		{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"tmpfs", "/tmp"}, {"cgroup2", cgroups},
	} {
		if err := mount(system.kind, system.dir); err != nil {
			return fmt.Errorf("mounting %s: %w", system.dir, err)
		}
	}
	if err := loopback(); err != nil {
		return fmt.Errorf("setting up the loopback interface: %w", err)
	}
	if err := os.WriteFile(filepath.Join(cgroups, "cgroup.subtree_control"), []byte("+memory"), 0); err != nil {
		return err
	}
	for _, test := range tests {
		name, pattern, _ := strings.Cut(test, "=")
		outcome := "ok"
		if err := runTest(name, pattern); err != nil {
			outcome = err.Error()
		}
		fmt.Printf("cgrouptest: %s: %s\n", name, outcome)
	}
	return nil
}

func mount(kind, dir string) error {
	return cmp.Or(os.MkdirAll(dir, 0o755), syscall.Mount(kind, dir, kind, 0, ""))
}

// loopback sets the flag IFF_UP of the interface lo, netdevice(7).
func loopback() error {
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	lo.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, lo)
}

const (
	cgroups = "/sys/fs/cgroup"
	user    = 1000
)

func runTest(name, pattern string) (err error) {
	cgroup, err := delegate(filepath.Join(cgroups, name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cgroup.Close()) }()
	cmd := exec.Command("/"+name+".test", "-test.v", "-test.timeout", "120s", "-test.run", pattern)
	cmd.Dir, cmd.Env = "/tmp", []string{"PATH=/"}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stdout
	cmd.SysProcAttr = &syscall.SysProcAttr{
		UseCgroupFD: true, CgroupFD: int(cgroup.Fd()), Credential: &syscall.Credential{Uid: user, Gid: user},
	}
	return cmd.Run()
}

// delegate makes a cgroup that a user may divide.
func delegate(dir string) (*os.File, error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	for _, file := range []string{"", "cgroup.procs", "cgroup.subtree_control"} {
		if err := os.Chown(filepath.Join(dir, file), user, user); err != nil {
			return nil, err
		}
	}
	return os.Open(dir)
}
