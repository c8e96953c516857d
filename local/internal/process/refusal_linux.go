package process

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
)

// obstacle is something that keeps a launcher from its namespaces.
type obstacle struct {
	stands       func(err error) bool
	what, remedy string
}

// What a refusal is numbered by: one of a limit, and one of a rule.
var (
	exhausted = numbered(syscall.ENOSPC, syscall.EUSERS)
	forbidden = numbered(syscall.EPERM, syscall.EACCES)
)

// obstacles are those that can be told from each other, the surest first. The files are
// described in namespaces(7), the kernel's Documentation/admin-guide/sysctl/user.rst, and
// https://discourse.ubuntu.com/t/spec-unprivileged-user-namespace-restrictions-via-apparmor-in-ubuntu-23-10/37626.
var obstacles = []obstacle{
	{numbered(syscall.ENOSYS), "the kernel is older than 5.12", "a newer kernel is needed"},
	limited("user"), limited("mnt"), limited("pid"), limited("ipc"), limited("uts"),
	{
		exhausted, "there are as many namespaces as the kernel allows, or 32 of them nested",
		"sudo sysctl -w user.max_user_namespaces=100000",
	},
	{
		ordinary("kernel/unprivileged_userns_clone", "0"), "only root may make user namespaces here",
		"sudo sysctl -w kernel.unprivileged_userns_clone=1",
	},
	{
		ordinary("kernel/apparmor_restrict_unprivileged_userns", "1"), "AppArmor lets nobody but root use user namespaces, as on Ubuntu",
		"sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
	},
	{
		contained, "a container keeps what is in it from namespaces of its own and from a /proc of its own",
		"docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined …, " +
			"or podman run --security-opt seccomp=unconfined --security-opt unmask=ALL …",
	},
	{
		filtered, "a seccomp filter keeps this process from some system calls",
		"start maru outside the sandbox that has set it; a systemd unit needs RestrictNamespaces=no",
	},
	{
		forbidden, "the kernel gives no reason; one is a chroot, in which nobody makes user namespaces",
		"start maru outside it",
	},
}

// refusal returns why there is no launcher, and what to do about it.
func refusal(err error) error {
	for _, o := range obstacles {
		if o.stands(err) {
			return fmt.Errorf("starting a launcher: %w: %s; to change that: %s", err, o.what, o.remedy)
		}
	}
	return fmt.Errorf("starting a launcher: %w", err)
}

// numbered stands for some errors, whatever they come from.
func numbered(numbers ...syscall.Errno) func(error) bool {
	return func(err error) bool {
		for _, n := range numbers {
			if errors.Is(err, n) {
				return true
			}
		}
		return false
	}
}

// limited is a kind of namespaces of which there may be none.
func limited(kind string) obstacle {
	name := "max_" + kind + "_namespaces"
	return obstacle{
		func(err error) bool { return exhausted(err) && setting("user/"+name) == "0" },
		"user." + name + " is 0", "sudo sysctl -w user." + name + "=100000",
	}
}

// ordinary stands for a setting that holds for everybody but root.
func ordinary(name, value string) func(error) bool {
	return func(err error) bool { return forbidden(err) && os.Geteuid() != 0 && setting(name) == value }
}

// setting returns one of sysctl(8); empty where the kernel does not have it.
func setting(name string) string {
	value, _ := os.ReadFile("/proc/sys/" + name)
	return strings.TrimSpace(string(value))
}

// contained reports whether a container is what refuses: all of them hide parts of
// /proc, so that no other may be mounted. Docker and Podman leave a file, which says whose
// seccomp filter it is.
func contained(err error) bool {
	named, ok := errors.AsType[*os.PathError](err)
	if ok && named.Path == "/proc" && forbidden(err) {
		return true
	}
	return filtered(err) && slices.ContainsFunc([]string{"/.dockerenv", "/run/.containerenv"}, func(mark string) bool {
		_, err := os.Stat(mark)
		return err == nil
	})
}

// filtered reports whether this process has a seccomp filter.
func filtered(err error) bool {
	if !forbidden(err) {
		return false
	}
	status, _ := os.ReadFile("/proc/self/status")
	return strings.Contains(string(status), "\nSeccomp:\t2\n")
}
