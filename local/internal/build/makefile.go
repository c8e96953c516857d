package build

import "context"

// make builds a target with the makefile in its CodeUri: the rule is
// build-LOGICALID and puts what is to be run into $(ARTIFACTS_DIR). It runs every
// time; a makefile knows by itself what has changed.
func (b *Builder) make(ctx context.Context, t Target, dir string) (bool, error) {
	return true, b.run(ctx, t, tool{
		name: "make", howToGet: "your system's packages have it",
		args: []string{"build-" + t.LogicalID, "--no-print-directory"},
		dir:  t.CodeURI, env: []string{"ARTIFACTS_DIR=" + dir},
	})
}
