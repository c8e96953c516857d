// Package template reads an AWS SAM template and says what a host has to run:
// functions, the APIs in front of them, and a note for each thing that is not
// emulated as AWS has it.
//
// Its reference is the SAM specification,
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html.
// CloudFormation's own resources for functions and APIs are read as well, and so
// are the OpenAPI definitions of APIs, inline or in files.
//
// Its work is done below, by packages of which each imports only those before it:
//
//	internal/syntax    YAML or JSON → positioned nodes
//	internal/resolve   Ref, Fn::Sub, conditions … → values, when asked for
//	internal/stack     what reading comes to: Stack, Function, API, Route, Note …
//	internal/property  typed, positioned access to the properties of a resource
//	internal/read      resources → a Stack, by subject
//
// Nothing is ignored in silence. Every property that nobody asks for becomes a Note;
// see package property.
//
// Nested stacks are read into the Stack of the template around them; see
// Function.LogicalID for their names. It starts no process, uses no network and
// reads no files but the template, those that it names, and the CDK's manifest of
// what it has in S3. Macros other than AWS::Include and AWS::LanguageExtensions are
// not run; notes say so.
// What is not read yet, WebSocket APIs, Cognito's user pools, API keys, usage plans and
// the sources that call functions without HTTP, has its place below read; see there.
package template

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"

	"maru/local/internal/template/internal/read"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// Options are what a stack gets from outside of its template.
type Options struct {
	// Parameters are values for the template's parameters by name, as
	// ParseParameters gives them. They win over the defaults.
	Parameters map[string]string
	// Region is AWS::Region; "us-east-1" where empty.
	Region string
	// AccountID is AWS::AccountId; "123456789012" where empty.
	AccountID string
	// StackName is AWS::StackName; "maru" where empty.
	StackName string
	// URL gives the address of the function URL with this logical ID, as Fn::GetAtt
	// does; where it is nil, addresses are of the form that AWS gives them.
	URL func(logicalID string) string
	// ReadFile reads the other files that make up the template: those of nested
	// stacks, OpenAPI definitions and what AWS::Include names. A path is
	// absolute or relative to what the template's own is. Where it is nil, such
	// files are noted and left out.
	ReadFile func(path string) ([]byte, error)
	// Exists reports whether a file or a folder is there, for what the template has
	// in S3 and the CDK keeps beside it. Where it is nil, no such thing is at hand.
	Exists func(path string) bool
	// InfersGo reports whether the host builds a folder as Go though no BuildMethod
	// says so. Where it is nil, nothing is noted of functions whose folder it does.
	InfersGo func(runtime, codeURI string) bool
}

// Load reads the template file at path and, with os.ReadFile and os.Stat where o
// has nothing else, the files that it names; see Parse.
func Load(path string, o Options) (*Stack, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the template: %w", err)
	}
	if o.ReadFile == nil {
		o.ReadFile = os.ReadFile
	}
	if o.Exists == nil {
		o.Exists = func(path string) bool {
			_, err := os.Stat(path)
			return err == nil
		}
	}
	return Parse(path, src, o)
}

// Parse reads a template, YAML or JSON, that came from path. The path names
// positions and, by its folder, what CodeUri and the paths of other files are
// relative to; nothing is read but through o.ReadFile and o.Exists.
//
// What CloudFormation or SAM would not deploy costs the function or the route that it
// concerns: these are Unsupported, and Stack.Err has the errors. Only what keeps the
// template from being read, its syntax, a file that cannot be read, a cycle, is an error
// of Parse: an *Error or several of them joined, with all others that were found, so that
// all problems of a template are seen at once; the Stack is nil then.
func Parse(path string, src []byte, o Options) (*Stack, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("finding the template's folder: %w", err)
	}
	document, err := syntax.Parse(path, src)
	if err != nil {
		return nil, err
	}
	settings := resolve.Settings{
		Parameters: o.Parameters,
		Region:     cmp.Or(o.Region, "us-east-1"),
		AccountID:  cmp.Or(o.AccountID, "123456789012"),
		StackName:  cmp.Or(o.StackName, "maru"),
		URL:        o.URL,
		ReadFile:   o.ReadFile,
		Exists:     o.Exists,
	}
	return read.Template(document, read.Options{Settings: settings, Dir: dir, InfersGo: o.InfersGo})
}
