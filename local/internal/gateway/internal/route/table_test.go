package route

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

func TestConflicts(t *testing.T) {
	implicit := newAPI(template.REST, "ServerlessRestApi", "GET /pets", "ANY /any", "POST /named", "GET /{a}")
	first := newAPI(template.HTTP, "First", "GET /pets", "GET /any", "ANY /named", "GET /{b}", "GET /alone", "$default")
	second := newAPI(template.HTTP, "Second", "GET /pets", "$default")
	g := tablesOf(t, first, second, implicit)
	want := []Conflict{
		{"GET", "/pets", "First", "Second"},
		{"ANY", "$default", "First", "Second"},
		{"GET", "/pets", "First", "ServerlessRestApi"},
		{"GET", "/pets", "Second", "ServerlessRestApi"},
		{"GET", "/any", "First", "ServerlessRestApi"},
		{"POST", "/named", "ServerlessRestApi", "First"},
		{"GET", "/{a}", "First", "ServerlessRestApi"},
	}
	if diff := cmp.Diff(want, g.Conflicts()); diff != "" {
		t.Errorf("conflicts (-want +got):\n%s", diff)
	}
	e, _ := g.Merged.Match(All("GET"), "/pets", nil)
	if e.API != first {
		t.Errorf("got %s where all are merged, want First", e.API.LogicalID)
	}
	e, _ = g.At("serverlessrestapi.localhost:3000").Match(All("GET"), "/pets", nil)
	if e.API != implicit {
		t.Errorf("got %s at its own host, want ServerlessRestApi", e.API.LogicalID)
	}
}

// TestEscapesWhereAPIsAreMerged checks that an escape changes nothing about which of
// two APIs of different kinds a request goes to.
func TestEscapesWhereAPIsAreMerged(t *testing.T) {
	rest := newAPI(template.REST, "Rest", "GET /{proxy+}", "GET /rest/{a}", "ANY /both/{a}", "GET /same/{a}")
	http := newAPI(template.HTTP, "Http", "GET /http/{x+}", "GET /both/{b}", "GET /same/{b}", "$default")
	for _, apis := range [][]*template.API{{rest, http}, {http, rest}} {
		g := tablesOf(t, apis...)
		for path, want := range map[string]string{
			"/http/a b":   "GET /http/{x+}",
			"/http/a b/c": "GET /http/{x+}",
			"/rest/a b":   "GET /rest/{a}",
			"/both/a b":   "GET /both/{b}",
			"/same/a b":   map[*template.API]string{rest: "GET /same/{a}", http: "GET /same/{b}"}[apis[0]],
			"/else/a b":   "GET /{proxy+}",
		} {
			got, _ := g.Merged.Match(All("GET"), strings.ReplaceAll(path, " ", "%20"), nil)
			plain, _ := g.Merged.Match(All("GET"), strings.ReplaceAll(path, " ", "_"), nil)
			if got != plain || got.Function != want {
				t.Errorf("%s: got %s, without the escape %s, want %s", path, keyOf(got), keyOf(plain), want)
			}
		}
	}
}

// TestOneHostForTwoAPIs has IDs that differ in case only: hosts have none.
func TestOneHostForTwoAPIs(t *testing.T) {
	implicit, explicit := newAPI(template.HTTP, "API", "GET /a"), newAPI(template.HTTP, "Api", "GET /b")
	g := tablesOf(t, explicit, implicit)
	want := []Conflict{{Winner: "Api", Loser: "API"}}
	if diff := cmp.Diff(want, g.Conflicts()); diff != "" {
		t.Errorf("conflicts (-want +got):\n%s", diff)
	}
	if got := g.At("api.localhost").API; got != explicit {
		t.Errorf("got %s at api.localhost, want Api", got.LogicalID)
	}
}

func TestConflictInWords(t *testing.T) {
	for want, c := range map[string]Conflict{
		"GET /a goes to Rest, and to Http at http.localhost only": {"GET", "/a", "Rest", "Http"},
		"api.localhost is Api, and API has no host of its own":    {Winner: "Api", Loser: "API"},
	} {
		if got := c.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Names of hosts have no case, and any that is no API's stands for all.
func TestAt(t *testing.T) {
	tables := tablesOf(t, newAPI(template.REST, "PetApi", "GET /"))
	own := tables.named["petapi"]
	tests := []struct {
		host string
		want *Table
	}{
		{"PetApi.localhost", own},
		{"petapi.LOCALHOST:3000", own},
		{"other.localhost:3000", tables.Merged},
		{"localhost:3000", tables.Merged},
		{"petapi.localhost.example.com", tables.Merged},
		{"127.0.0.1:3000", tables.Merged},
		{"[::1]:3000", tables.Merged},
		{"", tables.Merged},
	}
	for _, tt := range tests {
		if got := tables.At(tt.host); got != tt.want {
			t.Errorf("At(%q): got kind %v stage %q", tt.host, got.Kind, got.stage)
		}
	}
}

func TestTargetWithoutStage(t *testing.T) {
	tests := []struct{ stage, path, want string }{
		{"Prod", "/Prod/pets", "/pets"},
		{"Prod", "/Prod", "/"},
		{"Prod", "/Prod/", "/"},
		{"Prod", "/Prod//pets", "//pets"},
		{"Prod", "//Prod/pets", "/pets"},
		{"Prod", "/Production", "/Production"},
		{"Prod", "/pets", "/pets"},
		{"$default", "/$default/pets", "/$default/pets"},
	}
	for _, tt := range tests {
		api := newAPI(template.HTTP, "Api", "GET /pets")
		api.Stage = tt.stage
		tables := tablesOf(t, api)
		if _, got := tables.At("api.localhost").Target(tt.path); got.Sent != tt.want {
			t.Errorf("stage %q: got %q of %q, want %q", tt.stage, got.Sent, tt.path, tt.want)
		}
		if _, got := tables.Merged.Target(tt.path); got.Sent != tt.path {
			t.Errorf("where APIs are merged: got %q of %q", got.Sent, tt.path)
		}
	}
}

// Each stage of an API is where its name leads a path, and its first stage everywhere
// else.
func TestTargetOfStages(t *testing.T) {
	inStage := func(stage string, others ...*template.API) *template.API {
		api := newAPI(template.REST, "Api", "GET /{id}/a")
		api.Stage, api.Stages = stage, others
		return api
	}
	tables := tablesOf(t, inStage("dev", inStage("prod"), inStage("beta")))
	for path, want := range map[string]string{
		"/dev/5/a": "dev /5/a", "/prod/5/a": "prod /5/a", "/beta/5/a?b=/prod": "beta /5/a", "/5/a": "dev /5/a",
		"/product/5/a": "dev /product/5/a", "/beta": "beta /", "/dev/beta/5": "dev /beta/5", "/beta/dev/a": "beta /dev/a",
	} {
		table, to := tables.At("api.localhost").Target(path)
		if got := table.API.Stage + " " + to.Path; got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
		if r, _ := table.Match(All("GET"), to.Path, nil); r != nil && r.API.Stage != table.API.Stage {
			t.Errorf("%s: got a route of the stage %s, want one of %s", path, r.API.Stage, table.API.Stage)
		}
	}
	if table, to := tables.Merged.Target("/prod/a"); table.API.Stage != "dev" || to.Path != "/prod/a" {
		t.Errorf("got %s in %s where all are merged, want /prod/a in dev", to.Path, table.API.Stage)
	}
	claimed := httptest.NewRequest("GET", "http://api.localhost/beta/5/a", nil)
	if !tables.Claims(claimed) {
		t.Error("got that nobody claims /beta/5/a, want the stage beta")
	}
}
