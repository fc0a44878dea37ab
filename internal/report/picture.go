package report

import (
	"fmt"
	"math"
	"strconv"
)

// width of every picture, in its own units. On a phone a unit is about a pixel, so its text stays readable.
const width = 360

// picture is what the template draws as SVG, in this order.
type picture struct {
	Height int
	Alt    string
	Grid   []line
	Rects  []rect
	Lines  []line
	Texts  []text
	Legend []entry // drawn as HTML below
	Note   string
}

type rect struct{ X, Y, W, H, Class, Title string }
type line struct{ X1, Y1, X2, Y2, Class string }
type text struct{ X, Y, Class, Text string }
type entry struct{ Class, Text string }

func unitsOf(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	if s[len(s)-2:] == ".0" {
		return s[:len(s)-2]
	}
	return s
}

func (p *picture) rect(x, y, w, h float64, class, title string) {
	if math.IsNaN(y + h) { // what is not known is not drawn
		return
	}
	p.Rects = append(p.Rects, rect{unitsOf(x), unitsOf(y), unitsOf(math.Max(w, 0)), unitsOf(math.Max(h, 0)), class, title})
}

func (p *picture) grid(y float64, class string) {
	p.Grid = append(p.Grid, line{unitsOf(plotLeft), unitsOf(y), unitsOf(plotRight), unitsOf(y), class})
}

func (p *picture) line(x1, y1, x2, y2 float64, class string) {
	p.Lines = append(p.Lines, line{unitsOf(x1), unitsOf(y1), unitsOf(x2), unitsOf(y2), class})
}

func (p *picture) text(x, y float64, class, t string) {
	p.Texts = append(p.Texts, text{unitsOf(x), unitsOf(y), class, t})
}

// axis maps values to heights between top and bottom.
type axis struct {
	low, high, top, bottom float64
}

func (a axis) y(v float64) float64 {
	return a.bottom - (v-a.low)/(a.high-a.low)*(a.bottom-a.top)
}

// The plot of a picture with bars.
const (
	plotLeft   = 38.0
	plotRight  = width - 4.0
	plotTop    = 10.0
	plotBottom = 150.0
)

// bars begins a picture with an axis whose steps are round, from low (0 or less) to high.
func bars(alt string, low, high float64) (*picture, axis) {
	p := &picture{Height: 172, Alt: alt}
	step := round((high - low) / 4)
	a := axis{low: math.Floor(low/step) * step, high: math.Max(math.Ceil(high/step)*step, step), top: plotTop, bottom: plotBottom}
	for v := a.low; v <= a.high+step/2; v += step {
		class := "grid"
		if math.Abs(v) < step/2 {
			class = "zero"
		}
		p.grid(a.y(v), class)
		p.text(plotLeft-5, a.y(v)+4, "end", short(math.Abs(v))) // what is below zero counts members too
	}
	return p, a
}

// round is the least of 1, 2, 5, 10, 20, … that is not below v.
func round(v float64) float64 {
	if v <= 1 {
		return 1
	}
	ten := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if m*ten >= v {
			return m * ten
		}
	}
	return 10 * ten
}

// short writes a value of an axis.
func short(v float64) string {
	switch {
	case v >= 1e6:
		return strconv.FormatFloat(v/1e6, 'f', -1, 64) + "M"
	case v >= 1e4:
		return strconv.FormatFloat(v/1e3, 'f', -1, 64) + "k"
	}
	return whole(v)
}

// weekly draws active members of each week, and what is usual for the newest.
func (r *Report) weekly(l language) *picture {
	if len(r.Weeks) < 2 {
		return nil
	}
	u, most := r.Usual(Active), 0.0
	for _, w := range r.Weeks {
		most = math.Max(most, w.Values[Active])
	}
	banded := u.Weeks >= fewestWeeks
	if banded {
		most = math.Max(most, u.High)
	}
	before, _ := r.Before(1)
	p, a := bars(l.say("weekly alt", len(r.Weeks), whole(r.This().Values[Active]), whole(before.Values[Active])), 0, most)
	if banded {
		p.rect(plotLeft, a.y(u.High), plotRight-plotLeft, a.y(u.Low)-a.y(u.High), "band", "")
		p.Legend = append(p.Legend, entry{"band", l.say("band") + l.pick(": ", "：") + l.usual(Active, u)})
	}
	r.eachWeek(p, func(i int, x, w float64) {
		v := r.Weeks[i].Values[Active]
		class := "muted"
		if i == len(r.Weeks)-1 {
			class = pick(r.Over(), "accent", "accent pale")
		}
		p.rect(x, a.y(v), w, a.y(0)-a.y(v), class, r.Weeks[i].Week.String()+l.pick(": ", "：")+whole(v))
	})
	return p
}

// eachWeek calls draw with the place of each week's bar, and writes Mondays below some.
func (r *Report) eachWeek(p *picture, draw func(i int, x, w float64)) {
	slot := (plotRight - plotLeft) / float64(max(len(r.Weeks), 5))
	every := 1 + (len(r.Weeks)-1)/5
	for i := range r.Weeks {
		x := plotLeft + float64(i)*slot
		draw(i, x+slot*0.14, slot*0.72)
		if (len(r.Weeks)-1-i)%every == 0 {
			p.text(x+slot/2, plotBottom+16, "middle", fmt.Sprintf("W%02d", r.Weeks[i].Week.Number))
		}
	}
}

// life draws who came, and below zero who did not come again.
func (r *Report) life(l language) *picture {
	if len(r.Weeks) < 2 {
		return nil
	}
	most, least := 0.0, 0.0
	for _, w := range r.Weeks {
		most, least = math.Max(most, w.Values[Active]), math.Min(least, -w.Values[Dormant])
	}
	now := r.This().Values
	p, a := bars(l.say("life alt", len(r.Weeks), whole(now[Returning]), whole(now[Resurrecting]), whole(now[New]), whole(now[Dormant])), least, most)
	above := []struct {
		n     Number
		class string
	}{{Returning, "accent"}, {Resurrecting, "sky"}, {New, "amber"}}
	r.eachWeek(p, func(i int, x, w float64) {
		from, pale := 0.0, ""
		if i == len(r.Weeks)-1 && !r.Over() {
			pale = " pale"
		}
		tell := func(n Number) string {
			return r.Weeks[i].Week.String() + " · " + abouts[n].name.In(string(l)) + l.pick(": ", "：") + whole(r.Weeks[i].Values[n])
		}
		for _, piece := range above {
			v := r.Weeks[i].Values[piece.n]
			p.rect(x, a.y(from+v), w, a.y(from)-a.y(from+v), piece.class+pale, tell(piece.n))
			from += v
		}
		p.rect(x, a.y(0), w, a.y(-r.Weeks[i].Values[Dormant])-a.y(0), "muted"+pale, tell(Dormant))
	})
	for _, piece := range above {
		p.Legend = append(p.Legend, entry{piece.class, abouts[piece.n].name.In(string(l))})
	}
	p.Legend = append(p.Legend, entry{"muted", abouts[Dormant].name.In(string(l)) + l.pick(" (below zero)", "（零线以下）")})
	return p
}
