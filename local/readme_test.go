package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"maru/local/hosttest"
)

// shellBlocks finds the README's commands.
var shellBlocks = regexp.MustCompile("(?s)```sh\n(.*?)```")

// ownCommands are those of methods that API Gateway does not carry.
var ownCommands = regexp.MustCompile(` -X TRACE | --proxytunnel `)

// TestREADME runs the README's curl commands as they stand there, save the
// port, and looks at what a reader would see. Where SHOP_URL says that another
// host serves the shop, with a Redis in which nothing is, that one is asked what
// API Gateway would be.
func TestREADME(t *testing.T) {
	url := os.Getenv("SHOP_URL")
	elsewhere := url != ""
	commands := readmeCommands(t)
	if !elsewhere {
		url = hosttest.Start(t, "../template.yaml").URL
	}
	dir := t.TempDir()
	seen := make([]string, len(commands))
	for i, line := range commands {
		if !elsewhere || !ownCommands.MatchString(line) {
			seen[i] = curl(t, dir, strings.ReplaceAll(line, "http://127.0.0.1:3000", url))
		}
	}
	want := []string{ // a pattern for each command
		`"songs":\[\{"id":`,
		`\{"song":"vogue","quantity":1,"price":\d+\}`,
		`\{"song":"enjoy-the-silence","quantity":2,"price":\d+\}`,
		`"enjoy-the-silence".*"vogue".*"total":\d+`,
		`\{"song":"vogue","quantity":5,"price":\d+\}`,
		`^$`,
		`\{"items":\[\{"song":"vogue","quantity":5,"price":\d+\}\],"total":\d+\}`,
		`(?s)^HTTP/1.1 200 OK.*Content-Length: ` + fmt.Sprint(len(seen[0])) + `\r\n.*\r\n\r\n$`,
		`(?si)^HTTP/1.1 204 No Content\r\n.*Allow: GET, HEAD, OPTIONS, POST\r\n`,
		`(?s)^TRACE /cart HTTP/1.1\r\n`,
		`"name":"minji"`,
		`"user":"minji"`,
		`"id":".*"total":\d+`,
		``, // is the one before
		`^\{"orders":\[\{"id":"[^"]*","items":\[[^]]*\],"total":\d+,"placed":"[^"]*"\}\]\}`,
		`(?s)^HTTP/1.1 403 Forbidden\r\n`,
	}
	if len(seen) != len(want) {
		t.Fatalf("the README has %d curl commands, want %d", len(seen), len(want))
	}
	for i, pattern := range want {
		if elsewhere && ownCommands.MatchString(commands[i]) {
			continue
		}
		if !regexp.MustCompile(pattern).MatchString(seen[i]) {
			t.Errorf("command %d: got\n%s\nwant a match of %s", i+1, seen[i], pattern)
		}
	}
	if strings.Contains(seen[9], "Host-session") {
		t.Errorf("TRACE shows the cookie:\n%s", seen[9])
	}
	if seen[12] != seen[13] {
		t.Errorf("the same Idempotency-Key gave two orders:\n%s\n%s", seen[12], seen[13])
	}
}

// readmeCommands returns the README's curl commands.
func readmeCommands(t *testing.T) []string {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("curl is not installed")
		}
		t.Skip("needs curl: apt install curl")
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, block := range shellBlocks.FindAllStringSubmatch(string(readme), -1) {
		for line := range strings.Lines(block[1]) {
			if strings.HasPrefix(line, "curl ") {
				commands = append(commands, strings.TrimSpace(line))
			}
		}
	}
	return commands
}

// curl runs a command line of the README in dir and returns what it prints. That
// curl itself exits with an error, as for a refused CONNECT, is not one here.
func curl(t *testing.T, dir, line string) string {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "sh", "-c", line+" --silent")
	cmd.Dir = dir
	out, err := cmd.Output()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return string(out)
}
