package api

import (
	"net/http"

	"maru/functions/internal/shop"
)

type weatherList struct {
	Weather []shop.Weather `json:"weather"`
}

// listWeather answers GET /weather: 200 with today's weather of every city.
func (a *API) listWeather(r *http.Request) (response, error) {
	cities, err := a.shop.Cities(r.Context())
	return response{body: weatherList{cities}, cache: revalidate}, err
}

// weather answers GET /weather/{city}: 200 with today's weather, 404 for an unknown city.
func (a *API) weather(r *http.Request) (response, error) {
	weather, err := a.shop.Weather(r.Context(), r.PathValue("city"))
	return response{body: weather, cache: revalidate}, err
}

// reportWeather answers PUT /weather/{city}: 200 with the weather as reported.
// 401 without sign-in, 404 for an unknown city, 412 if If-Match does not hold,
// 422 for a report that nobody can have seen.
func (a *API) reportWeather(r *http.Request) (response, error) {
	user, err := signedIn(r)
	if err != nil {
		return response{}, err
	}
	report, err := decode[shop.Report](r)
	if err != nil {
		return response{}, err
	}
	o := shop.Observation{City: r.PathValue("city"), Reporter: user, Report: report}
	weather, err := a.shop.ReportWeather(r.Context(), o, func(current shop.Weather) error { return precondition(r, current) })
	return response{body: weather}, err
}
