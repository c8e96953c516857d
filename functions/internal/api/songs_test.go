package api_test

import (
	"net/http"
	"testing"
)

type songList struct {
	Songs []struct {
		ID, Title, Artist string
		Year, Price       int
	}
	Next string
}

func TestSongs(t *testing.T) {
	v := newApp(t).visitor(t)
	seen := map[string]bool{}
	for path := "/songs?decade=1990&limit=20"; path != ""; {
		list := read[songList](t, v.want(http.StatusOK, "GET", path, ""))
		for _, song := range list.Songs {
			if song.Year < 1990 || song.Year > 1999 || song.Price <= 0 || song.Title == "" || song.Artist == "" || seen[song.ID] {
				t.Errorf("%s: got song %+v", path, song)
			}
			seen[song.ID] = true
		}
		path = list.Next
	}
	if len(seen) < 40 {
		t.Errorf("got %d songs of the nineties, want 40 or more", len(seen))
	}
	if len(v.cookies) != 0 {
		t.Errorf("got cookies %v for looking at songs, want none", v.cookies)
	}
}

func TestSong(t *testing.T) {
	newApp(t).visitor(t).walk([]step{
		{method: "GET", path: "/songs/nan-arayo", status: 200, want: `{"id":"nan-arayo","title":"난 알아요","artist":"서태지와 아이들","year":1992,"price":1100}`},
		{method: "GET", path: "/songs/no-such-song", status: 404, want: `{"title":"Not Found","status":404,"detail":"not found"}`},
		{method: "GET", path: "/songs?decade=2000", status: 200, want: `{"songs":[
			{"id":"hey-ya","title":"Hey Ya!","artist":"OutKast","year":2003,"price":1300},
			{"id":"aein-isseoyo","title":"애인 있어요","artist":"이은미","year":2005,"price":1000}]}`},
		{method: "GET", path: "/songs?decade=1950", status: 200, want: `{"songs":[]}`},
		{method: "GET", path: "/songs?decade=1995", status: 400},
		{method: "GET", path: "/songs?decade=nineties", status: 400},
		{method: "GET", path: "/songs?after=no-such-song", status: 400},
		{method: "GET", path: "/songs?limit=1000", status: 400},
	})
}

func TestWeather(t *testing.T) {
	a := newApp(t)
	a.visitor(t).walk([]step{
		{method: "GET", path: "/weather/jeju", status: 200, want: `{"city":"jeju","name":"제주","celsius":26.2}`},
		{method: "GET", path: "/weather/atlantis", status: 404},
		{method: "PUT", path: "/weather/jeju", body: `{"sky":"rain","celsius":19.5}`, status: 401},
	})
	reported := `{"city":"jeju","name":"제주","celsius":19.5,"sky":"rain","reporter":"kim","reported":"2026-07-01T12:00:00Z"}`
	a.user(t, "kim").walk([]step{
		{method: "PUT", path: "/weather/jeju", body: `{"sky":"rain","celsius":19.5}`, status: 200, want: reported},
		{method: "GET", path: "/weather/jeju", status: 200, want: reported},
		{method: "PUT", path: "/weather/atlantis", body: `{"sky":"rain","celsius":19.5}`, status: 404},
		{method: "PUT", path: "/weather/jeju", body: `{"sky":"frogs","celsius":99}`, status: 422},
		{method: "PUT", path: "/weather/jeju", body: `{"sky":"rain","celsius":19}`, header: `If-Match: "old"`, status: 412},
	})
	list := read[struct{ Weather []struct{ City string } }](t, a.visitor(t).want(http.StatusOK, "GET", "/weather", ""))
	if got := len(list.Weather); got != 10 {
		t.Errorf("got %d cities, want 10", got)
	}
}
