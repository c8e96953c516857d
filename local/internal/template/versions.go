package template

import (
	"strings"

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
func (o *object) publish(f *Function) {
	provisioned := o.object("ProvisionedConcurrencyConfig")
	alias := o.text("AutoPublishAlias", "")
	if alias == "" {
		if provisioned.exists() {
			// SAM does not deploy it: samtranslator/model/sam_resources.py.
			o.fail(provisioned.pos, "ProvisionedConcurrencyConfig needs AutoPublishAlias")
		}
		return
	}
	o.note(Approximated, o.node.Get("AutoPublishAlias").Pos, "AutoPublishAlias", sameCode)
	qualify(f, resolve.FirstVersion, resolve.FirstVersion)
	qualify(f, alias, resolve.FirstVersion)
	provisioned.provision(f, resolve.FirstVersion)
}

// qualify gives the function a qualifier that stands for a version.
func qualify(f *Function, qualifier, version string) {
	if f.Qualifiers == nil {
		f.Qualifiers = map[string]string{}
	}
	f.Qualifiers[qualifier] = version
}

// invoked is what the events of a function that publish has read lead to.
func invoked(f *Function) string {
	for qualifier := range f.Qualifiers {
		if qualifier != resolve.FirstVersion {
			return stack.Qualified(f.LogicalID, qualifier)
		}
	}
	return f.LogicalID
}

// provision reads a ProvisionedConcurrencyConfig. What versions and aliases have
// adds up for the version that they stand for.
func (o *object) provision(f *Function, version string) {
	if !o.exists() {
		return
	}
	n := o.integer("ProvisionedConcurrentExecutions", 1, maxConcurrency)
	o.done(provisionedSchema)
	if n == nil {
		return
	}
	if f.ProvisionedConcurrency == nil {
		f.ProvisionedConcurrency = map[string]int{}
	}
	f.ProvisionedConcurrency[version] += *n
}

// version reads an AWS::Lambda::Version:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html.
func (r *reader) version(res *resolve.Resource) {
	o := r.plain(res)
	f, number := o.qualifies()
	if f == nil {
		return
	}
	r.row(Approximated, res, sameCode)
	qualify(f, number, number)
	o.object("ProvisionedConcurrencyConfig").provision(f, number)
	o.done(versionSchema)
}

// alias reads an AWS::Lambda::Alias:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html.
func (r *reader) alias(res *resolve.Resource) {
	o := r.plain(res)
	f, name := o.qualifies()
	if f == nil {
		return
	}
	version := o.text("FunctionVersion", stack.Latest)
	if known := f.Qualifiers[version] == version; !known && version != stack.Latest {
		o.note(Approximated, o.node.Get("FunctionVersion").Pos, "FunctionVersion",
			"the template does not have the version "+version+" of the function")
	}
	r.row(Approximated, res, sameCode)
	qualify(f, name, version)
	o.raw("Name")
	o.object("ProvisionedConcurrencyConfig").provision(f, version)
	o.done(aliasSchema)
}

// qualifies gives the function that a version or an alias belongs to, and the
// qualifier that it is; nil for a function that neither the template nor a stack
// nested in it has.
func (o *object) qualifies() (f *Function, qualifier string) {
	o.raw("FunctionName")
	ref, err := o.scope.Ref(o.resource)
	o.problem(err)
	if err != nil {
		return nil, ""
	}
	id, qualifier := o.scope.FunctionOf(ref.Value)
	if f = o.stack.Function(id); f == nil {
		o.note(Ignored, o.resource.Pos, "FunctionName", noTarget)
	}
	return f, qualifier
}

// checkQualifiers finds what leads to versions and aliases that do not exist.
// API Gateway answers such routes with 500 as it does what it may not invoke,
// since permissions are given to a qualifier and one that is not there has none:
// https://repost.aws/knowledge-center/api-gateway-rest-api-lambda-integrations.
func (r *reader) checkQualifiers() {
	asked := map[*Authorizer]bool{}
	for _, a := range r.stack.APIs {
		for _, route := range a.Routes {
			if a.Kind == URL {
				// CreateFunctionUrlConfig has ResourceNotFoundException for it:
				// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html.
				r.isUnqualified(route.Function, route.Pos, "AWS does not deploy the function URL "+a.LogicalID+", and here nothing can be asked of it")
			} else if r.isUnqualified(route.Function, route.Pos, "API Gateway answers every request of "+route.Key()+" with 500") {
				route.Misconfigured = true
			}
			if route.Auth == nil || route.Auth.Authorizer == nil || route.Auth.Authorizer.Lambda == nil || asked[route.Auth.Authorizer] {
				continue
			}
			authorizer := route.Auth.Authorizer
			asked[authorizer] = true
			r.isUnqualified(authorizer.Lambda.Function, authorizer.Pos, "routes that need the authorizer "+authorizer.Name+" answer every request with 500")
		}
	}
	for _, c := range r.invokeConfigs {
		// PutFunctionEventInvokeConfig has ResourceNotFoundException for it:
		// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html.
		r.isUnqualified(c.target, c.pos, "AWS does not deploy the EventInvokeConfig "+c.id+", and here it holds for no invocation")
	}
}

// isUnqualified reports whether a function lacks the qualifier by which target
// names it, and notes what follows from that.
func (r *reader) isUnqualified(target string, pos Position, consequence string) bool {
	id, qualifier, _ := strings.Cut(target, ":")
	if qualifier == "" || qualifier == stack.Latest {
		return false
	}
	f := r.stack.Function(id)
	if f == nil || f.Qualifiers[qualifier] != "" {
		return false
	}
	r.stack.Notes = append(r.stack.Notes, Note{
		Level: Refused, Resource: id, Type: r.scope.FunctionType(id), Pos: pos,
		Text: "has no version or alias " + qualifier + ", so " + consequence,
	})
	return true
}

// isolatesTenants reads TenancyConfig:
// https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html.
func (o *object) isolatesTenants() bool {
	config := o.object("TenancyConfig")
	defer config.done(tenancySchema)
	return config.choice("TenantIsolationMode", "", "PER_TENANT") != ""
}

var (
	provisionedSchema = schema{of: "ProvisionedConcurrencyConfig"}
	tenancySchema     = schema{of: "TenancyConfig"}
	versionSchema     = schema{of: typeVersion, properties: map[string]property{
		"CodeSha256":            {Listed, noAccount},
		"Description":           {Listed, noAccount},
		"FunctionScalingConfig": functionSchema.properties["FunctionScalingConfig"],
		"RuntimePolicy":         {Listed, noAccount},
	}}
	aliasSchema = schema{of: typeAlias, properties: map[string]property{
		"Description":   {Listed, noAccount},
		"RoutingConfig": {Approximated, noWeights},
	}}
)
