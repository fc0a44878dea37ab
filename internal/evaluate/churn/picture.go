package churn

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"
)

//go:embed picture.html
var page string

// Picture is a report as people look at it.
type Picture struct {
	Community string `json:"community"`
	Report
}

var pictures = template.Must(template.New("page").Funcs(template.FuncMap{
	"share":  func(n Number) string { return percent(float64(n)) },
	"pct":    percent,
	"num":    func(n Number) string { return decimals(float64(n)) },
	"x":      func(left, v float64) string { return fmt.Sprintf("%.1f", left+v*side) },
	"y":      func(v float64) string { return fmt.Sprintf("%.1f", top+(1-v)*side) },
	"ticks":  func() []float64 { return []float64{0, 0.25, 0.5, 0.75, 1} },
	"class":  func(i int) string { return classes[i] },
	"legend": func(i int) int { return 300 + 20*i },
	"path":   path,
	"dots":   dots,
	"tenth":  func(i int) string { return fmt.Sprintf("%d–%d %%", i*100/bins, (i+1)*100/bins) },
}).Parse(page))

// The two square panels of the picture, in its own units.
const (
	side  = 320.0
	top   = 56.0
	left  = 52.0
	right = 480.0
)

var classes = [contenders]string{"product", "recency", "frequency", "bgnbd"}

func percent(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", v*100)
}

func decimals(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.3f", v)
}

// path is a ROC curve as an SVG path.
func path(points []Point) string {
	var b strings.Builder
	for i, p := range points {
		command := 'L'
		if i == 0 {
			command = 'M'
		}
		fmt.Fprintf(&b, "%c%.1f %.1f", command, right+p.Others*side, top+(1-p.Silent)*side)
	}
	return b.String()
}

// dot is a bin of the calibration table: its area is its share of the members.
type dot struct {
	X, Y, R string
	Bin     Bin
}

func dots(table [bins]Bin) (out []dot) {
	all := 0
	for _, b := range table {
		all += b.Members
	}
	for _, b := range table {
		if b.Members == 0 {
			continue
		}
		r := 3 + 22*math.Sqrt(float64(b.Members)/float64(all))
		out = append(out, dot{fmt.Sprintf("%.1f", left+b.Expected*side), fmt.Sprintf("%.1f", top+(1-b.Observed)*side), fmt.Sprintf("%.1f", r), b})
	}
	return out
}

// HTML writes a page that needs nothing else.
func (p Picture) HTML(w io.Writer) error { return pictures.ExecuteTemplate(w, "page", p) }

// SVG writes the picture alone.
func (p Picture) SVG(w io.Writer) error { return pictures.ExecuteTemplate(w, "svg", p) }
