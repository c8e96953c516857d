package stack

import (
	"strings"
	"time"
)

// Latest is the version of a function that is executed where the caller asks for
// no other.
const Latest = "$LATEST"

// Function is one AWS::Serverless::Function or AWS::Lambda::Function.
type Function struct {
	// LogicalID is the resource's key under Resources, and unique in the Stack:
	// where several templates of a tree of nested stacks have the same key, that
	// of a nested one has the keys of the stacks around it before it. The
	// function Hello of the nested stack Child is then ChildHello.
	LogicalID string
	// Aliases are other names that sam takes: the path of a nested stack's
	// function, "Child/Hello", the path and the ID of a CDK construct. Several
	// functions may share one.
	Aliases []string
	// Name is FunctionName; where the template names none, the key under
	// Resources with those of the stacks around it, "Child-Hello".
	Name string
	ARN  string
	// Runtime is the identifier as AWS spells it: "provided.al2023".
	Runtime string
	Handler string
	// Architecture is "x86_64" or "arm64".
	Architecture string
	// CodeURI is an absolute path on this machine: a folder, a zip archive, or a
	// file of the folder that is meant. Empty where InlineCode is set.
	CodeURI string
	// Built is true where CodeURI is what an environment runs, such as an asset of
	// the CDK's: nothing is built from it that runs as it is.
	Built bool
	// CodePos is where the template names CodeURI; Pos where it does not.
	CodePos Position
	// InlineCode is the source of a Python or Node.js function, as a string.
	InlineCode string
	// BuildMethod is Metadata.BuildMethod; empty where there is none.
	BuildMethod string
	// BuildProperties is Metadata.BuildProperties.
	BuildProperties BuildProperties
	// Timeout is 3 seconds where the template says nothing, 900 at most.
	Timeout time.Duration
	// MemorySize is in MB; 128 where the template says nothing.
	MemorySize int
	// Environment holds the variables that the template declares.
	Environment map[string]string
	// ReservedConcurrency is nil for none; 0 refuses every invocation.
	ReservedConcurrency *int
	// Logging is how the function's runtime writes its log.
	Logging Logging
	// Async is what becomes of asynchronous invocations of $LATEST; AsyncOf has
	// that of every qualifier.
	Async Async
	// QualifiedAsync is configured for versions and aliases; nil for none.
	QualifiedAsync map[string]Async
	// Qualifiers are the versions and the aliases of the function, each with the
	// version that it stands for; nil for none. All have the code of $LATEST.
	Qualifiers map[string]string
	// ProvisionedConcurrency is how many environments are kept initialized, by
	// version; nil for none.
	ProvisionedConcurrency map[string]int
	// IsolatesTenants is true where TenancyConfig gives each tenant environments
	// of its own.
	IsolatesTenants bool
	// Layers are the logical IDs of the function's layers, of which a later one
	// wins over those before it. What is no layer of the template is left out, as a
	// note says; Stack.Layer has those whose content is at hand.
	Layers []string
	// Methods is Metadata.Maru.Methods: HTTP methods that API Gateway does not
	// carry (TRACE, CONNECT) and that the host hands to this function.
	Methods []string
	// Unsupported says why this host cannot run the function: a container image, or an
	// error in what it is made of. Empty where it can. A Note says the same.
	Unsupported string
	Pos         Position
}

// BuildProperties are those of Metadata.BuildProperties that a build method
// heeds here, under their names there. The zero value stands for sam's defaults.
type BuildProperties struct {
	// All but Binary are esbuild's.
	EntryPoints, External, Loader, OutExtension, Banner []string
	Format, Target, MainFields                          string
	// Minify and SourcesContent are nil where the template says nothing.
	Minify, SourcesContent *bool
	Sourcemap              bool
	// Binary is rust-cargolambda's.
	Binary string
}

// Logging is a LoggingConfig.
type Logging struct {
	// JSON is true for LogFormat JSON, false for Text.
	JSON bool
	// Level is the least that an application's log line has to be: "TRACE",
	// "DEBUG", "INFO", "WARN", "ERROR" or "FATAL"; empty for text, of which all
	// is written.
	Level string
	// SystemLevel is the least that a line of the platform has to be: "DEBUG",
	// "INFO" or "WARN"; empty for text, too.
	SystemLevel string
}

// Qualified puts a qualifier, a version or an alias, behind a function's logical
// ID: "Hello:live". It gives the ID alone where there is no qualifier, and nothing
// where there is no ID.
func Qualified(id, qualifier string) string {
	if id == "" || qualifier == "" {
		return id
	}
	return id + ":" + qualifier
}

// Unqualified returns the logical ID of a function that has a version or an alias
// behind a colon, or has none.
func Unqualified(function string) string {
	id, _, _ := strings.Cut(function, ":")
	return id
}

// Layer is one AWS::Serverless::LayerVersion or AWS::Lambda::LayerVersion.
type Layer struct {
	// LogicalID is the resource's key, as a Function's.
	LogicalID string
	// ContentURI is an absolute path on this machine: a folder or a zip archive.
	ContentURI string
	// BuildMethod is Metadata.BuildMethod, a runtime or "makefile"; empty where the
	// content is what /opt gets.
	BuildMethod string
	// Unsupported is the error in what the layer is made of; empty where there is
	// none. Functions with such a layer are Unsupported, too.
	Unsupported string
	Pos         Position
}
