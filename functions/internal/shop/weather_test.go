package shop_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/shop"
)

func observed(city, sky string, celsius float64) shop.Observation {
	return shop.Observation{City: city, Reporter: "kim", Report: shop.Report{Sky: sky, Celsius: celsius}}
}

// always allows a report in the place of any.
func always(shop.Weather) error { return nil }

// A report holds until the day ends in Korea; before and after, the month's mean stands in.
func testWeather(t *testing.T, s *shop.Shop, c *clock) {
	ctx := t.Context()
	usual := shop.Weather{City: "seoul", Name: "서울", Celsius: 25.3}
	rain := usual
	rain.Celsius, rain.Sky, rain.Reporter, rain.Reported = 19, "rain", "kim", &noon
	got, err := s.Weather(ctx, "seoul")
	compare(t, usual, got, err)
	got, err = s.ReportWeather(ctx, observed("seoul", "rain", 19), always)
	compare(t, rain, got, err)
	for _, tt := range []struct {
		later time.Duration
		want  shop.Weather
	}{
		{0, rain},
		{3*time.Hour - 1, rain}, // Noon UTC is nine in the evening in Korea.
		{3 * time.Hour, usual},
		{365 * 24 * time.Hour, usual},
	} {
		c.Time = noon.Add(tt.later)
		got, err := s.Weather(ctx, "seoul")
		compare(t, tt.want, got, err)
	}
	cities, err := s.Cities(ctx)
	if err != nil || len(cities) != 10 {
		t.Errorf("got %d cities, %v, want 10", len(cities), err)
	}
}

func testReportWeatherRefuses(t *testing.T, s *shop.Shop, _ *clock) {
	_, err := s.ReportWeather(t.Context(), observed("atlantis", "rain", 0), always)
	if err != shop.ErrNotFound {
		t.Errorf("got error %v, want ErrNotFound", err)
	}
	_, err = s.ReportWeather(t.Context(), observed("seoul", "frogs", 61), always)
	want := shop.Invalid{
		{Field: "sky", Detail: "must be one of clear, cloudy, rain, snow, fog"},
		{Field: "celsius", Detail: "must be between -60 and 60"},
	}
	if diff := cmp.Diff(error(want), err); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

// Of reports that may only take the place of what all of them have read, one is stored.
func testReportWeatherAtOnce(t *testing.T, s *shop.Shop, _ *clock) {
	late := errors.New("too late")
	for round := range 4 {
		read, err := s.Weather(t.Context(), "seoul")
		if err != nil {
			t.Fatal(err)
		}
		var stored atomic.Int32
		var asked, done sync.WaitGroup
		asked.Add(4)
		for i := range 4 {
			wait := sync.OnceFunc(func() { asked.Done(); asked.Wait() })
			done.Go(func() {
				_, err := s.ReportWeather(t.Context(), observed("seoul", "rain", float64(10*round+i)), func(now shop.Weather) error {
					if !cmp.Equal(now, read) {
						return late
					}
					wait() // until all have read it
					return nil
				})
				if err == nil {
					stored.Add(1)
				} else if err != late {
					t.Error(err)
				}
			})
		}
		done.Wait()
		if got := stored.Load(); got != 1 {
			t.Errorf("got %d reports stored, want 1", got)
		}
	}
}

// compare checks a result and that there is no error.
func compare(t *testing.T, want, got any, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("got error %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
