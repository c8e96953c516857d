package process_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"maru/local/internal/process"
)

// folder returns a folder with a file of a name and a text.
func folder(t testing.TB, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestWorld(t *testing.T) {
	l := openLauncher(t)
	visible := folder(t, "bin/tool", "#!/bin/sh\necho seen")
	w := process.World{
		Task: folder(t, "code", "task"), Opt: folder(t, "lib/layer", "opt"),
		Runtime: folder(t, "bootstrap", "runtime"), Lang: folder(t, "bin/python", "lang"),
		Visible: []string{visible, filepath.Join(visible, "bin"), "/usr/bin"},
		TmpSize: 1 << 20,
	}
	// only asked, not tried: were one of them writable, it would be the machine's own
	protected := "for f in /var/task /opt /var/runtime /var/lang " + visible + " / /dev /var /home /usr /etc /var/lib; do test -w $f && echo $f; done; :"
	for name, test := range map[string]struct{ script, want string }{
		"user":               {"id -u; id -g; id -un", "993\n990\nsbx_user1051\n"},
		"working folder":     {"pwd", "/var/task\n"},
		"Lambda's folders":   {"cat /var/task/code /opt/lib/layer /var/runtime/bootstrap /var/lang/bin/python", "taskoptruntimelang"},
		"visible folder":     {visible + "/bin/tool", "seen\n"},
		"read-only":          {protected, ""},
		"nothing is written": {"touch /var/task/new", "touch: cannot touch '/var/task/new': Read-only file system\n"},
		"/tmp is writable":   {"printf '#!/bin/sh\necho runs' > /tmp/f; chmod +x /tmp/f; /tmp/f; stat -c %a /tmp", "runs\n1777\n"},
		"/tmp is limited":    {"head -c 900000 /dev/zero > /tmp/a && head -c 900000 /dev/zero 2>&1 > /tmp/b | grep -o 'No space.*'", "No space left on device\n"},
		"no others' folders": {"ls -A /home /root /mnt /run /srv /sys | grep -v ^/ | grep .; ls -A /work", "ls: cannot access '/work': No such file or directory\n"},
		"devices":            {"echo $(ls /dev)", "fd full null random stderr stdin stdout urandom zero\n"},
		"devices work":       {"echo x > /dev/null; head -c 2 /dev/zero | wc -c; head -c 2 /dev/urandom | wc -c; echo x >> /dev/stdout", "2\n2\nx\n"},
		"no shared memory":   {"ls /dev/shm", "ls: cannot access '/dev/shm': No such file or directory\n"},
		"own processes":      {`set -- /proc/[0-9]*; test "$*" = /proc/$$ && echo alone`, "alone\n"},
		"launcher is hidden": {"cat /proc/1/environ /proc/1/cmdline 2>/dev/null | wc -c", "0\n"},
		"host name":          {"uname -n", "169.254.100.1\n"},
		"umask":              {"umask", "0022\n"},
		"no privileges": {
			"grep -E '^(Cap|NoNewPrivs)' /proc/self/status",
			strings.ReplaceAll("CapInh: CapPrm: CapEff: CapBnd: CapAmb: ", ": ", ":\t0000000000000000\n") + "NoNewPrivs:\t1\n",
		},
		"timer slack":   {"cat /proc/self/timerslack_ns", "1000000\n"},
		"process group": {"ps -o pgid= -p $$ | tr -d ' ' | grep -qx $$ && echo leads", "leads\n"},
		"descriptors":   {"ls /proc/self/fd", "0\n1\n2\n3\n"}, // 3 is that of ls
		"environment":   {"env | sort", "LC_ALL=C\nPATH=/usr/bin:/bin:/usr/sbin:/sbin\nPWD=/var/task\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := runIn(t, l, w, test.script); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// What a world does not name it does not have; /var/task and /opt are empty folders then.
func TestWorldOfNothing(t *testing.T) {
	const script = "ls -A /var/task /opt /tmp; ls /var/runtime; df -B1 --output=size /tmp"
	const want = "/opt:\n\n/tmp:\n\n/var/task:\nls: cannot access '/var/runtime': No such file or directory\n   1B-blocks\n536870912\n"
	got, err := runIn(t, openLauncher(t), process.World{}, script)
	if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// Each process has a /tmp of its own, as long as it or what it started runs.
func TestTmpIsApart(t *testing.T) {
	l := openLauncher(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	world := process.World{Task: t.TempDir()}
	first := shell(t, "echo first > /tmp/f; echo ready; read go; cat /tmp/*")
	first.Stdin = r
	p := startIn(t, l, world, first)
	until(t, "the file is there", func() bool { return output(t, first) != "" })
	if got, err := runIn(t, l, world, "ls -A /tmp"); got != "" || err != nil {
		t.Errorf("got %q, %v in another's /tmp, want nothing", got, err)
	}
	w.Close()
	<-p.Done()
	if got, want := output(t, first), "ready\nfirst\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := os.Stat("/tmp/f"); err == nil {
		t.Error("the machine's own /tmp has the file")
	}
}

// Worlds are told apart, and are made anew where nobody is left in one.
func TestWorldsAreApart(t *testing.T) {
	l := openLauncher(t)
	one, two := folder(t, "one", ""), folder(t, "two", "")
	for _, dir := range []string{one, two, one} {
		if got, err := runIn(t, l, process.World{Task: dir}, "ls"); got != map[string]string{one: "one\n", two: "two\n"}[dir] || err != nil {
			t.Errorf("%s: got %q, %v", dir, got, err)
		}
	}
	if err := os.Rename(one, one+"-old"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(two, one); err != nil {
		t.Fatal(err)
	}
	if got, err := runIn(t, l, process.World{Task: one}, "ls"); got != "two\n" || err != nil {
		t.Errorf("got %q, %v, want the folder that has the name now", got, err)
	}
}

// What is mounted within a folder is seen with it, as read-only as the rest.
func TestWorldHasInnerMounts(t *testing.T) {
	out, err := runIn(t, openLauncher(t), process.World{Task: "/dev"}, "test -d /var/task/shm && ! test -w /var/task/shm")
	if out != "" || err != nil {
		t.Errorf("got %q, %v, want a folder that cannot be written", out, err)
	}
}

// A folder in /opt may be visible besides those of the layers.
func TestVisibleInOpt(t *testing.T) {
	entries, err := os.ReadDir("/opt")
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return !e.IsDir() })
	if err != nil || len(entries) == 0 {
		t.Skip("needs a folder in /opt")
	}
	visible := "/opt/" + entries[0].Name()
	w := process.World{Opt: folder(t, "bin/layer", "layer"), Visible: []string{visible}}
	got, err := runIn(t, openLauncher(t), w, "cat /opt/bin/layer; test -w /opt/bin/layer || test -d "+visible+" && echo; echo /opt/*")
	want := "layer" + "\n/opt/bin " + visible + "\n"
	if got != want || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func init() {
	roles["host with settings of its own"] = func() {
		must(unix.Mount("tmpfs", "/run", "tmpfs", 0, ""))
		must(os.Mkdir("/run/names", 0o755))
		must(os.WriteFile("/run/names/resolv.conf", []byte("nameserver 192.0.2.1\n"), 0o644))
		must(unix.Mount("tmpfs", "/etc", "tmpfs", 0, ""))
		must(os.Symlink("../run/names/resolv.conf", "/etc/resolv.conf"))
		must(os.WriteFile("/etc/passwd", []byte("other:x:993:1::/:/bin/sh\nnext:x:1:1::/:/bin/sh\n"), 0o644))
		l, err := process.OpenLauncher()
		must(err)
		cmd := exec.Command("/bin/sh", "-c", "cat /etc/resolv.conf /etc/passwd; echo /run/*")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		p, err := l.Start(process.World{}, cmd)
		must(err)
		<-p.Done()
		l.Close()
		os.Exit(0)
	}
}

// A world has the machine's name servers, where /etc/resolv.conf points out of /etc, too,
// and the machine's users, but for another with Lambda's number.
func TestWorldHasSettings(t *testing.T) {
	openLauncher(t) // or skip
	out, err := inNamespaces("host with settings of its own").CombinedOutput()
	const want = "nameserver 192.0.2.1\nsbx_user1051:x:993:990::/home/sbx_user1051:/sbin/nologin\nnext:x:1:1::/:/bin/sh\n/run/names\n"
	if string(out) != want || err != nil {
		t.Errorf("got %q, %v, want %q", out, err, want)
	}
}
