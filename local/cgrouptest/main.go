// Command cgrouptest runs tests that need a cgroup of their own in a virtual machine,
// so that they run wherever qemu does, whatever cgroups the machine itself has.
//
//	go run ./local/cgrouptest -kernel vmlinuz PACKAGE[=PATTERN] ...
//
// The machine has no disk: its file system is the archive that the kernel is given,
// with the packages' test binaries and, as first process, the program in folder init,
// which delegates a cgroup to each. It is emulated, since KVM is not to be had in
// many machines that are virtual themselves.
//
// The exit status is 0 only where each package's tests have passed, at least one, and
// none was skipped.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	flags := flag.NewFlagSet("cgrouptest", flag.ContinueOnError)
	flags.SetOutput(stderr)
	kernel := flags.String("kernel", "", "the Linux kernel for x86-64 to boot, 5.14 or later, with what it needs built in")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *kernel == "" || flags.NArg() == 0 {
		fmt.Fprintln(stderr, "cgrouptest: needs -kernel, and packages to test")
		return 2
	}
	if err := test(ctx, *kernel, subjects(flags.Args()), stdout); err != nil {
		fmt.Fprintln(stderr, "cgrouptest:", err)
		return 1
	}
	return 0
}

// subject is a package whose tests are to be run.
type subject struct {
	path    string // as go test takes it; its last part is that of no other subject
	pattern string // -test.run; empty for all
}

func subjects(args []string) []subject {
	var all []subject
	for _, arg := range args {
		var s subject
		s.path, s.pattern, _ = strings.Cut(arg, "=")
		all = append(all, s)
	}
	return all
}

func (s subject) name() string { return path.Base(s.path) }

// bootTimeout bounds the whole life of a machine.
const bootTimeout = 5 * time.Minute

func test(ctx context.Context, kernel string, all []subject, stdout io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "cgrouptest")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	files, err := build(ctx, dir, all)
	if err != nil {
		return err
	}
	initramfs := filepath.Join(dir, "initramfs")
	if err := writeArchive(initramfs, files); err != nil {
		return fmt.Errorf("writing the file system: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, bootTimeout)
	defer cancel()
	var v tally
	if err := boot(ctx, kernel, initramfs, all, io.MultiWriter(stdout, &v)); err != nil {
		return fmt.Errorf("running the virtual machine: %w", err)
	}
	return v.err(all)
}

// build builds what runs in the machine and returns the paths of the files.
func build(ctx context.Context, dir string, all []subject) ([]string, error) {
	files := []string{filepath.Join(dir, "init")}
	if err := goTool(ctx, "build", "-o", files[0], "maru/local/cgrouptest/init"); err != nil {
		return nil, err
	}
	for _, s := range all {
		file := filepath.Join(dir, s.name()+".test")
		if err := goTool(ctx, "test", "-c", "-o", file, s.path); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// goTool builds for the machine, whose file system has no libraries.
func goTool(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// boot runs the machine, and returns when it has turned itself off.
func boot(ctx context.Context, kernel, initramfs string, all []subject, console io.Writer) error {
	arguments := "console=ttyS0 panic=-1 quiet loglevel=1 --" // what follows is init's
	for _, s := range all {
		arguments += " " + s.name() + "=" + s.pattern
	}
	cmd := exec.CommandContext(ctx, "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "1G",
		"-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio",
		"-kernel", kernel, "-initrd", initramfs, "-append", arguments)
	cmd.Stdout, cmd.Stderr = console, console
	return cmd.Run()
}
