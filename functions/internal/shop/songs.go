package shop

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// Song is a song on sale.
type Song struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Artist string `json:"artist"`
	Year   int    `json:"year"`
	// Price is in whole won.
	Price int `json:"price"`
}

// Catalogue is every song on sale, by year and then by ID.
type Catalogue []Song

var songs = dataset{key: "shop:{songs}", file: "songs.csv", entry: func(line []string) (string, any, error) {
	n, err := numbers(line[3:])
	if err != nil {
		return "", nil, err
	}
	return line[0], Song{ID: line[0], Title: line[1], Artist: line[2], Year: int(n[0]), Price: int(n[1])}, nil
}}

// Catalogue returns the songs on sale, in one round trip.
func (s *Shop) Catalogue(ctx context.Context) (Catalogue, error) {
	entries, err := songs.load(ctx, s.redis)
	if err != nil {
		return nil, err
	}
	catalogue := make(Catalogue, 0, len(entries))
	for id, entry := range entries {
		var song Song
		if err := json.Unmarshal([]byte(entry), &song); err != nil {
			return nil, fmt.Errorf("decoding song %q: %w", id, err)
		}
		catalogue = append(catalogue, song)
	}
	slices.SortFunc(catalogue, func(a, b Song) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.ID, b.ID))
	})
	return catalogue, nil
}

// Song returns the song with this ID, or ErrNotFound, in one round trip.
func (s *Shop) Song(ctx context.Context, id string) (Song, error) {
	entry, err := songs.get(ctx, s.redis, id)
	if err != nil {
		return Song{}, err
	}
	var song Song
	if err := json.Unmarshal([]byte(entry), &song); err != nil {
		return Song{}, fmt.Errorf("decoding song %q: %w", id, err)
	}
	return song, nil
}

// Song returns the song with this ID, or ErrNotFound.
func (c Catalogue) Song(id string) (Song, error) {
	i := slices.IndexFunc(c, func(song Song) bool { return song.ID == id })
	if i < 0 {
		return Song{}, ErrNotFound
	}
	return c[i], nil
}

// Decade returns the songs of the ten years that begin with year.
func (c Catalogue) Decade(year int) Catalogue {
	return slices.DeleteFunc(slices.Clone(c), func(song Song) bool {
		return song.Year < year || song.Year >= year+10
	})
}

// Decades returns the first years of the decades that the songs are from.
func (c Catalogue) Decades() []int {
	var decades []int
	for _, song := range c {
		decades = append(decades, song.Year/10*10)
	}
	return slices.Compact(decades)
}

// Page returns a page of the catalogue and whether there is more behind it.
// It returns ErrNotFound if the page is to follow a song that is not in the catalogue.
func (c Catalogue) Page(p Page) (Catalogue, bool, error) {
	if p.After != "" {
		i := slices.IndexFunc(c, func(song Song) bool { return song.ID == p.After })
		if i < 0 {
			return nil, false, ErrNotFound
		}
		c = c[i+1:]
	}
	if len(c) > p.Limit {
		return c[:p.Limit], true, nil
	}
	return c, false, nil
}
