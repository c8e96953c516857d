package function

import (
	"fmt"
	"regexp"
	"slices"

	"maru/local/internal/template/internal/property"
)

// maxEnvironment is Lambda's quota for all variables of a function together:
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
const maxEnvironment = 4096

// reservedVariables are set by Lambda and refused in a function's
// configuration. It sets others, such as TZ and PATH, that a function may set
// too: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
var reservedVariables = []string{
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
	"AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
	"AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "_HANDLER", "_X_AMZN_TRACE_ID",
}

var variableName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)

// environment reads Environment.Variables; nil where there are none.
func environment(o *property.Object) map[string]string {
	outer := o.Object("Environment")
	variables := outer.TextMap("Variables", checkVariable)
	outer.Done(environmentSchema)
	size := 0
	for name, value := range variables {
		size += len(name) + len(value)
	}
	if size > maxEnvironment {
		o.Fail(outer.Pos(), "the environment variables have %d bytes together; Lambda takes %d at most", size, maxEnvironment)
	}
	return variables
}

// checkVariable says what is wrong with a variable, or "".
func checkVariable(name, _ string) string {
	if slices.Contains(reservedVariables, name) {
		return "is set by Lambda; its name is reserved"
	}
	if !variableName.MatchString(name) {
		return fmt.Sprintf("has to be named by letters, digits and underscores, two at least and a letter first: %s", variableName)
	}
	return ""
}
