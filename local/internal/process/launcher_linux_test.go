package process_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"maru/local/internal/process"
	"maru/local/internal/process/processtest"
)

// How a process of a launcher ended is told as that of any other.
func TestEndInWorld(t *testing.T) {
	l := openLauncher(t)
	defer processtest.Before(t)()
	for _, script := range []string{"exit 0", "exit 3", "kill -9 $$", "kill -TERM $$", "kill -USR1 $$"} {
		cmd := exec.Command("/bin/sh", "-c", script)
		usual, err := process.Start(cmd, 0)
		if err != nil {
			t.Fatal(err)
		}
		<-usual.Done()
		_, got := runIn(t, l, process.World{}, script)
		if fmt.Sprint(got) != fmt.Sprint(usual.Err()) {
			t.Errorf("%s: got %v, want %v", script, got, usual.Err())
		}
	}
}

// Errors of a command are os/exec's; those of a world name its folder.
func TestStartErrorsInWorld(t *testing.T) {
	l := openLauncher(t)
	defer processtest.Before(t)()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	large := exec.Command("/bin/true", strings.Repeat("x", 200<<10))
	piped := exec.Command("/bin/true")
	piped.Stdin = strings.NewReader("")
	for _, test := range []struct {
		world process.World
		cmd   *exec.Cmd
		want  string
		is    error
	}{
		{cmd: exec.Command("/nowhere"), want: "fork/exec /nowhere: no such file or directory", is: fs.ErrNotExist},
		{cmd: exec.Command("/etc/passwd"), want: "fork/exec /etc/passwd: permission denied", is: fs.ErrPermission},
		{cmd: &exec.Cmd{Path: "/bin/true", Dir: "/nowhere"}, want: "fork/exec /bin/true: no such file or directory", is: fs.ErrNotExist},
		{cmd: exec.Command("nowhere"), want: `exec: "nowhere": executable file not found in $PATH`, is: exec.ErrNotFound},
		{cmd: large, want: "argument list too long", is: syscall.E2BIG},
		{cmd: piped, want: "input and output have to be files, and one is a *strings.Reader"},
		{world: process.World{Task: "/nowhere"}, want: "stat /nowhere: no such file or directory", is: fs.ErrNotExist},
		{world: process.World{Opt: file}, want: "mounting " + file + ": not a directory", is: syscall.ENOTDIR},
		{world: process.World{Lang: "relative"}, want: "mounting relative: invalid argument", is: syscall.EINVAL},
		{world: process.World{Visible: []string{"/var"}}, want: "making visible /var: invalid argument", is: syscall.EINVAL},
		{world: process.World{Visible: []string{"/"}}, want: "making visible /: invalid argument", is: syscall.EINVAL},
		{world: process.World{Visible: []string{"/nowhere"}}, want: "mounting /nowhere: no such file or directory", is: fs.ErrNotExist},
		{world: process.World{TmpSize: -1}, want: "mounting /tmp: invalid argument", is: syscall.EINVAL},
	} {
		if test.cmd == nil {
			test.cmd = exec.Command("/bin/true")
		}
		p, err := l.Start(test.world, test.cmd)
		if err == nil {
			t.Errorf("got process %d, want the error %q", p.PID(), test.want)
		} else if !strings.HasSuffix(err.Error(), test.want) || test.is != nil && !errors.Is(err, test.is) {
			t.Errorf("got %q, want %q", err, test.want)
		}
	}
	if out, err := runIn(t, l, process.World{}, "echo works"); out != "works\n" || err != nil {
		t.Errorf("after errors: got %q, %v, want that it works", out, err)
	}
}

// Signals to a process's group reach what it has started.
func TestSignalsInWorld(t *testing.T) {
	l := openLauncher(t)
	cmd := shell(t, "sleep 1000 & wait")
	cmd.Env = append(cmd.Env, "MARK="+mark(t))
	p := startIn(t, l, process.World{}, cmd)
	until(t, "shell and sleep run", func() bool { return len(marked(mark(t))) == 2 })
	pids := marked(mark(t))
	if !slices.Contains(pids, p.PID()) {
		t.Errorf("got the number %d, want one of %d", p.PID(), pids)
	}
	all := func(stopped bool) func() bool {
		return func() bool {
			for _, pid := range pids {
				if letter, _ := state(t, pid); (letter == "T") != stopped {
					return false
				}
			}
			return true
		}
	}
	p.Pause()
	until(t, "both are stopped", all(true))
	p.Resume()
	until(t, "both go on", all(false))
	p.Kill()
	<-p.Done()
	if got, want := fmt.Sprint(p.Err()), "signal: killed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	until(t, "both are gone", func() bool { return len(marked(mark(t))) == 0 })
}

