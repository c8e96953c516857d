package template_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"maru/local/internal/template"
)

// passedOn are the properties that SAM hands on as they are, so that its schema does not
// name them, and that are emulated. A * stands for anything.
var passedOn = map[string][]string{
	"AWS::Serverless::Api": {
		"GatewayResponses.*.ResponseParameters.Headers",
		"GatewayResponses.*.ResponseParameters", "GatewayResponses.*.ResponseTemplates", "GatewayResponses.*.StatusCode",
	},
	"AWS::Serverless::Function": {
		"Environment.Variables", "Metadata.BuildMethod", "Events.*.Properties.RequestParameters.*.Required",
		"FunctionUrlConfig.Cors.AllowCredentials", "FunctionUrlConfig.Cors.AllowHeaders", "FunctionUrlConfig.Cors.AllowMethods",
		"FunctionUrlConfig.Cors.AllowOrigins", "FunctionUrlConfig.Cors.ExposeHeaders", "FunctionUrlConfig.Cors.MaxAge",
		"LoggingConfig.ApplicationLogLevel", "LoggingConfig.LogFormat", "LoggingConfig.SystemLogLevel",
		"ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions", "TenancyConfig.TenantIsolationMode",
	},
	"AWS::Serverless::HttpApi": {
		"CorsConfiguration.AllowCredentials", "CorsConfiguration.AllowHeaders", "CorsConfiguration.AllowMethods",
		"CorsConfiguration.AllowOrigins", "CorsConfiguration.ExposeHeaders", "CorsConfiguration.MaxAge",
		"DefinitionBody.*", "DefinitionUri.*",
	},
}

// unread are the properties below which nobody reads.
var unread = map[string][]string{
	"AWS::Serverless::Api":      {"Auth.UsagePlan", "Domain", "EndpointConfiguration"},
	"AWS::Serverless::Function": {"CapacityProviderConfig", "DeploymentPreference"},
	"AWS::Serverless::HttpApi":  {"Domain"},
}

// Of the types of SAM that are read, no property is forgotten: a template of
// testdata/translator has each of SAM's schema and each of passedOn.
func TestTranslatorProperties(t *testing.T) {
	all := translator(t)
	for resourceType, properties := range all.Properties {
		for path, used := range properties {
			below := func(above string) bool { return strings.HasPrefix(path, above+".") }
			if !used && !slices.ContainsFunc(unread[resourceType], below) {
				t.Errorf("no template has the %s of %s", path, resourceType)
			}
		}
	}
	notes := reported(t, all)
	for resourceType, named := range passedOn {
		for _, path := range named {
			one := pattern(path)
			has := func(n template.Note) bool { return n.Level == template.Emulated && one.MatchString(n.Property) }
			if !slices.ContainsFunc(notes[resourceType], has) {
				t.Errorf("no template has the %s of %s", path, resourceType)
			}
		}
	}
}

// What templates of SAM's types have is known here, and what of it is emulated stands in
// SAM's schema or in passedOn, where a property that is read one day has to be added.
func TestTranslatorReport(t *testing.T) {
	all := translator(t)
	notes := reported(t, all)
	for resourceType, named := range patterns(all) {
		known, closed := pattern(named...), pattern(unread[resourceType]...)
		for _, n := range notes[resourceType] {
			emulated := n.Level == template.Emulated
			switch {
			case strings.HasPrefix(n.Text, "is not a property"):
				t.Errorf("%s: got the note that the %s of %s %s", n.Pos, n.Property, resourceType, n.Text)
			case emulated && !known.MatchString(n.Property):
				t.Errorf("%s: the %s of %s is emulated: name it in passedOn", n.Pos, n.Property, resourceType)
			case emulated && closed.MatchString(n.Property):
				t.Errorf("%s: the %s of %s is emulated: take it out of unread", n.Pos, n.Property, resourceType)
			}
		}
	}
}

// reported gives the notes on properties in the reports of all templates by type.
func reported(t *testing.T, all *translations) map[string][]template.Note {
	t.Helper()
	notes := map[string][]template.Note{}
	for name := range all.Templates {
		for _, n := range load(t, name+".yaml", nil).Report {
			if n.Property != "" {
				notes[n.Type] = append(notes[n.Type], n)
			}
		}
	}
	return notes
}

// patterns gives the paths of the properties that are named, by type of resource.
func patterns(all *translations) map[string][]string {
	const function = "AWS::Serverless::Function"
	named := map[string][]string{}
	for resourceType, properties := range all.Properties {
		if strings.Contains(resourceType, "::") {
			named[resourceType] = slices.Concat(slices.Collect(maps.Keys(properties)), passedOn[resourceType])
		}
	}
	for _, event := range []string{"Api", "HttpApi"} {
		for path := range all.Properties[event] {
			named[function] = append(named[function], "Events.*.Properties."+path)
		}
	}
	return named
}

// pattern gives the expression that paths match which are one of those.
func pattern(paths ...string) *regexp.Regexp {
	quoted := make([]string, len(paths))
	for i, p := range paths {
		quoted[i] = strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, ".+")
	}
	return regexp.MustCompile("^(" + strings.Join(quoted, "|") + ")$")
}

// No type of SAM's and no section of its Globals is unknown, and no property is refused
// in Globals that may stand there.
func TestTranslatorTypes(t *testing.T) {
	all := translator(t)
	const misspelt = "Fnction"
	const transform = "Transform: AWS::Serverless-2016-10-31\nResources:\n  R: {Type: "
	unknown := func(lines string) bool {
		s, err := template.Parse("t.yaml", []byte(lines), template.Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Err()
		return err != nil && regexp.MustCompile("SAM has no type|is not a section|cannot stand in Globals").MatchString(err.Error())
	}
	for _, resourceType := range append(all.Types, "AWS::Serverless::"+misspelt) {
		if got, want := unknown(transform+resourceType+"}\n"), !slices.Contains(all.Types, resourceType); got != want {
			t.Errorf("%s: got unknown %t, want %t", resourceType, got, want)
		}
	}
	for section, keys := range all.Sections {
		global := "Globals: {" + section + ": {" + strings.Join(keys, ": !Ref AWS::NoValue, ") + ": !Ref AWS::NoValue}}\n"
		if unknown(global + transform + "AWS::SQS::Queue}\n") {
			t.Errorf("%s: got that a part of it is unknown", global)
		}
	}
	if !unknown("Globals: {" + misspelt + ": {}}\n" + transform + "AWS::SQS::Queue}\n") {
		t.Errorf("got the section %s, want that it is unknown", misspelt)
	}
}
