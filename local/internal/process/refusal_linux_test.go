package process_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"maru/local/internal/process"
)

func init() {
	roles["forgetful"] = func() {
		_, err := process.OpenLauncher()
		fmt.Println(err)
		os.Exit(0)
	}
	roles["refused"] = func() {
		obstruct[os.Getenv("PROCESS_TEST_OBSTACLE")]()
		l, err := process.OpenLauncher()
		if err == nil {
			l.Close()
		}
		fmt.Println(err)
		os.Exit(0)
	}
}

// obstruct are what keeps a process from a launcher, each made in namespaces of the
// test's own.
var obstruct = map[string]func(){
	"none": func() {},
	"no user namespaces": func() {
		must(os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0))
	},
	"no mount namespaces": func() {
		must(os.WriteFile("/proc/sys/user/max_mnt_namespaces", []byte("0"), 0))
	},
	"Debian's switch": func() { settings("unprivileged_userns_clone", "0") },
	"AppArmor":        func() { settings("apparmor_restrict_unprivileged_userns", "1") },
	"hidden /proc":    func() { settings("other", "") },
	"seccomp filter":  filterNamespaces,
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// settings shows other files in place of /proc/sys/kernel, with one of a value. As the
// kernel lets nobody mount a /proc that shows more than the one that is there, this is
// a refusal at the same time.
func settings(name, value string) {
	must(unix.Mount("tmpfs", "/proc/sys/kernel", "tmpfs", 0, ""))
	must(os.WriteFile(filepath.Join("/proc/sys/kernel", name), []byte(value+"\n"), 0o644))
}

// filterNamespaces forbids this process to clone with a new user namespace, as the filter
// of a container does.
func filterNamespaces() {
	runtime.LockOSThread()
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	answer := func(action uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action}
	}
	filter := []unix.SockFilter{
		load(0), // the number of the call
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_CLONE, Jf: 3},
		load(16), // its first argument
		{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: unix.CLONE_NEWUSER, Jf: 1},
		answer(unix.SECCOMP_RET_ERRNO | uint32(syscall.EPERM)),
		answer(unix.SECCOMP_RET_ALLOW),
	}
	must(unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
	must(seccomp(&unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}))
}

// A program that would be another host, instead of a launcher, is not started.
func TestMainWithoutHook(t *testing.T) {
	const want = "starting a launcher: main has not called process.BecomeLauncher\n"
	if out, err := command("forgetful").CombinedOutput(); string(out) != want || err != nil {
		t.Errorf("got %q, %v, want %q", out, err, want)
	}
}

// inNamespaces returns a command for a role of the test binary in which an ordinary user
// may mount.
func inNamespaces(role string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{"PROCESS_TEST=" + role}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, HostID: os.Getegid(), Size: 1}},
		AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SYS_RESOURCE},
	}
	return cmd
}

// A refusal says what has refused, and how to change that.
func TestRefusal(t *testing.T) {
	openLauncher(t) // or skip: it is refused already
	filter := "a seccomp filter keeps this process from some system calls; to change that: start maru outside the sandbox "
	if _, err := os.Stat("/.dockerenv"); err == nil { // then the filter is taken for Docker's
		filter = "a container keeps what is in it "
	}
	for obstacle, want := range map[string]string{
		"none":                "<nil>",
		"no user namespaces":  "starting a launcher: fork/exec /proc/self/exe: no space left on device: user.max_user_namespaces is 0; to change that: sudo sysctl -w user.max_user_namespaces=100000",
		"no mount namespaces": "starting a launcher: fork/exec /proc/self/exe: no space left on device: user.max_mnt_namespaces is 0; to change that: sudo sysctl -w user.max_mnt_namespaces=100000",
		"Debian's switch":     "starting a launcher: mounting /proc: operation not permitted: only root may make user namespaces here; to change that: sudo sysctl -w kernel.unprivileged_userns_clone=1",
		"AppArmor":            "starting a launcher: mounting /proc: operation not permitted: AppArmor lets nobody but root use user namespaces, as on Ubuntu; to change that: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
		"hidden /proc":        "starting a launcher: mounting /proc: operation not permitted: a container keeps what is in it from namespaces of its own and from a /proc of its own; to change that: docker run --security-opt seccomp=unconfined ",
		"seccomp filter":      "starting a launcher: fork/exec /proc/self/exe: operation not permitted: " + filter,
	} {
		t.Run(obstacle, func(t *testing.T) {
			cmd := inNamespaces("refused")
			cmd.Env = append(cmd.Env, "PROCESS_TEST_OBSTACLE="+obstacle)
			out, err := cmd.CombinedOutput()
			if got := strings.TrimSpace(string(out)); !strings.HasPrefix(got, want) || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
}

// seccomp sets a filter for all threads of this process (seccomp(2)).
func seccomp(program *unix.SockFprog) error {
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC,
		uintptr(unsafe.Pointer(program)))
	if errno != 0 {
		return errno
	}
	return nil
}
