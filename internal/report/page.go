package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/schemas/bidi"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

// page is a report in one language, as the template reads it.
type page struct {
	*Report
	language
	Lang  string
	Style template.CSS
}

// Each language has templates of its own: what a number looks like depends on it.
var pages = map[string]*template.Template{"en": parsed("en"), "zh": parsed("zh")}

func parsed(lang string) *template.Template {
	l := language(lang)
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"t":      l.word,
		"whole":  whole,
		"rough":  rough,
		"day":    l.day,
		"days":   l.days,
		"moment": l.moment,
		"span":   l.span,
		"in":     func(t Text) string { return bidi.Isolate(t.In(lang)) },
		"lines":  func(t Text) []string { return strings.Split(strings.TrimSpace(bidi.Isolate(t.In(lang))), "\n") },
		"known":  func(v float64) bool { return !math.IsNaN(v) },
		"num":    func(n int) float64 { return float64(n) },
		"joined": func(list []Text) string { return bidi.Isolate(joined(l, list)) },
		"isZero": time.Time.IsZero,
		"delta":  func(now, before float64) string { return l.change(Actions, now, before) },
		"comma":  func() string { return l.pick(", ", "、") },
		"pages":  func(names ...string) []string { return names },
	}).Parse(pageText))
}

func joined(l language, list []Text) string {
	var out []string
	for _, t := range list {
		out = append(out, t.In(string(l)))
	}
	return strings.Join(out, l.pick("; ", "；"))
}

// Languages of a report.
var Languages = []string{"en", "zh"}

// HTML writes the report as one page that needs nothing else.
func (r *Report) HTML(w io.Writer, lang string) error {
	t, ok := pages[lang]
	if !ok {
		return fmt.Errorf("there is no language %q: en or zh", lang)
	}
	if err := t.Execute(w, page{r, language(lang), lang, template.CSS(style)}); err != nil {
		return fmt.Errorf("writing the report of %s: %w", r.Community, err)
	}
	return nil
}

// numberRow is a line of the table of all numbers.
type numberRow struct {
	Key, Name, Note, Unit, Page        string
	This, Before, Change               string
	Mean, Usual, Verdict, VerdictClass string
	Raw                                string // the number itself, for programs
}

var keys = [numbers]string{"active", "contributing", "new", "returning", "resurrecting", "dormant", "actions", "stickiness", "at_risk", "became_at_risk", "churned", "left", "absence_factor"}

// Numbers are the rows of the table.
func (p page) Numbers() []numberRow {
	var out []numberRow
	for n := range numbers {
		out = append(out, p.number(n))
	}
	return out
}

func (p page) number(n Number) numberRow {
	v, was := p.This().Values[n], math.NaN()
	if before, ok := p.Before(1); ok {
		was = before.Values[n]
	}
	mean, _ := p.mean(n)
	verdict := p.Report.Verdict(n)
	row := numberRow{Key: keys[n], Name: abouts[n].name.In(p.Lang), Note: abouts[n].note.In(p.Lang), Unit: units[abouts[n].unit].In(p.Lang),
		Page: abouts[n].page, This: p.value(n, v), Before: p.value(n, was), Change: p.change(n, v, was), Mean: p.meanValue(n, mean),
		Usual: p.usual(n, p.Report.Usual(n)), Verdict: p.say("unknown")}
	if !math.IsNaN(v) {
		row.Raw = fmt.Sprint(v)
	}
	switch good := abouts[n].good; {
	case verdict == Within:
		row.Verdict = p.say("noise")
		if trend := p.Report.Usual(n).Trend; trend != 0 && n != Stickiness {
			row.Verdict = p.say("trend", perWeek(trend))
		} else if trend != 0 {
			row.Verdict = p.say("trend", signed(p.percent(math.Abs(trend), 1), trend))
		}
	case verdict != Unknown:
		row.Verdict, row.VerdictClass = p.say("notable"), "odd"
		if good != 0 {
			row.VerdictClass = pick((verdict == Above) == (good > 0), "good", "bad")
		}
	}
	return row
}

// Tiles are the numbers at the top.
func (p page) Tiles() []numberRow {
	var out []numberRow
	for _, n := range []Number{Active, New, Actions, AtRisk} {
		out = append(out, p.number(n))
	}
	return out
}

// Said are the sentences of the section what changed.
func (p page) Said() []string { return p.Sentences(p.Lang) }

// Empty tells whether nobody did anything in the week.
func (p page) Empty() bool { return p.This().Values[Actions] == 0 }

// NoNew tells whether nobody was active for the first time.
func (p page) NoNew() bool { return p.This().Values[New] == 0 }

// Provisional tells whether the community is too young for risks to be more than provisional.
func (p page) Provisional() bool { return p.Now.Sub(p.Begun) < 84*24*time.Hour }

// figure is a picture with its title.
type figure struct {
	Title, Missing string
	Picture        *picture
}

// Figures are the pictures of the section what changed.
func (p page) Figures() []figure {
	l := p.language
	return []figure{
		{l.say("weekly"), l.say("two weeks"), p.weekly(l)},
		{l.say("life"), l.say("two weeks"), p.life(l)},
		{l.say("by day"), l.say("no actions"), p.byDay(l)},
		{l.say("by hour"), l.say("no actions"), p.byHour(l)},
		{l.say("cohorts"), l.say("no cohort"), p.back(l)},
	}
}

// SourcesOf are those of one dimension.
func (p page) SourcesOf(dimension string) (out []Source) {
	for _, s := range p.Sources {
		if s.Dimension == dimension {
			out = append(out, s)
		}
	}
	return out
}
