package host

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"maru/local/internal/build"
	"maru/local/internal/managed"
	"maru/local/internal/template"
)

// layer is what became of a layer.
type layer struct {
	build.Layer
	err error // tells why there is none
}

// layers makes the layers of the functions ready, by their logical IDs. Each is
// built once, however many functions have it.
func (d *deployment) layers(ctx context.Context, runtimes *managed.Runtimes) map[string]layer {
	layers := map[string]layer{}
	for _, f := range d.stack.Functions {
		for _, id := range f.Layers {
			l := d.stack.Layer(id)
			if _, done := layers[id]; l == nil || l.Unsupported != "" || done {
				continue
			}
			built, err := d.layer(ctx, runtimes, l)
			if err != nil {
				err = fmt.Errorf("building the layer %s: %w", id, err)
			}
			layers[id] = layer{built, err}
		}
	}
	return layers
}

func (d *deployment) layer(ctx context.Context, runtimes *managed.Runtimes, l *template.Layer) (build.Layer, error) {
	target := build.Target{LogicalID: l.LogicalID, CodeURI: l.ContentURI, Runtime: l.BuildMethod, Method: l.BuildMethod}
	if managed.Managed(l.BuildMethod) {
		r, err := runtimes.Find(ctx, l.BuildMethod)
		if err != nil {
			return build.Layer{}, err
		}
		target.Interpreter = r.Interpreter
	}
	return d.builder.Layer(ctx, target)
}

// optOf returns the folder with the files of a function's layers, and remembers
// it; empty for a function without.
func (d *deployment) optOf(f *template.Function, layers map[string]layer) (string, error) {
	var own []build.Layer
	for _, id := range f.Layers {
		l, ok := layers[id]
		if l.err != nil {
			return "", l.err
		}
		if ok {
			own = append(own, l.Layer)
		}
	}
	if len(own) == 0 {
		return "", nil
	}
	opt, err := d.builder.Opt(own...)
	d.opt[f.LogicalID] = opt
	return opt, err
}

// layeredCommand is the command of a managed runtime, or the bootstrap of a layer where the
// function has none of its own; nil for the function's bootstrap.
func layeredCommand(r *managed.Runtime, dir, opt string) []string {
	bootstrap := filepath.Join(opt, "bootstrap")
	switch {
	case r != nil:
		return r.Command
	case exists(filepath.Join(dir, "bootstrap")) || !exists(bootstrap):
		return nil
	}
	return []string{bootstrap}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
