package shop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// series is a list of documents that Redis numbers from 1 in the order of their
// arrival. A document is stored behind its version number, "3 {…}", so that a
// script compares versions without reading JSON.
type series[T any, D document[T]] struct {
	redis redis.UniversalClient
	key   string
}

// document is what a series holds: JSON, without what the series itself knows.
type document[T any] interface {
	*T
	// number tells the document its ID and version.
	number(id string, version int)
}

// Page asks for one part of a series.
type Page struct {
	// After is the ID that the page before ended with; empty: the first page.
	After string
	// Limit is the most documents the page may have. It must be positive.
	Limit int
}

// A page's direction: the command that reads it, and the bound at its far end.
var (
	newestFirst = [2]string{"ZREVRANGEBYSCORE", "-inf"}
	oldestFirst = [2]string{"ZRANGEBYSCORE", "+inf"}
)

var (
	addScript     = script("add")
	pageScript    = script("page")
	replaceScript = script("replace")
	removeScript  = script("remove")
)

// keys returns the keys of the series, in the order that the scripts expect.
func (s series[T, D]) keys() []string {
	return []string{s.key, s.key + ":order", s.key + ":last"}
}

// add appends doc and numbers it. Where the series belongs to a document of
// another one in the same slot, parentKey and parent name it; it returns
// ErrNotFound if that document is gone.
func (s series[T, D]) add(ctx context.Context, doc D, parentKey, parent string) error {
	stored, err := encode(1, doc)
	if err != nil {
		return err
	}
	keys := s.keys()
	if parentKey != "" {
		keys = append(keys, parentKey)
	}
	id, err := addScript.Run(ctx, s.redis, keys, stored, parent).Int64()
	if err != nil {
		return fault("adding to "+s.key, err)
	}
	if id == 0 {
		return ErrNotFound
	}
	doc.number(strconv.FormatInt(id, 10), 1)
	return nil
}

// get returns the document with this ID.
func (s series[T, D]) get(ctx context.Context, id string) (T, error) {
	var doc T
	stored, err := s.redis.HGet(ctx, s.key, id).Result()
	if errors.Is(err, redis.Nil) {
		return doc, ErrNotFound
	}
	if err != nil {
		return doc, fault("reading "+s.key, err)
	}
	err = decode(id, stored, D(&doc))
	return doc, err
}

// page returns a page of the series and whether there is more behind it.
func (s series[T, D]) page(ctx context.Context, p Page, direction [2]string) ([]T, bool, error) {
	start := "(" + p.After
	switch {
	case p.After != "":
	case direction == newestFirst:
		start = "+inf"
	default:
		start = "-inf"
	}
	// One more than asked for tells whether there is a next page.
	found, err := pageScript.RunRO(ctx, s.redis, s.keys()[:2], direction[0], start, direction[1], p.Limit+1).StringSlice()
	if err != nil {
		return nil, false, fault("listing "+s.key, err)
	}
	docs := make([]T, len(found)/2)
	for i := range docs {
		if err := decode(found[2*i], found[2*i+1], D(&docs[i])); err != nil {
			return nil, false, err
		}
	}
	if len(docs) > p.Limit {
		return docs[:p.Limit], true, nil
	}
	return docs, false, nil
}

// replace stores doc in the place of the document with its ID if that still has
// the version that was read, and raises doc's version; else it returns ErrConflict.
func (s series[T, D]) replace(ctx context.Context, doc D, id string, version int) error {
	stored, err := encode(version+1, doc)
	if err != nil {
		return err
	}
	if err := s.change(ctx, replaceScript, s.keys()[:1], id, version, stored); err != nil {
		return err
	}
	doc.number(id, version+1)
	return nil
}

// remove removes the document with this ID, and the keys of what belongs to it.
// A version other than 0 must be the document's, or remove returns ErrConflict.
func (s series[T, D]) remove(ctx context.Context, id string, version int, belongings ...string) error {
	return s.change(ctx, removeScript, append(s.keys()[:2], belongings...), id, version)
}

// change runs a script that answers 1 for done, 0 for a conflict and -1 for a document that is gone.
func (s series[T, D]) change(ctx context.Context, script *redis.Script, keys []string, args ...any) error {
	done, err := script.Run(ctx, s.redis, keys, args...).Int()
	switch {
	case err != nil:
		return fault("changing "+s.key, err)
	case done == 0:
		return ErrConflict
	case done < 0:
		return ErrNotFound
	}
	return nil
}

// encode writes doc as a series stores it. Its own number stays out: the hash's
// field and the version in front say it.
func encode[T any, D document[T]](version int, doc D) (string, error) {
	bare := *doc
	D(&bare).number("", 0)
	text, err := json.Marshal(&bare)
	if err != nil {
		return "", fmt.Errorf("encoding document: %w", err)
	}
	return strconv.Itoa(version) + " " + string(text), nil
}

// decode reads a document as encode wrote it.
func decode[T any, D document[T]](id, stored string, doc D) error {
	prefix, text, _ := strings.Cut(stored, " ")
	version, err := strconv.Atoi(prefix)
	if err != nil {
		return fmt.Errorf("decoding document %s: %w", id, err)
	}
	if err := json.Unmarshal([]byte(text), doc); err != nil {
		return fmt.Errorf("decoding document %s: %w", id, err)
	}
	doc.number(id, version)
	return nil
}
