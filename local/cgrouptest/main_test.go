package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An archive has each file, and its end, at multiples of four bytes.
func TestArchive(t *testing.T) {
	dir := t.TempDir()
	file, archive := filepath.Join(dir, "init"), filepath.Join(dir, "initramfs")
	if err := os.WriteFile(file, []byte("#!"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeArchive(archive, []string{file}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	const zero = "00000000"
	want := "070701" + zero + "000081ED" + zero + zero + "00000001" + zero + "00000002" +
		zero + zero + zero + zero + "00000005" + zero + "init\x00\x00" + "#!\x00\x00" +
		"070701" + zero + zero + zero + zero + "00000001" + zero + zero +
		zero + zero + zero + zero + "0000000B" + zero + "TRAILER!!!\x00\x00\x00\x00"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("archive (-want +got):\n%s", diff)
	}
}

// What is missing is said before anything is built.
func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"-kernel", "vmlinuz"}, {"./a"}, {"-unknown"}} {
		var stderr bytes.Buffer
		if status := run(t.Context(), args, io.Discard, &stderr); status != 2 || stderr.Len() == 0 {
			t.Errorf("%q: got status %d and %q, want 2 and why", args, status, stderr.String())
		}
	}
}

// A package that does not compile ends it, with what the compiler says.
func TestBroken(t *testing.T) {
	var stderr bytes.Buffer
	status := run(t.Context(), []string{"-kernel", "vmlinuz", "maru/local/nowhere"}, io.Discard, &stderr)
	if status != 1 || !strings.Contains(stderr.String(), "maru/local/nowhere") {
		t.Errorf("got status %d and %q, want 1 and the package", status, stderr.String())
	}
}
