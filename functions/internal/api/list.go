package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"maru/functions/internal/shop"
)

// How many entries a page of a list has, and how many a client may ask for.
const (
	usualLimit = 50
	mostLimit  = 100
)

// page reads which page of a list the query asks for: the parameters after, from
// the page before's next, and limit. It returns errQuery for a limit out of range.
func page(query url.Values) (shop.Page, error) {
	p := shop.Page{After: query.Get("after"), Limit: usualLimit}
	if text := query.Get("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 || limit > mostLimit {
			return p, fmt.Errorf("%w: limit must be 1 to %d", errQuery, mostLimit)
		}
		p.Limit = limit
	}
	return p, nil
}

// numberedPage is page for a list whose IDs are numbers.
func numberedPage(query url.Values) (shop.Page, error) {
	p, err := page(query)
	if err != nil || p.After == "" {
		return p, err
	}
	if _, err := strconv.ParseUint(p.After, 10, 48); err != nil {
		return p, fmt.Errorf("%w: after must be the ID of an entry", errQuery)
	}
	return p, nil
}

// next returns the path of the page after the one that ends with last: the
// request's own with another after. It is empty if there is no more.
func next(r *http.Request, last string, more bool) string {
	if !more {
		return ""
	}
	query := r.URL.Query()
	query.Set("after", last)
	return r.URL.Path + "?" + query.Encode()
}
