package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// make builds a target with the makefile in its CodeUri: the rule is
// build-LOGICALID and puts what is to be run into $(ARTIFACTS_DIR). It runs every
// time; a makefile knows by itself what has changed.
func (b *Builder) make(ctx context.Context, t Target) Result {
	if _, err := exec.LookPath("make"); err != nil {
		return Result{Err: fmt.Errorf("build method makefile needs the make command: %w", err)}
	}
	dir, err := b.newDir()
	if err != nil {
		return Result{Err: err}
	}
	dir = filepath.Join(dir, t.LogicalID)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return Result{Err: fmt.Errorf("making the build folder: %w", err)}
	}
	rule := "build-" + t.LogicalID
	cmd := exec.CommandContext(ctx, "make", "--no-print-directory", rule)
	cmd.Dir = t.CodeURI
	cmd.Env = append(os.Environ(), "ARTIFACTS_DIR="+dir)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	stop := tick(b.Output, "make "+rule)
	err = cmd.Run()
	stop()
	if err == nil && !exists(filepath.Join(dir, "bootstrap")) {
		err = fmt.Errorf("the rule %s put no bootstrap into $(ARTIFACTS_DIR)", rule)
	}
	if err != nil {
		fmt.Fprintf(b.Output, "%s did not build:\n%s\n", t.LogicalID, bytes.TrimSpace(out.Bytes()))
		return Result{Err: errors.Join(errDidNotBuild, err)}
	}
	return Result{Dir: dir, Method: "makefile", Fresh: true}
}
