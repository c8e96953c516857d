package host

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/joho/godotenv"

	"maru/local/internal/template"
)

// redisVariable tells functions where Redis is.
const redisVariable = "REDIS_URL"

// environment decides the functions' variables. Of the places that may set one,
// the first that does wins:
//
//  1. the --env-vars file, also for names that the template does not declare
//  2. the shell, for a name that the template declares
//  3. .env beside the template, likewise
//  4. the host, for services that it runs: REDIS_URL, likewise
//  5. the template
//
// A Config.Redis stands in the place of the shell's REDIS_URL and that of .env.
// Besides these a function gets Config.Credentials, in the place of a role's.
type environment struct {
	stack *template.Stack
	// file is the --env-vars file: by function, or for all under "Parameters".
	file   map[string]map[string]string
	shell  map[string]string
	dotenv map[string]string
	local  map[string]string
	// unused are lines about what the user set and no function of the template gets.
	unused []string
	// credentials is empty where the shell has some, so that the two are not
	// mixed.
	credentials map[string]string
}

func newEnvironment(c Config, stack *template.Stack) (*environment, error) {
	e := &environment{stack: stack, shell: map[string]string{}, local: map[string]string{}}
	for _, entry := range c.Environ {
		name, value, _ := strings.Cut(entry, "=")
		e.shell[name] = value
	}
	if e.shell["AWS_ACCESS_KEY_ID"] == "" {
		e.credentials = c.Credentials
	}
	var err error
	e.dotenv, err = godotenv.Read(filepath.Join(stack.Dir, ".env"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading .env: %w", err)
	}
	if c.EnvVars != "" {
		if e.file, err = readEnvVars(c.EnvVars); err != nil {
			return nil, err
		}
	}
	e.unused = e.findUnused()
	for _, place := range []map[string]string{e.shell, e.dotenv} {
		if c.Redis != "" || place[redisVariable] == "" { // an empty one names no Redis
			delete(place, redisVariable)
		}
	}
	return e, nil
}

// declares reports whether a function of the stack declares a variable.
func (e *environment) declares(name string) bool {
	for _, f := range e.stack.Functions {
		if _, ok := f.Environment[name]; ok {
			return true
		}
	}
	return false
}

// outside returns what the user set a variable to outside the template; "" for
// nothing.
func (e *environment) outside(name string) string {
	if value, ok := e.file[parametersKey][name]; ok {
		return value
	}
	if value, ok := e.shell[name]; ok {
		return value
	}
	return e.dotenv[name]
}

// of returns the variables of a function.
func (e *environment) of(f *template.Function) map[string]string {
	vars := maps.Clone(f.Environment)
	if vars == nil {
		vars = map[string]string{}
	}
	for name := range vars {
		for _, place := range []map[string]string{e.shell, e.dotenv, e.local} {
			if value, ok := place[name]; ok {
				vars[name] = value
				break
			}
		}
	}
	maps.Copy(vars, e.credentials)
	for _, key := range []string{parametersKey, f.Name, f.LogicalID} {
		maps.Copy(vars, e.file[key])
	}
	return vars
}

// findUnused tells, a line each, what the user set for functions and none of them
// gets: misspelt names are found in no other way.
func (e *environment) findUnused() []string {
	var lines []string
	names := []string{parametersKey}
	for _, f := range e.stack.Functions {
		names = append(names, f.LogicalID, f.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(e.file)) {
		if !slices.Contains(names, name) {
			lines = append(lines, fmt.Sprintf("--env-vars: there is no function %s%s", name, template.Suggestion(name, names)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.dotenv)) {
		if !e.declares(name) {
			lines = append(lines, fmt.Sprintf(".env: no function declares %s, so none gets it", name))
		}
	}
	return lines
}
