package function

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
)

// The texts that are true of all versions and aliases.
const (
	sameCode  = "every version has the newest code"
	noWeights = "all invocations go to FunctionVersion"
)

// publish reads what makes SAM publish a version, and an alias to which the
// function's events lead then:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html.
func publish(o *property.Object, f *stack.Function) {
	provisioned := o.Object("ProvisionedConcurrencyConfig")
	checkPublished(o)
	alias := o.Scalar("AutoPublishAlias")
	switch {
	case alias == nil:
		needsAlias(o)
		return
	case alias.Value == "":
		noteEmptyAlias(o)
		needsAlias(o)
		return
	case !checkAlias(o, "AutoPublishAlias", alias.Value):
		return
	}
	o.Note(stack.Approximated, o.PosOf("AutoPublishAlias"), "AutoPublishAlias", sameCode)
	qualify(f, resolve.FirstVersion, resolve.FirstVersion)
	qualify(f, alias.Value, resolve.FirstVersion)
	provision(provisioned, f, resolve.FirstVersion)
}

// qualify gives the function a qualifier that stands for a version.
func qualify(f *stack.Function, qualifier, version string) {
	if f.Qualifiers == nil {
		f.Qualifiers = map[string]string{}
	}
	f.Qualifiers[qualifier] = version
}

// invoked is what the events of a function that publish has read lead to.
func invoked(f *stack.Function) string {
	for qualifier := range f.Qualifiers {
		if qualifier != resolve.FirstVersion {
			return stack.Qualified(f.LogicalID, qualifier)
		}
	}
	return f.LogicalID
}

// provision reads a ProvisionedConcurrencyConfig. What versions and aliases have
// adds up for the version that they stand for.
func provision(o *property.Object, f *stack.Function, version string) {
	if !o.Exists() {
		return
	}
	n := o.Integer("ProvisionedConcurrentExecutions", 1, maxConcurrency)
	o.Done(provisionedSchema)
	if n == nil {
		return
	}
	if f.ProvisionedConcurrency == nil {
		f.ProvisionedConcurrency = map[string]int{}
	}
	f.ProvisionedConcurrency[version] += *n
}

// Version reads an AWS::Lambda::Version of one of the functions:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html.
func Version(o *property.Object, functions Functions) {
	f, number := qualifies(o, functions)
	if f == nil {
		return
	}
	o.NoteResource(stack.Approximated, sameCode)
	qualify(f, number, number)
	provision(o.Object("ProvisionedConcurrencyConfig"), f, number)
	o.Done(versionSchema)
}

// Alias reads an AWS::Lambda::Alias of one of the functions, whose versions have been
// read:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html.
func Alias(o *property.Object, functions Functions) {
	f, name := qualifies(o, functions)
	if f == nil {
		return
	}
	for _, key := range []string{"Name", "FunctionVersion"} {
		if !o.Has(key) {
			o.Fail(o.Resource().Pos, "the alias %s has no %s", o.Resource().LogicalID, key)
		}
	}
	version := o.Text("FunctionVersion", stack.Latest)
	if known := f.Qualifiers[version] == version; !known && version != stack.Latest {
		o.Note(stack.Approximated, o.PosOf("FunctionVersion"), "FunctionVersion",
			"the template does not have the version "+version+" of the function")
	}
	o.NoteResource(stack.Approximated, sameCode)
	if o.Raw("Name"); o.Has("Name") && checkAlias(o, "Name", name) {
		qualify(f, name, version)
	}
	provision(o.Object("ProvisionedConcurrencyConfig"), f, version)
	o.Done(aliasSchema)
}

// qualifies gives the function that a version or an alias belongs to, and the
// qualifier that it is; nil for a function that no stack of the tree has.
func qualifies(o *property.Object, functions Functions) (f *stack.Function, qualifier string) {
	o.Raw("FunctionName")
	ref, err := o.Scope().Ref(o.Resource())
	o.Problem(err)
	if err != nil {
		return nil, ""
	}
	id, qualifier := o.Scope().FunctionOf(ref.Value)
	if f = functions(id); f == nil {
		o.Note(stack.Ignored, o.Resource().Pos, "FunctionName", property.NoTarget)
	}
	return f, qualifier
}
