package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// language is how numbers and days are written.
type language string

func (l language) zh() bool { return l == "zh" }

func (l language) word(key string, args ...any) (string, error) {
	t, ok := words[key]
	if !ok {
		return "", fmt.Errorf("there is no text %q", key)
	}
	if len(args) == 0 {
		return t.In(string(l)), nil
	}
	return fmt.Sprintf(t.In(string(l)), args...), nil
}

// pick is word for texts that are known to be there.
func (l language) pick(en, zh string) string { return Text{en, zh}.In(string(l)) }

// whole writes a count as 48,231, and what is not known as a dash.
func whole(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	digits := strconv.FormatFloat(math.Abs(v), 'f', 0, 64)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	if v <= -0.5 {
		return "−" + b.String()
	}
	return b.String()
}

// rough writes a mean: with one decimal where that is much.
func rough(v float64) string {
	if math.IsNaN(v) || math.Abs(v) >= 20 || v == math.Trunc(v) {
		return whole(v)
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

func (l language) percent(v float64, decimals int) string {
	if math.IsNaN(v) {
		return "–"
	}
	return strconv.FormatFloat(100*v, 'f', decimals, 64) + l.pick(" %", "%")
}

// value writes a number of a week by its unit.
func (l language) value(n Number, v float64) string {
	if abouts[n].unit == share {
		return l.percent(v, 1)
	}
	return whole(v)
}

func (l language) meanValue(n Number, v float64) string {
	if abouts[n].unit == share {
		return l.percent(v, 1)
	}
	return rough(v)
}

// change writes what became of a number, as +12 (+8 %).
func (l language) change(n Number, now, before float64) string {
	d := now - before
	switch {
	case math.IsNaN(d):
		return "–"
	case abouts[n].unit == share:
		return signed(strconv.FormatFloat(math.Abs(100*d), 'f', 1, 64), d) + l.pick(" points", " 个百分点")
	case d == 0:
		return l.pick("the same", "不变")
	case before == 0:
		return signed(whole(math.Abs(d)), d)
	}
	return signed(whole(math.Abs(d)), d) + l.pick(" (", "（") + signed(l.percent(math.Abs(d)/before, 0), d) + l.pick(")", "）")
}

func signed(text string, v float64) string {
	switch {
	case !strings.ContainsAny(text, "123456789"):
		return text
	case v < 0:
		return "−" + text
	}
	return "+" + text
}

func (l language) usual(n Number, u Usual) string {
	if u.Weeks < fewestWeeks {
		return "–"
	}
	if abouts[n].unit == share {
		return strconv.FormatFloat(100*u.Low, 'f', 1, 64) + "–" + l.percent(u.High, 1)
	}
	return whole(u.Low) + "–" + whole(u.High)
}

var weekdays = [7]Text{{"Mon", "周一"}, {"Tue", "周二"}, {"Wed", "周三"}, {"Thu", "周四"}, {"Fri", "周五"}, {"Sat", "周六"}, {"Sun", "周日"}}

// day writes a date of the week or near it, as Tue 17 Nov.
func (l language) day(t time.Time) string {
	if l.zh() {
		return fmt.Sprintf("%d月%d日（%s）", t.Month(), t.Day(), weekdays[(t.Weekday()+6)%7].ZH)
	}
	return t.Format("Mon 2 Jan")
}

func (l language) moment(t time.Time) string {
	if l.zh() {
		return fmt.Sprintf("%d年%d月%d日 %s", t.Year(), t.Month(), t.Day(), t.Format("15:04"))
	}
	return t.Format("2 January 2006, 15:04")
}

// days writes a week's days, as 16–22 November 2026.
func (l language) days(w Week) string {
	from, to := w.Monday(), w.Sunday()
	if l.zh() {
		end := fmt.Sprintf("%d日", to.Day())
		if from.Month() != to.Month() {
			end = fmt.Sprintf("%d月%s", to.Month(), end)
		}
		if from.Year() != to.Year() {
			end = fmt.Sprintf("%d年%s", to.Year(), end)
		}
		return fmt.Sprintf("%d年%d月%d日至%s", from.Year(), from.Month(), from.Day(), end)
	}
	switch {
	case from.Year() != to.Year():
		return from.Format("2 January 2006 – ") + to.Format("2 January 2006")
	case from.Month() != to.Month():
		return from.Format("2 January – ") + to.Format("2 January 2006")
	}
	return from.Format("2–") + to.Format("2 January 2006")
}

// span writes a duration of hours or minutes.
func (l language) span(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		n := int(d / time.Hour)
		return l.pick(plural(n, "hour"), fmt.Sprintf("%d 小时", n))
	}
	n := int(d.Round(time.Minute) / time.Minute)
	return l.pick(plural(n, "minute"), fmt.Sprintf("%d 分钟", n))
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// say is word where the key is known to be there.
func (l language) say(key string, args ...any) string {
	text, _ := l.word(key, args...)
	return text
}
