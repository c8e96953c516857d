package shop_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/session/sessiontest"
	"maru/functions/internal/shop"
)

// Eight functions that find the data missing at once load it once, and all see all of it.
func testSeed(t *testing.T, s *shop.Shop, _ *clock) {
	var functions sync.WaitGroup
	catalogues := make([]shop.Catalogue, 8)
	for i := range catalogues {
		functions.Go(func() {
			var err error
			if catalogues[i], err = s.Catalogue(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	functions.Wait()
	if got := len(catalogues[0].Decade(1990)); got < 40 {
		t.Errorf("got %d songs of the nineties, want 40 or more", got)
	}
	for _, catalogue := range catalogues {
		if diff := cmp.Diff(catalogues[0], catalogue); diff != "" {
			t.Errorf("functions see different catalogues:\n%s", diff)
		}
	}
}

// A function that finds the data missing when it asks for one song loads them all.
func testSong(t *testing.T, s *shop.Shop, _ *clock) {
	want := shop.Song{ID: "creep", Title: "Creep", Artist: "Radiohead", Year: 1992, Price: 1300}
	for range 2 {
		got, err := s.Song(t.Context(), "creep")
		compare(t, want, got, err)
	}
	for _, id := range []string{"no-such-song", "seed:version", ""} {
		if _, err := s.Song(t.Context(), id); err != shop.ErrNotFound {
			t.Errorf("%q: got error %v, want ErrNotFound", id, err)
		}
	}
}

// Data of this version or a later one is left as it is; earlier data is replaced.
func TestSeedVersion(t *testing.T) {
	for marker, replaced := range map[string]bool{"": true, "0": true, "1": false, "2": false} {
		server, client := sessiontest.Miniredis(t)
		server.HSet("shop:{songs}", "creep", `{"id":"creep","title":"Changed"}`)
		if marker != "" {
			server.HSet("shop:{songs}", "seed:version", marker)
		}
		catalogue, err := shop.New(client, nil).Catalogue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		song, err := catalogue.Song("creep")
		if err != nil || (song.Title == "Creep") != replaced {
			t.Errorf("marker %q: got %+v, %v; replaced should be %t", marker, song, err, replaced)
		}
	}
}

func TestCataloguePage(t *testing.T) {
	catalogue := shop.Catalogue{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	tests := []struct {
		page shop.Page
		want shop.Catalogue
		more bool
		err  error
	}{
		{shop.Page{Limit: 2}, catalogue[:2], true, nil},
		{shop.Page{Limit: 3}, catalogue, false, nil},
		{shop.Page{After: "b", Limit: 2}, catalogue[2:], false, nil},
		{shop.Page{After: "c", Limit: 2}, shop.Catalogue{}, false, nil},
		{shop.Page{After: "x", Limit: 2}, nil, false, shop.ErrNotFound},
	}
	for _, tt := range tests {
		got, more, err := catalogue.Page(tt.page)
		if diff := cmp.Diff(tt.want, got); diff != "" || more != tt.more || err != tt.err {
			t.Errorf("%+v: got more %t, error %v, want %t, %v; songs (-want +got):\n%s", tt.page, more, err, tt.more, tt.err, diff)
		}
	}
}
