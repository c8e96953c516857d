package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// writeArchive writes files, which anybody may run, to the top of an archive that the
// kernel unpacks as its first file system ("initramfs buffer format" of the kernel's
// Driver API: newc, as cpio -H newc writes it).
func writeArchive(path string, files []string) error {
	var b bytes.Buffer
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		appendFile(&b, filepath.Base(file), 0o100755, content)
	}
	appendFile(&b, "TRAILER!!!", 0, nil)
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// appendFile appends one member; b is at a multiple of four bytes before and after.
func appendFile(b *bytes.Buffer, name string, mode uint32, content []byte) {
	// ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor,
	// rdevminor, namesize with its NUL, check
	b.WriteString("070701")
	for _, field := range []uint32{0, mode, 0, 0, 1, 0, uint32(len(content)), 0, 0, 0, 0, uint32(len(name) + 1), 0} {
		fmt.Fprintf(b, "%08X", field)
	}
	b.WriteString(name + "\x00")
	pad(b)
	b.Write(content)
	pad(b)
}

func pad(b *bytes.Buffer) { b.Write(make([]byte, -b.Len()&3)) }
