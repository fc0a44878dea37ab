package report

import (
	"fmt"
	"math"
	"strings"
)

// Sentences say what is notable in a week and what is noise, the most important first. They are plain text.
func (r *Report) Sentences(lang string) []string {
	l := language(lang)
	if len(r.Weeks) == 0 {
		return nil
	}
	out := []string{r.headline(l)}
	known, calm := 0, 0
	for n := range numbers {
		switch r.Verdict(n) {
		case Above, Below:
			known++
			if n != Active {
				out = append(out, r.notable(l, n))
			}
		case Within:
			known++
			calm++
		}
	}
	if known > 0 && calm > 0 {
		out = append(out, r.calm(l, calm, known))
	}
	return append(out, r.causes(l)...)
}

// headline is about active members.
func (r *Report) headline(l language) string {
	now := r.This().Values[Active]
	text := l.pick(
		fmt.Sprintf("%s %s active", whole(now), pick(now == 1, "member was", "members were")),
		fmt.Sprintf("%s 名成员活跃", whole(now)))
	if now == 0 {
		text = l.pick("Nobody was active", "没有成员活跃")
	}
	before, ok := r.Before(1)
	if !ok {
		return text + l.pick(". It is the community's first week, so there is nothing to compare it with.", "。这是社区的第一周，尚无可比较的数据。")
	}
	was := before.Values[Active]
	switch d := now - was; {
	case d == 0:
		text += l.pick(", as many as the week before.", "，与上一周相同。")
	case was == 0:
		text += l.pick(", after a week in which nobody was.", "，而上一周没有人活跃。")
	default:
		more, zh := pick(d > 0, "more", "fewer"), pick(d > 0, "多", "少")
		text += l.pick(
			fmt.Sprintf(": %s %s than the %s of the week before (%s).", whole(math.Abs(d)), more, whole(was), signed(l.percent(math.Abs(d)/was, 0), d)),
			fmt.Sprintf("，比上一周的 %s 名%s %s 名（%s）。", whole(was), zh, whole(math.Abs(d)), signed(l.percent(math.Abs(d)/was, 0), d)))
	}
	return text + l.pick(" ", "") + r.judged(l)
}

// judged says whether the number of active members means anything.
func (r *Report) judged(l language) string {
	u := r.Usual(Active)
	within := r.Verdict(Active) == Within
	low, high := whole(u.Low), whole(u.High)
	switch {
	case r.Verdict(Active) == Unknown:
	case u.Trend != 0:
		return l.pick(
			fmt.Sprintf("The last %d whole weeks show a trend, about %s a week, and by it %s to %s would be usual: this week %s.", u.Weeks, perWeek(u.Trend), low, high,
				pick(within, "goes on along it", "departs from it, which is notable")),
			fmt.Sprintf("此前 %d 个完整周呈现趋势：每周约 %s 名，照此通常为 %s 到 %s，本周%s。", u.Weeks, perWeek(u.Trend), low, high, pick(within, "延续了这一趋势", "偏离了这一趋势，值得注意"))) + pick(within, "", r.record(l, Active))
	case within:
		return l.pick(
			fmt.Sprintf("That is noise as far as one week can tell: by the last %d whole weeks anything from %s to %s is usual.", u.Weeks, low, high),
			fmt.Sprintf("仅凭一周，这属于正常波动：按此前 %d 个完整周，%s 到 %s 都属通常。", u.Weeks, low, high))
	default:
		return l.pick(
			fmt.Sprintf("That is notable: by the last %d whole weeks, %s to %s would be usual.", u.Weeks, low, high),
			fmt.Sprintf("这值得注意：按此前 %d 个完整周，通常为 %s 到 %s。", u.Weeks, low, high)) + r.record(l, Active)
	}
	if !r.Over() {
		return ""
	}
	return l.pick(
		fmt.Sprintf("Whether that is much cannot be said yet: it takes %d whole weeks before this one, and there %s.", fewestWeeks, pick(u.Weeks == 1, "is 1", "are "+fmt.Sprint(u.Weeks))),
		fmt.Sprintf("变化大不大尚无法判断：需要此前至少 %d 个完整周，现有 %d 个。", fewestWeeks, u.Weeks))
}

// notable is about one number that is out of its range.
func (r *Report) notable(l language, n Number) string {
	u, v, a := r.Usual(n), r.This().Values[n], abouts[n]
	above := r.Verdict(n) == Above
	return l.pick(
		fmt.Sprintf("%s (%s): %s, %s than the usual %s.", a.name.EN, a.note.EN, l.value(n, v), pick(above, "more", "less"), l.usual(n, u)),
		fmt.Sprintf("%s（%s）：%s，%s于通常的 %s。", a.name.ZH, a.note.ZH, l.value(n, v), pick(above, "高", "低"), l.usual(n, u))) + r.record(l, n)
}

func (r *Report) record(l language, n Number) string {
	sign, weeks := r.extreme(n)
	if sign == 0 {
		return ""
	}
	return l.pick(fmt.Sprintf(" It is the %s of these %d weeks.", pick(sign > 0, "highest", "lowest"), weeks),
		fmt.Sprintf("这是 %d 周以来最%s的。", weeks, pick(sign > 0, "高", "低")))
}

func (r *Report) calm(l language, calm, known int) string {
	if calm == known {
		return l.pick(fmt.Sprintf("All %d numbers that can be judged lie where the weeks before let one expect them: this week alone shows no change in them.", known),
			fmt.Sprintf("可以判断的 %d 个数字都在此前各周预示的范围内：仅凭本周看不出变化。", known))
	}
	return l.pick(fmt.Sprintf("The other %s: what went up or down there is noise as far as one week can tell.", pick(calm == 1, "number lies where the weeks before let one expect it", fmt.Sprintf("%d numbers lie where the weeks before let one expect them", calm))),
		fmt.Sprintf("其余 %d 个数字都在此前各周预示的范围内：仅凭一周，其涨落属于正常波动。", calm))
}

// causes are the holidays and outages that alerts name.
func (r *Report) causes(l language) (out []string) {
	said := map[string]bool{}
	for _, a := range r.Alerts {
		if t, ok := words[a.Cause]; ok && a.Cause != "" && !said[a.Cause+a.CauseName] {
			said[a.Cause+a.CauseName] = true
			out = append(out, strings.ReplaceAll(t.In(string(l)), "%s", a.CauseName))
		}
	}
	return out
}

// perWeek writes a trend.
func perWeek(v float64) string { return signed(rough(math.Abs(v)), v) }

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}
