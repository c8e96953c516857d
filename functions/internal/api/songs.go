package api

import (
	"fmt"
	"net/http"
	"strconv"

	"maru/functions/internal/shop"
)

type songList struct {
	Songs []shop.Song `json:"songs"`
	Next  string      `json:"next,omitempty"`
}

// listSongs answers GET /songs: 200 with a page of the catalogue, by year; with
// ?decade=1990 only the songs of these ten years. 400 for a decade that is not a
// year ending in 0, a limit out of range, or a page that follows no song.
func (a *API) listSongs(r *http.Request) (response, error) {
	query := r.URL.Query()
	p, err := page(query)
	if err != nil {
		return response{}, err
	}
	catalogue, err := a.shop.Catalogue(r.Context())
	if err != nil {
		return response{}, err
	}
	if text := query.Get("decade"); text != "" {
		year, err := decade(text)
		if err != nil {
			return response{}, err
		}
		catalogue = catalogue.Decade(year)
	}
	songs, more, err := catalogue.Page(p)
	if err != nil {
		return response{}, fmt.Errorf("%w: after must be the ID of a song in the list", errQuery)
	}
	list := songList{Songs: songs}
	if more {
		list.Next = next(r, songs[len(songs)-1].ID, more)
	}
	return response{body: list, cache: cacheBriefly}, nil
}

// song answers GET /songs/{id}: 200 with the song, 404 if there is none.
func (a *API) song(r *http.Request) (response, error) {
	song, err := a.shop.Song(r.Context(), r.PathValue("id"))
	return response{body: song, cache: cacheBriefly}, err
}

// decade reads the first year of a decade. It returns errQuery for what is none.
func decade(text string) (int, error) {
	year, err := strconv.Atoi(text)
	if err != nil || year%10 != 0 {
		return 0, fmt.Errorf("%w: decade must be a year ending in 0, such as 1990", errQuery)
	}
	return year, nil
}
