// Command killed holds the functions of the tests that kill them, or their host.
// The handler says which it is; DIR is a folder that it shares with the test.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func main() {
	dir := os.Getenv("DIR")
	switch os.Getenv("_HANDLER") {
	case "requests":
		requests(openNotes(dir, strconv.Itoa(os.Getpid()), os.O_EXCL))
	case "events":
		events(dir)
	case "stream":
		lambda.Start(stream)
	}
}

// openNotes opens a file whose lines stay whole, however many write to it and
// whenever they are killed.
func openNotes(dir, name string, flag int) *os.File {
	notes, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY|flag, 0o600)
	if err != nil {
		panic(err)
	}
	return notes
}

// requests answers with the number in the request's path. It notes when it begins
// with one, and when it has ended: before it answers, so that a request whose end
// was not noted has not been answered.
func requests(notes *os.File) {
	type event struct{ PathParameters struct{ N string } }
	lambda.Start(func(e event) (map[string]any, error) {
		n := e.PathParameters.N
		if _, err := fmt.Fprintln(notes, "begin", n); err != nil {
			return nil, err
		}
		time.Sleep(40 * time.Millisecond) // its work, in which it may be killed
		if _, err := fmt.Fprintln(notes, "end", n); err != nil {
			return nil, err
		}
		return map[string]any{"statusCode": 200, "body": fmt.Sprint(n, " ", os.Getpid())}, nil
	})
}

// events hangs unless there is a file named open; then it notes the request ID
// and the event of each invocation.
func events(dir string) {
	delivered := openNotes(dir, "delivered", 0)
	lambda.Start(func(ctx context.Context, n int) error {
		if _, err := os.Stat(filepath.Join(dir, "open")); err != nil {
			select {}
		}
		lc, _ := lambdacontext.FromContext(ctx)
		_, err := fmt.Fprintln(delivered, lc.AwsRequestID, n)
		return err
	})
}

// stream answers with "first", and when the URL gate has answered, with so many
// megabytes.
func stream(e struct {
	QueryStringParameters struct {
		Gate      string
		Megabytes int64 `json:",string"`
	}
}) (io.Reader, error) {
	q := e.QueryStringParameters
	return io.MultiReader(strings.NewReader("first"), gate(q.Gate), io.LimitReader(zeros{}, q.Megabytes<<20)), nil
}

// gate is a URL that holds up its reader until it answers.
type gate string

func (g gate) Read([]byte) (int, error) {
	response, err := http.Get(string(g))
	if err != nil {
		return 0, err
	}
	return 0, cmp.Or(response.Body.Close(), io.EOF)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
