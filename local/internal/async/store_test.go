package async

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
)

// spoil overwrites a stored event.
func (s *store) spoil(e *event) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(e.Function)).Put(e.key(), []byte("{"))
	})
}

func TestEncode(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	want := &event{
		ID: "i", Function: "F", TraceID: "Root=1", ClientContext: `{"a":"b"}`, Accepted: at, Due: at.Add(time.Hour),
		Attempts: 1, Refusals: 2, Payload: []byte("{ \"line\":\n\"<end>\" }\n"),
	}
	got, err := decode(want.encode())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// Whatever lies in the file, an event that can be read is what would be written.
func FuzzDecode(f *testing.F) {
	f.Add(newEvent(nil, "F", []byte("{}")).encode())
	f.Add([]byte("{}\n"))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		e, err := decode(src)
		if err != nil {
			return
		}
		again, err := decode(e.encode())
		if err != nil {
			t.Fatalf("decode(encode(%+v)): got the error %v", e, err)
		}
		if !bytes.Equal(again.Payload, e.Payload) || again.ID != e.ID || !again.Due.Equal(e.Due) {
			t.Errorf("got %+v, want %+v", again, e)
		}
	})
}

// The first event is the one that is due first, whatever order they came in.
func TestFirst(t *testing.T) {
	s, err := openStore(t.TempDir() + "/queue.db")
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	now := time.Now()
	for _, e := range []*event{
		{ID: "late", Function: "F", Due: now.Add(time.Hour)},
		{ID: "early", Function: "F", Due: now},
		{ID: "middle", Function: "F", Due: now.Add(time.Minute)},
		{ID: "other", Function: "G", Due: now.Add(-time.Hour)},
	} {
		if err := s.change(nil, e); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for {
		e, id, err := s.first("F", func(id string) bool { return slices.Contains(got, id) })
		if err != nil {
			t.Fatal(err)
		}
		if e == nil {
			break
		}
		got = append(got, id)
	}
	if diff := cmp.Diff([]string{"early", "middle", "late"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

// An event is moved as a whole: to another time, or to another function.
func TestChange(t *testing.T) {
	s, err := openStore(t.TempDir() + "/queue.db")
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	e := newEvent(nil, "F", []byte("{}"))
	for _, step := range []struct {
		name string
		do   func() error
		want map[string]int
	}{
		{"add", func() error { return s.change(nil, e) }, map[string]int{"F": 1}},
		{"put off", func() error {
			later := e.again(time.Hour)
			defer func() { e = later }()
			return s.change(e, later)
		}, map[string]int{"F": 1}},
		{"hand on", func() error { return s.change(e, newEvent(nil, "G", nil)) }, map[string]int{"G": 1}},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		got, err := s.counts()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("%s: events (-want +got):\n%s", step.name, diff)
		}
	}
}

// A damaged file is an error that names it, at the start, and no crash.
func TestDamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	s, err := openStore(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 200 {
		if err := s.change(nil, newEvent(nil, "F", bytes.Repeat([]byte{'1'}, 1000+n))); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"cut off":      whole[:len(whole)/2],
		"nearly empty": whole[:3<<12],
		"overwritten":  slices.Concat(whole[:3<<12], bytes.Repeat([]byte{0}, len(whole)-3<<12)),
		"no queue":     []byte("this is no queue"),
	} {
		path := filepath.Join(t.TempDir(), "queue.db")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := openStore(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v, %v, want an error that names the file", name, s, err)
		}
	}
}
