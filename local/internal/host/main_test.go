package host

import (
	"os"
	"testing"

	"maru/local/internal/lambda/lambdatest"
	"maru/local/internal/process"
)

// handlers are functions that the test binary is, too.
var handlers = map[string]func(){}

func TestMain(m *testing.M) {
	process.BecomeLauncher()
	lambdatest.Main(handlers)
	if path := os.Getenv(doomedTemplate); path != "" {
		runDoomed(path)
	}
	os.Exit(m.Run())
}
