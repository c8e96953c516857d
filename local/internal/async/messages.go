package async

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// MessagesFile is the name of the file, in the queue's folder, that has a line
// of JSON, a Message, for each message to a service that is not here.
const MessagesFile = "messages.jsonl"

// messagesLimit is the size in bytes at which the file is put aside, under the
// name messages.1.jsonl, and a new one is begun. The one put aside before is lost.
const messagesLimit = 16 << 20

// Message is what a queue, a topic, an event bus or a bucket would have got.
type Message struct {
	Time time.Time `json:"time"`
	// Target is the ARN of the destination or dead-letter queue.
	Target string `json:"target"`
	// Function is the logical ID of the function that was invoked.
	Function  string `json:"function"`
	RequestID string `json:"requestId"`
	// Body is an invocation record for a destination, the event for a
	// dead-letter queue.
	Body json.RawMessage `json:"body"`
	// Attributes are those of messages to dead-letter queues: RequestID,
	// ErrorCode, ErrorMessage. nil for destinations.
	Attributes map[string]string `json:"attributes,omitempty"`
}

// messages appends to a file and to the one after it. Lines are handed to the
// system before the event they come from is removed: they outlive the host, not
// a loss of power, since nobody was promised them.
type messages struct {
	path  string
	limit int64

	mu   sync.Mutex // guards the fields below
	file *os.File   // nil before the first message
	size int64
}

func (m *messages) append(message Message) error {
	line, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("encoding a message to %s: %w", message.Target, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ready(int64(len(line)) + 1); err != nil {
		return fmt.Errorf("opening the file of messages: %w", err)
	}
	n, err := m.file.Write(append(line, '\n'))
	m.size += int64(n)
	if err != nil { // maybe within the line, which is ended when the file is opened again
		return fmt.Errorf("writing a message to %s: %w", message.Target, errors.Join(err, m.shut()))
	}
	return nil
}

// ready opens the file, a new one where the old one has no room for n bytes.
func (m *messages) ready(n int64) error {
	if m.file == nil {
		if err := m.open(); err != nil {
			return err
		}
	}
	if m.size == 0 || m.size+n <= m.limit {
		return nil
	}
	if err := m.shut(); err != nil {
		return err
	}
	if err := os.Rename(m.path, strings.TrimSuffix(m.path, ".jsonl")+".1.jsonl"); err != nil {
		return err
	}
	return m.open()
}

// open opens the file, and ends a line that a host was killed in, or that a full
// disk cut off.
func (m *messages) open() error {
	file, err := os.OpenFile(m.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		file.Close()
		return err
	}
	last := []byte{'\n'}
	if size > 0 {
		_, err = file.ReadAt(last, size-1)
	}
	if err == nil && last[0] != '\n' {
		_, err = file.WriteString("\n")
		size++
	}
	if err != nil {
		file.Close()
		return err
	}
	m.file, m.size = file, size
	return nil
}

func (m *messages) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.shut()
}

func (m *messages) shut() error {
	if m.file == nil {
		return nil
	}
	file := m.file
	m.file = nil
	return file.Close()
}
