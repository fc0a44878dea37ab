package report

import (
	"fmt"
	"math"
)

// byDay draws each weekday's actions beside those of the week before.
func (r *Report) byDay(l language) *picture {
	var this, before, most float64
	for _, d := range r.Days {
		for _, v := range []float64{d.This, d.Before, d.Mean} {
			if !math.IsNaN(v) {
				most = math.Max(most, v)
			}
		}
		this, before = this+orZero(d.This), before+orZero(d.Before)
	}
	if most == 0 {
		return nil
	}
	p, a := bars(l.say("day alt", whole(this), whole(before)), 0, most)
	slot := (plotRight - plotLeft) / 7
	for i, d := range r.Days {
		x := plotLeft + float64(i)*slot
		name := weekdays[i].In(string(l))
		p.text(x+slot/2, plotBottom+16, "middle", name)
		bar := func(x, w, v float64, class, what string) {
			if !math.IsNaN(v) {
				p.rect(x, a.y(v), w, a.y(0)-a.y(v), class, name+" · "+what+l.pick(": ", "：")+rough(v))
			}
		}
		bar(x+slot*0.12, slot*0.36, d.Before, "muted", l.say("day before"))
		bar(x+slot*0.52, slot*0.36, d.This, "accent", l.say("day this"))
		if !math.IsNaN(d.Mean) {
			p.line(x+slot*0.06, a.y(d.Mean), x+slot*0.94, a.y(d.Mean), "mean")
		}
	}
	p.Legend = []entry{{"muted", l.say("day before")}, {"accent", l.say("day this")}, {"mean", l.say("day mean")}}
	return p
}

func orZero(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// byHour draws the hours of the week.
func (r *Report) byHour(l language) *picture {
	most, at := 0.0, 0
	for h, v := range r.Hours {
		if v > most {
			most, at = v, h
		}
	}
	if most == 0 {
		return nil
	}
	name := func(h int) string {
		return fmt.Sprintf("%s %02d:00", weekdays[h/24].In(string(l)), h%24)
	}
	p := &picture{Height: 172, Alt: l.say("hour alt", name(at), whole(most)), Note: l.say("hour note")}
	const cell, rowHeight = (plotRight - plotLeft) / 24, 20.0
	for h, v := range r.Hours {
		p.rect(plotLeft+float64(h%24)*cell, plotTop+float64(h/24)*rowHeight, cell-1, rowHeight-1, level(v/most), name(h)+l.pick(": ", "：")+whole(v))
	}
	for i := range 7 {
		p.text(plotLeft-5, plotTop+float64(i)*rowHeight+14, "end", weekdays[i].In(string(l)))
	}
	for h := 0; h < 24; h += 6 {
		p.text(plotLeft+float64(h)*cell, plotBottom+16, "start", fmt.Sprintf("%02d:00", h))
	}
	return p
}

// level is the class of a colour: l0 is nothing, l1 to l8 rise.
func level(share float64) string {
	if share <= 0 {
		return "l0"
	}
	return fmt.Sprintf("l%d", 1+int(math.Min(share*8, 7)))
}

// back draws which newcomers came back.
func (r *Report) back(l language) *picture {
	if len(r.Cohorts) == 0 {
		return nil
	}
	p := &picture{Alt: l.say("cohort alt"), Note: l.say("cohort note")}
	const left, cell, rowHeight = 76.0, (plotRight - 76.0) / Past, 19.0
	p.Height = int(plotTop) + 24 + len(r.Cohorts)*int(rowHeight)
	for n := range Past {
		p.text(left+(float64(n)+0.5)*cell, plotTop+8, "middle", fmt.Sprintf("+%d", n+1))
	}
	for i, c := range r.Cohorts {
		y := plotTop + 16 + float64(i)*rowHeight
		p.text(2, y+14, "start", fmt.Sprintf("W%02d", c.Week.Number))
		p.text(left-6, y+14, "end", whole(c.Size))
		for n, v := range c.Shares {
			p.rect(left+float64(n)*cell, y, cell-1, rowHeight-1, level(v)+" soft", fmt.Sprintf("%s +%d%s%s", c.Week, n+1, l.pick(": ", "："), l.percent(v, 0)))
			p.text(left+(float64(n)+0.5)*cell, y+14, "middle ink", fmt.Sprintf("%.0f", 100*v))
		}
	}
	return p
}
