package cgroup

import (
	"path/filepath"
	"strings"
	"testing"
)

const (
	unifiedMount = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
	hybridMount  = "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
	partMount    = "30 23 0:26 /docker/1 /mnt/a\\040b rw - cgroup2 cgroup2 rw\n"
)

func TestLocate(t *testing.T) {
	for _, test := range []struct{ name, cgroups, mounts, want, wantErr string }{
		{"systemd", "0::/user.slice/maru.scope\n", unifiedMount, "/sys/fs/cgroup/user.slice/maru.scope", ""},
		{"root of a namespace", "0::/\n", unifiedMount, "/sys/fs/cgroup", ""},
		{"version 1 beside it", "4:memory:/a\n0::/b\n", hybridMount, "/sys/fs/cgroup/unified/b", ""},
		{"a part is mounted", "0::/docker/1/x\n", partMount, "/mnt/a b/x", ""},
		{"another part", "0::/docker/2\n", partMount, "", "/docker/2 is not mounted"},
		{"the first that has it", "0::/docker/1\n", "1 1 0:26 /other /a rw - cgroup2 none rw\n" + partMount, "/mnt/a b", ""},
		{"outside the namespace", "0::/../maru\n", unifiedMount, "", "there is none of version 2 in sight"},
		{"version 1 alone", "4:memory:/a\n", hybridMount, "", "there is none of version 2 in sight"},
		{"not mounted", "0::/\n", "1 1 0:1 / /proc rw - proc proc rw\n", "", "/ is not mounted"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := locate(test.cgroups, test.mounts)
			if got != test.want || (err == nil) != (test.wantErr == "") || err != nil && err.Error() != test.wantErr {
				t.Errorf("got %q, %v, want %q, %q", got, err, test.want, test.wantErr)
			}
		})
	}
}

// Whatever the files say, a cgroup is below a place where one is mounted.
func FuzzLocate(f *testing.F) {
	f.Add("0::/a\n", unifiedMount)
	f.Add("0::/docker/1/x\n", partMount)
	f.Add("0::/../..\n", hybridMount)
	f.Fuzz(func(t *testing.T, cgroups, mounts string) {
		dir, err := locate(cgroups, mounts)
		if err != nil {
			return
		}
		for line := range strings.Lines(mounts) {
			if _, point, ok := mounted(line); ok {
				if below, err := filepath.Rel(point, dir); err == nil && filepath.IsLocal(below) {
					return
				}
			}
		}
		t.Errorf("got %q, which nothing of %q mounts", dir, mounts)
	})
}
