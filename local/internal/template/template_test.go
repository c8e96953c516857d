package template

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/stack"
)

var update = flag.Bool("update", false, "write the golden files")

// parse reads a template named template.yaml in folder /app, of which nothing may be
// wrong.
func parse(src string, o Options) (*Stack, error) {
	s, err := Parse("/app/template.yaml", []byte(src), o)
	if err != nil {
		return nil, err
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

// function is a template of one function, to whose properties the given lines
// are added. Properties begin in line 8 and column 7.
const function = `Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
`

// mustParse reads a template without errors. Whatever it is, the notes that tell of
// --disable-authorizer are those on authorization.
func mustParse(t *testing.T, src string) *Stack {
	t.Helper()
	s, err := parse(src, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range s.Notes {
		if told := strings.Contains(n.Text, "--disable-authorizer"); n.Auth != told || n.Auth && n.Level != Refused {
			t.Errorf("got Auth %t of the %s note %q, want %t", n.Auth, n.Level, n.Text, told)
		}
	}
	return s
}

// templates gives the templates in testdata, YAML and the JSON of CDK.
func templates(t testing.TB) []string {
	t.Helper()
	var paths []string
	for _, pattern := range []string{"testdata/*.yaml", "testdata/*.template.json"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("got the templates %q, %v, want some", found, err)
		}
		paths = append(paths, found...)
	}
	return paths
}

// The Stack of each template in testdata, next to it as JSON. Its report has a
// test of its own.
func TestLoad(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range templates(t) {
		t.Run(path, func(t *testing.T) {
			s, err := Load(path, Options{Region: "ap-northeast-2"})
			if err != nil {
				t.Fatal(err)
			}
			s.Report = nil
			text, err := json.MarshalIndent(s, "", "\t")
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(string(text), here, "/app") + "\n"
			golden := strings.TrimSuffix(path, filepath.Ext(path)) + ".golden.json"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("stack (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoadMissing(t *testing.T) {
	_, err := Load("testdata/missing.yaml", Options{})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that the file does not exist", err)
	}
}

// What depends on the stage in testdata/shop.yaml.
func TestLoadOtherParameters(t *testing.T) {
	s, err := Load("testdata/shop.yaml", Options{Parameters: map[string]string{"Stage": "prod"}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range s.Functions {
		names = append(names, f.Name+" "+f.Architecture)
	}
	want := []string{"songs-prod arm64", "Trace arm64", "Report arm64"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
	if got, want := s.Functions[0].Environment["ONLY_IN_PRODUCTION"], "yes"; got != want {
		t.Errorf("ONLY_IN_PRODUCTION: got %q, want %q", got, want)
	}
	if got, want := s.APIs[0].Stage, "prod"; got != want {
		t.Errorf("stage: got %q, want %q", got, want)
	}
}

func TestParseJSON(t *testing.T) {
	s := mustParse(t, `{
		"Transform": "AWS::Serverless-2016-10-31",
		"Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {
			"Runtime": "provided.al2023", "Handler": "bootstrap", "Timeout": 7,
			"Environment": {"Variables": {"ME": {"Fn::Sub": "${AWS::StackName}"}}}
		}}}
	}`)
	f := s.Functions[0]
	if got, want := f.Timeout.String()+" "+f.Environment["ME"], "7s maru"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := f.Pos.String(), "/app/template.yaml:3:17"; got != want {
		t.Errorf("position: got %s, want %s", got, want)
	}
}

func TestParseFunction(t *testing.T) {
	ten := 10
	at := func(line, column int) Position {
		return Position{File: "/app/template.yaml", Line: line, Column: column}
	}
	base := func(change func(*Function)) *Function {
		f := &Function{
			LogicalID: "F", Name: "F", ARN: "arn:aws:lambda:us-east-1:123456789012:function:F",
			Runtime: "provided.al2023", Handler: "bootstrap", Architecture: "x86_64", CodeURI: "/app",
			Timeout: 3e9, MemorySize: 128, Async: stack.DefaultAsync(), Pos: at(3, 3), CodePos: at(3, 3),
		}
		change(f)
		return f
	}
	for _, test := range []struct {
		name, lines string
		change      func(*Function)
	}{
		{"defaults", "", func(*Function) {}},
		{"relative CodeUri", "      CodeUri: ../x/", func(f *Function) { f.CodeURI, f.CodePos = "/x", at(8, 16) }},
		{"absolute CodeUri", "      CodeUri: /x/y", func(f *Function) { f.CodeURI, f.CodePos = "/x/y", at(8, 16) }},
		{"null is absent", "      CodeUri:", func(*Function) {}},
		{"NoValue is absent", "      Timeout: !Ref AWS::NoValue", func(*Function) {}},
		{"figures in quotes", "      MemorySize: '512'\n      ReservedConcurrentExecutions: 10",
			func(f *Function) { f.MemorySize, f.ReservedConcurrency = 512, &ten }},
		{"variables are text", "      Environment: {Variables: {AA: '010', BB: yes, CC: 1.0, DD: '', EE: 010}}",
			func(f *Function) {
				f.Environment = map[string]string{"AA": "010", "BB": "true", "CC": "1.0", "DD": "", "EE": "8"}
			}},
		{"methods", "    Metadata: {BuildMethod: go1.x, Maru: {Methods: [connect]}}",
			func(f *Function) { f.BuildMethod, f.Methods = "go1.x", []string{"CONNECT"} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := mustParse(t, function+test.lines+"\n").Functions[0]
			if diff := cmp.Diff(base(test.change), got); diff != "" {
				t.Errorf("function (-want +got):\n%s", diff)
			}
		})
	}
}
