package async

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// ErrInUse is that another host has the queue open.
var ErrInUse = errors.New("another host of this folder has the queue of asynchronous invocations")

// errDamaged is a file that is no whole queue: cut off, or overwritten.
var errDamaged = errors.New("the file is damaged; move it away to begin a new queue")

// store keeps events on disk. Its methods may be called from several goroutines.
type store struct{ db *bolt.DB }

const (
	// lockPatience is too short for a second look: a host that has the file
	// keeps it for as long as it runs.
	lockPatience = time.Millisecond
	// batchDelay is how long a change waits for others to share its fsync, which
	// takes longer.
	batchDelay = time.Millisecond
)

// openStore opens or makes the file, and reads all of it once, so that a damaged
// one is found out before anything is taken from it or put into it.
func openStore(path string) (*store, error) {
	s := &store{}
	err := sound(func() (err error) {
		s.db, err = bolt.Open(path, 0o600, &bolt.Options{Timeout: lockPatience, FreelistType: bolt.FreelistMapType})
		if err == nil {
			err = s.check(path)
		}
		return err
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, ErrInUse
	}
	if err != nil {
		return nil, fmt.Errorf("opening the queue of asynchronous invocations %s: %w", path, err)
	}
	s.db.MaxBatchDelay = batchDelay
	return s, nil
}

// check walks all events. A page that is cut off would not be an error but a fault.
func (s *store) check(path string) error {
	file, err := os.Stat(path)
	if err != nil {
		return err
	}
	return s.db.View(func(tx *bolt.Tx) error {
		if file.Size() < tx.Size() {
			return errDamaged
		}
		return tx.ForEach(func(_ []byte, bucket *bolt.Bucket) error {
			return bucket.ForEach(func([]byte, []byte) error { return nil })
		})
	})
}

// sound calls f and turns the panics and faults of a damaged file into errors.
func sound(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if why := recover(); why != nil {
			err = fmt.Errorf("%w: %v", errDamaged, why)
		}
	}()
	return f()
}

// change removes an event, nil for none, and adds others; all of it or nothing.
// It returns when that is on disk.
func (s *store) change(old *event, added ...*event) error {
	return s.db.Batch(func(tx *bolt.Tx) error {
		if old != nil {
			if err := tx.Bucket([]byte(old.Function)).Delete(old.key()); err != nil {
				return err
			}
		}
		for _, e := range added {
			bucket, err := tx.CreateBucketIfNotExists([]byte(e.Function))
			if err != nil {
				return err
			}
			if err := bucket.Put(e.key(), e.encode()); err != nil {
				return err
			}
		}
		return nil
	})
}

// first gives the function's event that is due first, of those whose ID is not
// to be skipped; nil for none. An error names the event that cannot be read.
func (s *store) first(function string, skip func(id string) bool) (first *event, id string, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		bucket := tx.Bucket([]byte(function))
		if bucket == nil {
			return nil
		}
		c := bucket.Cursor()
		for key, value := c.First(); key != nil; key, value = c.Next() {
			if id = string(key[min(dueSize, len(key)):]); !skip(id) {
				first, err = decode(value)
				return err
			}
		}
		return nil
	})
	return first, id, err
}

// counts gives the number of events by function.
func (s *store) counts() (map[string]int, error) {
	counts := map[string]int{}
	err := s.db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(function []byte, bucket *bolt.Bucket) error {
			if n := bucket.Stats().KeyN; n > 0 {
				counts[string(function)] = n
			}
			return nil
		})
	})
	return counts, err
}

func (s *store) close() error { return s.db.Close() }
