package shop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Weather is today's weather of a city.
type Weather struct {
	City string `json:"city"`
	Name string `json:"name"`
	// Celsius is the temperature: the one reported today, or the mean of the
	// month (1991–2020) for as long as nobody has reported.
	Celsius float64 `json:"celsius"`
	// Sky, Reporter and Reported are empty unless someone has reported today.
	Sky      string     `json:"sky,omitempty"`
	Reporter string     `json:"reporter,omitempty"`
	Reported *time.Time `json:"reported,omitempty"`
}

// Report is what someone sees of the weather.
type Report struct {
	// Sky is one of Skies.
	Sky string `json:"sky"`
	// Celsius lies between -60 and 60.
	Celsius float64 `json:"celsius"`
}

// Skies returns what a report may say of the sky.
func Skies() []string { return []string{"clear", "cloudy", "rain", "snow", "fog"} }

// climate is what is known of a city beforehand.
type climate struct {
	Name string
	// Means are the mean temperatures of the months from January on.
	Means []float64
}

// Observation is who reports what of which city.
type Observation struct {
	City, Reporter string
	Report
}

// report is a Report as it is stored.
type report struct {
	Report
	Reporter string
	Reported time.Time
}

var climates = dataset{key: "shop:{weather}", file: "weather.csv", entry: func(line []string) (string, any, error) {
	means, err := numbers(line[2:])
	return line[0], climate{Name: line[1], Means: means}, err
}}

// reports is the key of the latest report of each city.
const reports = "shop:{weather}:reports"

var reportScript = script("report")

// The cities are all in Korea, which keeps one offset all year; a zone by name
// would need a database of zones, which Lambda's provided runtimes do not promise.
var korea = time.FixedZone("KST", 9*60*60)

// Cities returns today's weather of every city, by city.
func (s *Shop) Cities(ctx context.Context) ([]Weather, error) {
	entries, err := climates.load(ctx, s.redis)
	if err != nil {
		return nil, err
	}
	reported, err := s.redis.HGetAll(ctx, reports).Result()
	if err != nil {
		return nil, fault("reading weather reports", err)
	}
	cities := make([]Weather, 0, len(entries))
	for city, entry := range entries {
		weather, err := s.weather(city, entry, reported[city])
		if err != nil {
			return nil, err
		}
		cities = append(cities, weather)
	}
	slices.SortFunc(cities, func(a, b Weather) int { return strings.Compare(a.City, b.City) })
	return cities, nil
}

// Weather returns today's weather of the city, or ErrNotFound.
func (s *Shop) Weather(ctx context.Context, city string) (Weather, error) {
	entry, reported, err := s.observed(ctx, city)
	if err != nil {
		return Weather{}, err
	}
	return s.weather(city, entry, reported)
}

// ReportWeather makes o the weather of its city until the next report, or until
// the day ends in Korea. It returns ErrNotFound for an unknown city, and Invalid.
//
// It asks allow first whether the weather that o is to take the place of may be
// replaced, and returns its error if not. If another report comes between, allow is asked again, about that one.
func (s *Shop) ReportWeather(ctx context.Context, o Observation, allow func(Weather) error) (Weather, error) {
	if err := o.check(); err != nil {
		return Weather{}, err
	}
	text, err := json.Marshal(report{Report: o.Report, Reporter: o.Reporter, Reported: s.moment()})
	if err != nil {
		return Weather{}, fmt.Errorf("encoding weather report: %w", err)
	}
	for {
		entry, reported, err := s.observed(ctx, o.City)
		if err != nil {
			return Weather{}, err
		}
		current, err := s.weather(o.City, entry, reported)
		if err == nil {
			err = allow(current)
		}
		if err != nil {
			return Weather{}, err
		}
		stored, err := reportScript.Run(ctx, s.redis, []string{reports}, o.City, reported, text).Bool()
		switch {
		case err != nil:
			return Weather{}, fault("storing weather report", err)
		case stored:
			return s.weather(o.City, entry, string(text))
		}
	}
}

// observed returns what is stored of a city: its climate, and the latest report or "".
func (s *Shop) observed(ctx context.Context, city string) (entry, reported string, err error) {
	if entry, err = climates.get(ctx, s.redis, city); err != nil {
		return "", "", err
	}
	reported, err = s.redis.HGet(ctx, reports, city).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", "", fault("reading weather report", err)
	}
	return entry, reported, nil
}

func (r Report) check() error {
	var faults Invalid
	if !slices.Contains(Skies(), r.Sky) {
		faults = append(faults, Fault{"sky", "must be one of " + strings.Join(Skies(), ", ")})
	}
	if r.Celsius < -60 || r.Celsius > 60 {
		faults = append(faults, Fault{"celsius", "must be between -60 and 60"})
	}
	return faults.err()
}

// weather puts together what is stored of a city. A report of another day than today does not count.
func (s *Shop) weather(city, stored, reported string) (Weather, error) {
	var c climate
	if err := json.Unmarshal([]byte(stored), &c); err != nil {
		return Weather{}, fmt.Errorf("decoding climate of %q: %w", city, err)
	}
	today := s.now().In(korea)
	weather := Weather{City: city, Name: c.Name, Celsius: c.Means[today.Month()-1]}
	if reported == "" {
		return weather, nil
	}
	var r report
	if err := json.Unmarshal([]byte(reported), &r); err != nil {
		return Weather{}, fmt.Errorf("decoding weather report of %q: %w", city, err)
	}
	if day := r.Reported.In(korea); day.YearDay() != today.YearDay() || day.Year() != today.Year() {
		return weather, nil
	}
	weather.Celsius, weather.Sky, weather.Reporter, weather.Reported = r.Celsius, r.Sky, r.Reporter, &r.Reported
	return weather, nil
}
