package managed

import (
	"cmp"
	"fmt"
	"regexp"
)

// language is what the runtimes of one language have in common.
type language struct {
	name string
	// identifier matches the runtimes' identifiers; its group is the version.
	identifier *regexp.Regexp
	// commands names the interpreters to look for, the best first.
	commands func(version string) []string
	// probe makes an interpreter print its version and its path, in two words.
	probe []string
	// flags stand before the client.
	flags []string
	// client is the file in clients that the runtime client begins with; what is in
	// its folder belongs to it.
	client string
	// variables returns a new map. Where there are layers, they are in the folder
	// opt, which is empty where there are none.
	variables func(version, opt string) map[string]string
	// howToGet is a line for a machine that has no interpreter.
	howToGet string
}

var languages = []*language{
	{
		name:       "Python",
		identifier: regexp.MustCompile(`^python(3\.\d+)$`),
		commands:   func(version string) []string { return []string{"python" + version, "python3", "python"} },
		probe:      []string{"-c", `import sys; print("%d.%d" % sys.version_info[:2], sys.executable)`},
		// Without buffers, what was printed before an exit or a kill is not lost.
		flags:  []string{"-u"},
		client: "python/bootstrap.py",
		variables: func(version, opt string) map[string]string {
			path := "/var/runtime"
			if opt != "" { // Lambda's client adds these by itself
				path = fmt.Sprintf("%s/python/lib/python%s/site-packages:%s/python:", opt, version, opt) + path
			}
			return map[string]string{"LC_CTYPE": "C.UTF-8", "PYTHONPATH": path, "SHLVL": "0"}
		},
		howToGet: "install Python 3, https://www.python.org/downloads/, so that python3 is on PATH",
	},
	{
		name:       "Node.js",
		identifier: regexp.MustCompile(`^nodejs(\d+)(?:\.x)?$`),
		commands:   func(string) []string { return []string{"node", "nodejs"} },
		probe:      []string{"-p", `process.versions.node.split(".")[0] + " " + process.execPath`},
		client:     "nodejs/bootstrap.mjs",
		variables: func(version, opt string) map[string]string {
			opt = cmp.Or(opt, "/opt")
			path := fmt.Sprintf("%s/nodejs/node%s/node_modules:%s/nodejs/node_modules:/var/runtime/node_modules", opt, version, opt)
			return map[string]string{"NODE_PATH": path}
		},
		howToGet: "install Node.js, https://nodejs.org/, so that node is on PATH",
	},
}

// parse finds the language and the version of an identifier.
func parse(identifier string) (l *language, version string, ok bool) {
	for _, l := range languages {
		if m := l.identifier.FindStringSubmatch(identifier); m != nil {
			return l, m[1], true
		}
	}
	return nil, "", false
}
