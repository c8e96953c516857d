package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"math"
	"slices"
	"strconv"
)

// chartSource draws with the measures below; it knows no numbers of its own but
// those of type and color.
//
//go:embed chart.svg.tmpl
var chartSource string

var chartTemplate = template.Must(template.New("chart").Parse(chartSource))

// The measures of the chart, in its own units.
const (
	chartLeft, chartTop     = 64, 96
	chartWidth, chartHeight = 760, 300
	chartTicks              = 5
)

// chartView is what the chart's template draws.
type chartView struct {
	Title, Subtitle string
	Left, Right     int // of the plot
	Bottom, Width   int
	Height          int // of all
	Legend          []legendView
	Ticks           []tickView
	Groups          []groupView
}

type legendView struct {
	X     int
	Color string
	Name  string
}

type tickView struct {
	Y    float64
	Text string
}

// groupView is what was measured at one number of connections.
type groupView struct {
	Middle     float64
	Text, Bare string
	Bars       []barView
}

// barView is a bar from Top, with a whisker from Least to Most.
type barView struct {
	X, Width, Top, Height, Middle, Least, Most float64
	Color, Ratio, Tip                          string
}

// chartColors are told apart by people who do not see all colors; a subject
// after the last begins anew.
var chartColors = []string{"#9aa5b1", "#e07a3f", "#2a9d8f", "#4c6a92", "#b5539c", "#c9a227"}

// chart draws requests per second by number of connections as an SVG document:
// for each subject a bar with a whisker from the worst round to the best and its
// ratio to the proxy. The bare server has no bar but a note: beside its bars,
// several times as high, nobody could tell the others apart.
func chart(r *result) []byte {
	v := chartView{
		Title:    "Requests per second, by connections",
		Subtitle: "median of " + count(r.Rounds, "round") + " of " + r.Duration.String() + "; ×: of the proxy in the same round; " + r.System + ", " + count(r.CPUs, "CPU"),
		Left:     chartLeft, Right: chartLeft + chartWidth, Bottom: chartTop + chartHeight,
		Width: chartLeft + chartWidth + 24, Height: chartTop + chartHeight + 60,
	}
	drawn := r.drawn()
	for i, name := range drawn {
		v.Legend = append(v.Legend, legendView{X: chartLeft + i*chartWidth/len(drawn), Color: color(i), Name: name})
	}
	top := r.scale()
	for i := range chartTicks + 1 {
		value := top * float64(i) / chartTicks
		v.Ticks = append(v.Ticks, tickView{Y: height(value, top), Text: whole(value)})
	}
	for i := range r.Connections {
		v.Groups = append(v.Groups, r.group(i, top))
	}
	var out bytes.Buffer
	if err := chartTemplate.Execute(&out, v); err != nil {
		panic(err) // the template does not fit chartView
	}
	return out.Bytes()
}

// drawn returns the subjects that have bars.
func (r *result) drawn() []string {
	return slices.DeleteFunc(slices.Clone(r.Subjects), func(s string) bool { return s == bareName })
}

func color(i int) string { return chartColors[i%len(chartColors)] }

// height returns where a value lies on the chart.
func height(value, top float64) float64 {
	return coarse(chartTop + chartHeight*(1-value/top))
}

// coarse leaves what an eye can see, so that the file is small.
func coarse(v float64) float64 { return math.Round(v*10) / 10 }

// scale is the value at the top of the chart: the first round one, of those
// that make five round steps, over all bars and whiskers.
func (r *result) scale() float64 {
	most := float64(chartTicks) // a chart of nothing has a scale too
	for _, s := range r.Samples {
		if s.Subject != bareName {
			most = max(most, s.rate())
		}
	}
	unit := math.Pow(10, math.Floor(math.Log10(most/chartTicks)))
	steps := []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10}
	i := slices.IndexFunc(steps, func(s float64) bool { return s*unit*chartTicks >= most })
	return steps[max(i, 0)] * unit * chartTicks
}

// group draws the bars of the i-th number of connections.
func (r *result) group(i int, top float64) groupView {
	width := float64(chartWidth) / float64(len(r.Connections))
	bar := width * 0.8 / float64(len(r.drawn()))
	n, left := r.Connections[i], chartLeft+width*float64(i)
	g := groupView{Middle: coarse(left + width/2), Text: strconv.Itoa(n)}
	if bare := r.of(bareName, n, sample.rate); bare != (spread{}) {
		g.Bare = "bare: " + whole(bare.median)
	}
	for j, name := range r.drawn() {
		rate := r.of(name, n, sample.rate)
		b := barView{
			X: coarse(left + width*0.1 + bar*float64(j)), Width: coarse(bar * 0.86),
			Top: height(rate.median, top), Least: height(rate.least, top), Most: height(rate.most, top),
			Color: color(j), Tip: name + ": " + spreadText(rate, whole),
		}
		b.Height = coarse(chartTop + chartHeight - b.Top)
		b.Middle = coarse(b.X + b.Width/2)
		if name != proxyName {
			b.Ratio = hundredths(r.ratio(name, n, sample.rate).median) + "×"
		}
		g.Bars = append(g.Bars, b)
	}
	return g
}
