package invokeapi

import (
	"net/http"
	"time"

	"maru/local/internal/lambda"
)

// configuration is a FunctionConfiguration, as far as this host has one. The
// environment variables are left out: whoever may ask who is there need not see
// secrets.
type configuration struct {
	FunctionName string
	FunctionArn  string
	Runtime      string
	Handler      string
	Timeout      int // seconds
	MemorySize   int // MB
	Version      string
	PackageType  string
	// State is "Active", or "Failed" where the function cannot run.
	State         string
	StateReason   string   `json:",omitempty"`
	TenancyConfig *tenancy `json:",omitempty"`
}

type tenancy struct{ TenantIsolationMode string }

// concurrency is what GetFunction tells of a function that reserves some.
type concurrency struct{ ReservedConcurrentExecutions int }

func configurationOf(t lambda.Target) configuration {
	f := t.Function
	c := configuration{
		FunctionName: f.Name, FunctionArn: f.ARN, Runtime: f.Runtime, Handler: f.Handler,
		Timeout: int(f.Timeout / time.Second), MemorySize: f.MemorySize,
		Version: t.Version, PackageType: "Zip", State: "Active",
	}
	if t.Qualifier != "" {
		c.FunctionArn += ":" + t.Qualifier
	}
	if f.Unavailable != nil {
		c.State, c.StateReason = "Failed", f.Unavailable.Error()
	}
	if f.IsolatesTenants {
		c.TenancyConfig = &tenancy{"PER_TENANT"}
	}
	return c
}

// listFunctions is the operation ListFunctions. All are on one page.
func (a *api) listFunctions(w http.ResponseWriter, _ *http.Request) {
	list := []configuration{}
	for _, f := range a.Functions {
		list = append(list, configurationOf(lambda.Target{Function: f, Version: lambda.Latest}))
	}
	writeJSON(w, http.StatusOK, struct{ Functions []configuration }{list})
}

// getFunction is the operation GetFunction. Where AWS gives a link to the code,
// this host gives its folder, and nothing of code that did not build.
func (a *api) getFunction(w http.ResponseWriter, r *http.Request) {
	t, err := a.target(r)
	if err != nil {
		writeError(w, err)
		return
	}
	var object struct {
		Configuration configuration
		Code          struct {
			RepositoryType string
			Location       string `json:",omitempty"`
		}
		Concurrency *concurrency `json:",omitempty"`
	}
	object.Configuration = configurationOf(t)
	object.Code.RepositoryType = "S3"
	if t.Function.Dir != "" {
		object.Code.Location = "file://" + t.Function.Dir
	}
	if n := t.Function.ReservedConcurrency; n != nil {
		object.Concurrency = &concurrency{*n}
	}
	writeJSON(w, http.StatusOK, object)
}

// getFunctionConfiguration is the operation GetFunctionConfiguration.
func (a *api) getFunctionConfiguration(w http.ResponseWriter, r *http.Request) {
	t, err := a.target(r)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, configurationOf(t))
}

func (a *api) target(r *http.Request) (lambda.Target, error) {
	name, qualifier := r.PathValue("name"), r.URL.Query().Get("Qualifier")
	t, err := a.seen(a.Lambda.Find(name, qualifier))
	return t, orInvalid(err, name, qualifier)
}
