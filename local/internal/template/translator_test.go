package template_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// translation is what testdata/translator/translate.py says of one template.
type translation struct {
	// Error is why SAM does not translate it; empty where it does.
	Error string
	// Template is the CloudFormation template.
	Template json.RawMessage
	// Summary is what the program itself reads of that, see summarize.
	Summary summary
}

// translations are those of all templates in testdata/translator, and what SAM has.
type translations struct {
	// Templates are by their names without the ending.
	Templates map[string]translation
	// Properties are those of SAM's schema, by the type of resource or of event, with
	// whether a template has them.
	Properties map[string]map[string]bool
	// Types are the types of resource, and Sections those of Globals with the properties
	// that may stand in each.
	Types    []string
	Sections map[string][]string
}

// minVersion is the oldest translator whose answers are known to be these.
const minVersion = "1.115.0"

// translated runs AWS's translator once for all tests.
var translated = sync.OnceValues(func() (*translations, error) {
	cmd := exec.Command("python3", "-B", "testdata/translator/translate.py", "testdata/translator")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.Join(err, errors.New(stderr.String()))
	}
	var all translations
	return &all, json.Unmarshal(out, &all)
})

// translator gives the translations. Without the translator the test is skipped, but
// not in CI, which has it.
func translator(t *testing.T) *translations {
	t.Helper()
	const install = "pip install aws-sam-translator==" + minVersion + ", for the python3 that PATH finds"
	missing := t.Skipf
	if os.Getenv("CI") == "true" {
		missing = t.Fatalf
	}
	check := exec.Command("python3", "-c", "import samtranslator; print(samtranslator.__version__)")
	version, err := check.Output()
	if err != nil {
		missing("AWS's SAM translator is missing: %s", install)
	}
	if v := strings.TrimSpace(string(version)); older(v, minVersion) {
		missing("AWS's SAM translator is of version %s, which is too old: %s", v, install)
	}
	all, err := translated()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// older reports whether a version, numbers with dots between, comes before another.
func older(version, other string) bool {
	number := func(v string) string { // each part of the same width
		parts := strings.Split(v, ".")
		for i, p := range parts {
			parts[i] = strings.Repeat("0", max(0, 6-len(p))) + p
		}
		return strings.Join(parts, ".")
	}
	return number(version) < number(other)
}

// What AWS's translator makes of a SAM template is, read as CloudFormation, what is
// read of the SAM template itself; and a program that shares nothing with the readers
// sees the same functions and routes in it.
func TestTranslator(t *testing.T) {
	all := translator(t)
	if got := len(all.Templates); got < 60 {
		t.Errorf("got %d templates, want 60 at least", got)
	}
	for _, name := range slices.Sorted(maps.Keys(all.Templates)) {
		t.Run(name, func(t *testing.T) {
			aws := all.Templates[name]
			if aws.Error != "" {
				t.Fatalf("SAM does not translate the template: %s", aws.Error)
			}
			ours := load(t, name+".yaml", nil)
			theirs := load(t, name+".json", aws.Template)
			read, summed := cmp.Diff(theirs, ours, same), cmp.Diff(aws.Summary, summarize(ours))
			if read != "" {
				t.Errorf("read of SAM's template (-translated +ours):\n%s", read)
			}
			if summed != "" {
				t.Errorf("functions and routes (-AWS's +ours):\n%s", summed)
			}
		})
	}
}

// load reads a template of testdata/translator: the source, or the file where that is
// nil.
func load(t *testing.T, name string, source []byte) *template.Stack {
	t.Helper()
	path := filepath.Join("testdata", "translator", name)
	if source == nil {
		var err error
		if source, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	s, err := template.Parse(path, source, template.Options{ReadFile: os.ReadFile})
	if err != nil {
		t.Fatalf("reading %s: %v", path, err)
	}
	if err := s.Err(); err != nil {
		t.Errorf("got %v in %s, which AWS deploys", err, path)
	}
	return level(s)
}
