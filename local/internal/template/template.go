// Package template reads an AWS SAM template and says what a host has to run:
// functions, the APIs in front of them, and a note for each thing that is not
// emulated as AWS has it.
//
// Its reference is the SAM specification,
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html.
// Reading takes three steps, each of its own package or type:
//
//	internal/syntax   YAML or JSON → positioned nodes
//	internal/resolve  Ref, Fn::Sub, conditions … → values, when asked for
//	reader            resources → Functions, APIs, Notes
//
// Nothing is ignored in silence. Every property that a reader does not ask for
// becomes a Note; see object.
//
// It starts no process, uses no network and reads no file but the template.
// Routes that only an OpenAPI body defines, raw AWS::ApiGateway resources,
// nested stacks and macros are not read; notes say so.
package template

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

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
}

// Load reads the template file at path; see Parse.
func Load(path string, o Options) (*Stack, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the template: %w", err)
	}
	return Parse(path, src, o)
}

// Parse reads a template, YAML or JSON, that came from path. The path names
// positions and, by its folder, what CodeUri is relative to; nothing is read
// from it. An error is an *Error or several of them joined, so that all
// problems of a template are seen at once; the Stack is nil then.
func Parse(path string, src []byte, o Options) (*Stack, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("finding the template's folder: %w", err)
	}
	root, err := syntax.Parse(path, src)
	if err != nil {
		return nil, err
	}
	settings := resolve.Settings{
		Parameters: o.Parameters,
		Region:     cmp.Or(o.Region, "us-east-1"),
		AccountID:  cmp.Or(o.AccountID, "123456789012"),
		StackName:  cmp.Or(o.StackName, "maru"),
	}
	scope, err := resolve.New(root, settings)
	r := newReader(scope, &Stack{
		File:      path,
		Dir:       dir,
		Name:      settings.StackName,
		Region:    settings.Region,
		AccountID: settings.AccountID,
	})
	r.problem(err)
	r.template(root)
	if err := errors.Join(r.problems()...); err != nil {
		return nil, err
	}
	return r.finish(), nil
}