func TestTerminateInWorld(t *testing.T) {
	l := openLauncher(t)
	cmd := shell(t, `trap "exit 4" TERM; echo ready; while :; do sleep 0.01; done`)
	p := startIn(t, l, process.World{}, cmd)
	until(t, "the trap is set", func() bool { return output(t, cmd) != "" })
	p.Terminate()
	<-p.Done()
	if got, want := fmt.Sprint(p.Err()), "exit status 4"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	p.Terminate() // of no effect any more
}

func TestLimitFilesInWorld(t *testing.T) {
	l := openLauncher(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := shell(t, `read go; sh -c "ulimit -Sn; ulimit -Hn"`)
	cmd.Stdin = r
	p := startIn(t, l, process.World{}, cmd)
	p.LimitFiles(99)
	fmt.Fprintln(w, "go")
	w.Close()
	<-p.Done()
	if got, want := output(t, cmd), "99\n99\n"; got != want {
		t.Errorf("got the limits %q, want %q", got, want)
	}
}

// A process's peak is its own, while it runs and when it has ended unseen, however large
// the host is that has started the launcher.
func TestPeakMemoryInWorld(t *testing.T) {
	const large, size = 100 << 20, 40_000_000
	memory := make([]byte, large)
	for i := 0; i < len(memory); i += os.Getpagesize() {
		memory[i] = 1
	}
	l := openLauncher(t)
	runtime.KeepAlive(memory)
	const fill = "x=$(head -c 40000000 /dev/zero | tr '\\0' x); "
	p := startIn(t, l, process.World{}, shell(t, fill+"sleep 1000 & wait"))
	until(t, "it has 40 MB", func() bool { return p.PeakMemory() > size })
	p.Kill()
	<-p.Done()
	ended := startIn(t, l, process.World{}, shell(t, fill))
	<-ended.Done()
	for _, got := range []int64{p.PeakMemory(), ended.PeakMemory()} {
		if got < size || got > 5*size {
			t.Errorf("got %d bytes at the end, want at least %d", got, size)
		}
	}
	small := startIn(t, l, process.World{}, exec.Command("/bin/true"))
	<-small.Done()
	if got := small.PeakMemory(); got > 5<<20 {
		t.Errorf("got %d bytes for a small program, want its own", got)
	}
}

// Many starts at once get what is theirs.
func TestManyStartsInWorlds(t *testing.T) {
	l := openLauncher(t)
	defer processtest.Before(t)()
	var worlds []process.World
	for range 5 {
		worlds = append(worlds, process.World{Task: t.TempDir()})
	}
	var all sync.WaitGroup
	for i := range 50 {
		cmd := shell(t, fmt.Sprintf("echo %d > /tmp/n; cat /tmp/*; exit %d", i, i))
		all.Go(func() {
			p := startIn(t, l, worlds[i%len(worlds)], cmd)
			<-p.Done()
			want := "exit status " + strconv.Itoa(i)
			if i == 0 {
				want = "<nil>"
			}
			if got := fmt.Sprint(p.Err()); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if got, want := output(t, cmd), fmt.Sprintln(i); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	all.Wait()
}

// A process is in the cgroup that its command names, from the start on.
func TestCgroupInWorld(t *testing.T) {
	dir, err := os.MkdirTemp(unified(t), "process-test")
	if err != nil {
		t.Skip("needs a cgroup of version 2 that may have children: ", err)
	}
	defer os.Remove(dir)
	group, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer group.Close()
	l := openLauncher(t)
	cmd := shell(t, "cat /proc/self/cgroup")
	cmd.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: int(group.Fd())}
	<-startIn(t, l, process.World{}, cmd).Done()
	if got, want := output(t, cmd), "0::/"+filepath.Base(dir)+"\n"; !strings.Contains(got, want) {
		t.Errorf("got the cgroups %q, want %q among them", got, want)
	}
}

// unified returns where the cgroups of version 2 are mounted.
func unified(t *testing.T) string {
	for _, dir := range []string{"/sys/fs/cgroup/unified", "/sys/fs/cgroup"} {
		if _, err := os.Stat(filepath.Join(dir, "cgroup.procs")); err == nil {
			return dir
		}
	}
	t.Skip("needs cgroups of version 2")
	return ""
}
