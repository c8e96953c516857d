// Package samconfig reads the configuration file of the AWS SAM CLI, which
// holds values for the flags of its commands:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html.
//
//	version = 0.1
//	[default.global.parameters]
//	region = "eu-central-1"
//	[default.local_start_api.parameters]
//	port = 8080
//
// The first word of a section is an environment, the second a command or
// "global", the third is always "parameters". YAML has the same tables. What a
// key means is left to the command. Writing (sam's --save-params) is left out.
package samconfig

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v3"
)

// Default is the usual name of the file.
const Default = "samconfig.toml"

// names are the files that are looked for, the first that exists winning.
var names = []string{Default, "samconfig.yaml", "samconfig.yml"}

// global is the section that holds for every command.
const global = "global"

// Parameter is a value for a flag.
type Parameter struct {
	// Name is the flag's: "parameter-overrides" for the key parameter_overrides.
	Name string
	// Values has one value, or those of a list, as a command line would.
	Values []string
	// Key is where the value stands: "default.global.parameters.region".
	Key string
	// Global is true where it stands in the section for every command.
	Global bool
}

// Find gives the path of the configuration file in dir, "" for the current
// folder; "" where there is none.
func Find(dir string) string {
	for _, name := range names {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path
		}
	}
	return ""
}

// Read reads the file at path and gives what it says for a command, which is
// named as in "local_start_api", in an environment; see Parse.
func Read(path, environment, command string) ([]Parameter, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	parameters, err := Parse(path, src, environment, command)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return parameters, nil
}

// Parse reads a configuration file, YAML where path ends in .yaml or .yml, TOML
// otherwise. The parameters come in the order of their names. One of the
// command hides the global one of its name. An environment or a command that
// the file does not have is no error: it says nothing about them.
func Parse(path string, src []byte, environment, command string) ([]Parameter, error) {
	root, err := decode(path, src)
	if err != nil {
		return nil, err
	}
	found := map[string]Parameter{}
	for _, section := range []string{global, command} {
		key := []string{environment, section, "parameters"}
		table, err := descend(root, key)
		if err != nil {
			return nil, err
		}
		for name, value := range table {
			p := Parameter{
				Name:   strings.ReplaceAll(name, "_", "-"),
				Key:    strings.Join(append(key, name), "."),
				Global: section == global,
			}
			if p.Values, err = texts(p.Key, value); err != nil {
				return nil, err
			}
			found[p.Name] = p
		}
	}
	var parameters []Parameter
	for _, name := range slices.Sorted(maps.Keys(found)) {
		parameters = append(parameters, found[name])
	}
	return parameters, nil
}

func decode(path string, src []byte) (map[string]any, error) {
	root := map[string]any{}
	if ext := filepath.Ext(path); ext == ".yaml" || ext == ".yml" {
		return root, yaml.Unmarshal(src, &root)
	}
	_, err := toml.NewDecoder(bytes.NewReader(src)).Decode(&root)
	return root, err
}

// descend follows a path of keys; nil where it ends early.
func descend(table map[string]any, path []string) (map[string]any, error) {
	for i, key := range path {
		value, ok := table[key]
		if !ok || value == nil {
			return nil, nil
		}
		if table, ok = value.(map[string]any); !ok {
			return nil, fmt.Errorf("%s has to be a table", strings.Join(path[:i+1], "."))
		}
	}
	return table, nil
}

// texts writes a value as it would stand on a command line: a table, which sam takes for
// parameter overrides and tags, as Name=Value.
func texts(key string, value any) ([]string, error) {
	switch v := value.(type) {
	case []any:
		var all []string
		for _, element := range v {
			text, err := texts(key, element)
			if err != nil {
				return nil, err
			}
			all = append(all, text...)
		}
		return all, nil
	case map[string]any:
		var all []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if _, nested := v[name].(map[string]any); nested {
				return nil, fmt.Errorf("%s.%s has to be a text, a number, true, false, or a list of these", key, name)
			}
			text, err := texts(key+"."+name, v[name])
			if err != nil {
				return nil, err
			}
			all = append(all, name+"="+strings.Join(text, ","))
		}
		return all, nil
	case nil:
		return nil, fmt.Errorf("%s has to be a text, a number, true, false, a list or a table of these", key)
	}
	return []string{fmt.Sprint(value)}, nil
}
