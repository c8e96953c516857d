package shop_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/shop"
)

// A report holds until the day ends in Korea; before and after, the month's mean stands in.
func testWeather(t *testing.T, s *shop.Shop, c *clock) {
	ctx := t.Context()
	usual := shop.Weather{City: "seoul", Name: "서울", Celsius: 25.3}
	rain := usual
	rain.Celsius, rain.Sky, rain.Reporter, rain.Reported = 19, "rain", "kim", &noon
	got, err := s.Weather(ctx, "seoul")
	compare(t, usual, got, err)
	got, err = s.ReportWeather(ctx, "kim", "seoul", shop.Report{Sky: "rain", Celsius: 19})
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
	_, err := s.ReportWeather(t.Context(), "kim", "atlantis", shop.Report{Sky: "rain"})
	if err != shop.ErrNotFound {
		t.Errorf("got error %v, want ErrNotFound", err)
	}
	_, err = s.ReportWeather(t.Context(), "kim", "seoul", shop.Report{Sky: "frogs", Celsius: 61})
	want := shop.Invalid{
		{Field: "sky", Detail: "must be one of clear, cloudy, rain, snow, fog"},
		{Field: "celsius", Detail: "must be between -60 and 60"},
	}
	if diff := cmp.Diff(error(want), err); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
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
