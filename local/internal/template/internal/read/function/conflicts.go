package function

import (
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// notDeployed is the end of errors on what one of SAM's checks stops
// (samtranslator/model/sam_resources.py of aws/serverless-application-model).
const notDeployed = "; SAM does not deploy the function"

// needsAlias finds what SAM deploys of a function with AutoPublishAlias only.
func needsAlias(o *property.Object) {
	for _, key := range []string{"ProvisionedConcurrencyConfig", "VersionDeletionPolicy", "DeploymentPreference"} {
		if key == "DeploymentPreference" && !deploysGradually(o) {
			continue
		}
		if n := o.Get(key); n != nil && n.Kind != syntax.Null {
			o.Fail(n.Pos, "%s needs AutoPublishAlias", key)
		}
	}
}

// deploysGradually tells whether DeploymentPreference is not switched off.
func deploysGradually(o *property.Object) bool {
	preference := o.Inside("DeploymentPreference", o.Get("DeploymentPreference"))
	return preference.Exists() && preference.Boolean("Enabled", true)
}

// checkPreference finds a DeploymentPreference without a Type.
func checkPreference(o *property.Object) {
	if n := o.Get("DeploymentPreference"); deploysGradually(o) && !o.Inside("DeploymentPreference", n).Has("Type") {
		o.Fail(n.Pos, "DeploymentPreference has no Type, such as AllAtOnce")
	}
}

// checkTenancy finds what no function has beside TenancyConfig:
// https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html.
func checkTenancy(o *property.Object, f *stack.Function) {
	if !f.IsolatesTenants {
		return
	}
	for _, key := range []string{"FunctionUrlConfig", "ProvisionedConcurrencyConfig", "SnapStart"} {
		if n := o.Get(key); n != nil && n.Kind != syntax.Null {
			o.Fail(n.Pos, "%s cannot stand beside TenancyConfig", key)
		}
	}
	for e, event := range o.Inside("Events", o.Get("Events")).Objects() {
		if kind := event.Text("Type", ""); kind != "" && kind != "Api" && kind != "HttpApi" {
			o.Fail(e.Pos, "events of type %s cannot stand beside TenancyConfig, only those of type Api and HttpApi", kind)
		}
	}
}

// checkImage finds what cannot stand beside a PackageType of Image, nor without it.
// The code of an image is known once sam build has made it from Metadata.Dockerfile.
func checkImage(o *property.Object, image bool) {
	refused := []string{"ImageConfig"}
	if image {
		refused = []string{"Runtime", "Handler", "Layers"}
	}
	for _, key := range refused {
		switch n := o.Get(key); {
		case n == nil || n.Kind == syntax.Null:
		case image:
			o.Fail(n.Pos, "%s cannot stand beside PackageType: Image; what stands in Globals, IgnoreGlobals keeps away", key)
		default:
			o.Fail(n.Pos, "%s needs PackageType: Image%s", key, notDeployed)
		}
	}
}

// aliasName is the form of an alias's name, which is no number:
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html.
var aliasName = property.NewForm("[a-zA-Z0-9_-]", 1, 128)

// checkAlias reports whether a function's alias may have the name, the property key of o.
func checkAlias(o *property.Object, key, name string) bool {
	if !o.Known(key) {
		return true
	}
	digits := strings.Trim(name, "0123456789") == ""
	if !aliasName.Matches(name) || digits {
		o.Fail(o.PosOf(key), "an alias has to be named by letters, digits, hyphens and underscores, not by digits alone, but here is %q", name)
	}
	return aliasName.Matches(name) && !digits
}

// noteEmptyAlias says what SAM makes of an AutoPublishAlias without a name.
func noteEmptyAlias(o *property.Object) {
	n := o.Get("AutoPublishAlias")
	if _, _, call := n.Intrinsic(); call {
		o.Fail(n.Pos, "AutoPublishAlias refers to an empty name%s", notDeployed)
		return
	}
	o.Note(stack.Listed, n.Pos, "AutoPublishAlias", "is empty: SAM publishes neither a version nor an alias")
}

// checkPublished finds an AutoPublishAlias that SAM cannot know before the stack is
// there: it evaluates no function but a Ref of a parameter.
func checkPublished(o *property.Object) {
	n := o.Get("AutoPublishAlias")
	if n == nil {
		return
	}
	name, arg, call := n.Intrinsic()
	if call && (name != "Ref" || o.Scope().Resource(arg.Value) != nil || strings.HasPrefix(arg.Value, "AWS::Stack")) {
		o.Fail(n.Pos, "AutoPublishAlias has to be text or a Ref of a parameter, but here is %s%s", strings.TrimSpace(name+" "+arg.Value), notDeployed)
	}
}

// The forms of what names a function and its code:
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html.
var (
	functionName = property.NewForm("[a-zA-Z0-9_-]", 1, 64)
	handlerName  = property.NewForm(`\S`, 1, 128)
)

// checkNames finds names that Lambda does not take. A name may be an ARN too.
func checkNames(o *property.Object, f *stack.Function) {
	if o.Has("FunctionName") && f.Name != "" && o.Known("FunctionName") && !strings.Contains(f.Name, ":") && !functionName.Matches(f.Name) {
		o.Fail(o.PosOf("FunctionName"), "FunctionName has to be 1 to 64 letters, digits, hyphens and underscores, but here is %q", f.Name)
	}
	if f.Handler != "" && o.Known("Handler") && !handlerName.Matches(f.Handler) {
		o.Fail(o.PosOf("Handler"), "Handler has to be at most 128 characters without spaces, but here is %q", f.Handler)
	}
}

// checkCode finds a mapping with more than one place of code in it, or none.
func checkCode(o *property.Object) {
	var given []string
	for _, key := range []string{"ZipFile", "ImageUri", "S3Bucket"} {
		if n := o.Get(key); n != nil && n.Kind != syntax.Null {
			given = append(given, key)
		}
	}
	switch {
	case len(given) == 0:
		o.Fail(o.Pos(), "Code has none of ZipFile, ImageUri and S3Bucket")
	case len(given) > 1:
		o.Fail(o.PosOf(given[1]), "%s cannot stand beside %s; Lambda takes code from one place", given[1], given[0])
	case given[0] == "S3Bucket" && !o.Has("S3Key"):
		o.Fail(o.PosOf("S3Bucket"), "S3Bucket needs S3Key")
	}
}
