package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// elements reads an XML document to its end and counts its elements by name.
func elements(t *testing.T, document []byte) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for decoder := xml.NewDecoder(bytes.NewReader(document)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return counts
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, document)
		}
		if start, ok := token.(xml.StartElement); ok {
			counts[start.Name.Local]++
		}
	}
}

func TestChart(t *testing.T) {
	drawn := chart(newResult(1.6))
	golden(t, "chart.svg", drawn)
	got := elements(t, drawn)
	if want := 3 + 2*3; got["rect"] != want {
		t.Errorf("got %d rectangles, want %d: a legend of three and a bar of each at both loads", got["rect"], want)
	}
	for _, foreign := range []string{"script", "image", "use", "link"} {
		if got[foreign] > 0 {
			t.Errorf("got element %s, want a document that stands alone", foreign)
		}
	}
}

// The name of a peer comes from the command line.
func TestChartEscapesNames(t *testing.T) {
	r := newResult(1.6)
	name := `a<b&"c"`
	r.Subjects = append(r.Subjects[:4:4], name)
	r.Samples = append(r.Samples, sample{Subject: name, Round: 1, Connections: 16, Requests: 5, Elapsed: time.Second})
	drawn := chart(r)
	elements(t, drawn)
	if !strings.Contains(string(drawn), "a&lt;b&amp;") {
		t.Errorf("got %s, want the name in it, escaped", drawn)
	}
}

func TestChartScale(t *testing.T) {
	for _, tt := range []struct {
		requests int
		want     float64
	}{{0, 5}, {4, 5}, {11, 12.5}, {99, 100}, {101, 125}, {9_000, 10_000}, {14_400, 15_000}, {54_000, 75_000}} {
		r := &result{Samples: []sample{{Requests: tt.requests, Elapsed: time.Second}}}
		if got := r.scale(); got < float64(tt.requests) || got != tt.want {
			t.Errorf("most %d: got a scale to %v, want %v", tt.requests, got, tt.want)
		}
	}
}
