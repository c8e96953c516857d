package shop

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// seedVersion is the version of the data in seed/. Raise it with every change
// there: the first function of the new build replaces what Redis holds.
const seedVersion = 1

// versionField is the field of a hash that says which version fills it. Nothing
// else in the hash has a colon in its name.
const versionField = "seed:version"

var seedScript = script("seed")

// dataset is one file of seed/ and the hash that it fills.
type dataset struct {
	key  string
	file string
	// entry turns a line of the file into a field of the hash and its JSON value.
	entry func(line []string) (field string, value any, err error)
}

// load returns the whole hash, which is small, in one round trip. Whoever finds
// it missing or of an earlier version fills it first; any number of functions
// may find that at once.
func (d dataset) load(ctx context.Context, client redis.UniversalClient) (map[string]string, error) {
	entries, err := client.HGetAll(ctx, d.key).Result()
	if err != nil {
		return nil, fault("reading "+d.key, err)
	}
	if outdated(entries[versionField]) {
		if err := d.fill(ctx, client); err != nil {
			return nil, err
		}
		if entries, err = client.HGetAll(ctx, d.key).Result(); err != nil {
			return nil, fault("reading "+d.key, err)
		}
	}
	delete(entries, versionField)
	return entries, nil
}

// get returns one field of the hash as load does, or ErrNotFound.
func (d dataset) get(ctx context.Context, client redis.UniversalClient, field string) (string, error) {
	found, err := client.HMGet(ctx, d.key, versionField, field).Result()
	if err != nil {
		return "", fault("reading "+d.key, err)
	}
	version, _ := found[0].(string)
	entry, ok := found[1].(string)
	if outdated(version) {
		entries, err := d.load(ctx, client)
		if err != nil {
			return "", err
		}
		entry, ok = entries[field]
	}
	if !ok || field == versionField {
		return "", ErrNotFound
	}
	return entry, nil
}

// outdated reports whether the data of a version, "" for none, are to be replaced.
func outdated(version string) bool {
	n, err := strconv.Atoi(version)
	return err != nil || n < seedVersion
}

// fill writes the file into the hash.
func (d dataset) fill(ctx context.Context, client redis.UniversalClient) error {
	lines, err := d.lines()
	if err != nil {
		return err
	}
	args := []any{versionField, seedVersion}
	for _, line := range lines {
		field, value, err := d.entry(line)
		if err != nil {
			return fmt.Errorf("reading seed %s: %w", d.file, err)
		}
		text, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("encoding seed %s: %w", d.file, err)
		}
		args = append(args, field, text)
	}
	err = seedScript.Run(ctx, client, []string{d.key}, args...).Err()
	return fault("seeding "+d.key, err)
}

// lines returns the lines of the file below its heading.
func (d dataset) lines() ([][]string, error) {
	file, err := files.Open("seed/" + d.file)
	if err != nil {
		return nil, fmt.Errorf("opening seed: %w", err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading seed %s: %w", d.file, err)
	}
	return lines[1:], nil
}

// numbers reads the cells of a line that are numbers.
func numbers(cells []string) ([]float64, error) {
	read := make([]float64, len(cells))
	for i, cell := range cells {
		n, err := strconv.ParseFloat(cell, 64)
		if err != nil {
			return nil, err
		}
		read[i] = n
	}
	return read, nil
}
