package alert

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// severity says how much it matters: a holiday is none of anybody's doing, members who go away are lost.
func severity(d *Detection) string {
	switch {
	case d.Cause == PublicHoliday:
		return "info"
	case d.Cause == "" && (d.Kind == LeaveSpike || d.Kind == ActivityDrop && !d.Within && d.Observed*3 <= d.Expected):
		return "critical"
	}
	return "warning"
}

// words writes title and text of an alert in both languages: what happened, since when, where, why, what to do, and whom to
// contact.
func words(x *actionpb.Alert, d *Detection, l *time.Location) {
	f := facts{d: d, x: x, l: l}
	x.TitleEn, x.TitleZh = f.titleEN(), f.titleZH()
	if d.Kind == KolAtRisk {
		x.TextEn = lines(f.leadersEN(), f.adviceEN(), f.whoEN())
		x.TextZh = lines(f.leadersZH(), f.adviceZH(), f.whoZH())
		return
	}
	x.TextEn = lines(f.whatEN(), f.sinceEN(), f.whereEN(), f.causeEN(), f.adviceEN(), f.whoEN())
	x.TextZh = lines(f.whatZH(), f.sinceZH(), f.whereZH(), f.causeZH(), f.adviceZH(), f.whoZH())
}

func lines(list ...string) string {
	kept := list[:0]
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, "\n")
}

// wordsOfEnd says that an alert is over.
func wordsOfEnd(x *actionpb.Alert, l *time.Location) {
	span := time.Duration(x.Resolved-x.IntervalStart) * time.Millisecond
	en, zh := spanOf(span)
	x.TitleEn, x.TitleZh = "Over: "+x.TitleEn, "已恢复："+x.TitleZh
	was, _, _ := strings.Cut(x.TextEn, "\n")
	if x.Kind == KolAtRisk {
		x.TextEn = lines(fmt.Sprintf("They are back, or gone for two weeks, at %s.", clockEN(x.Resolved, l)), "What it was: "+was)
		was, _, _ = strings.Cut(x.TextZh, "\n")
		x.TextZh = lines(fmt.Sprintf("截至%s，他们已经回来，或离开已满两周。", clockZH(x.Resolved, l)), "此前的情况："+was)
		return
	}
	x.TextEn = lines(fmt.Sprintf("Back to what is usual at %s, after %s.", clockEN(x.Resolved, l), en), "What it was: "+was)
	was, _, _ = strings.Cut(x.TextZh, "\n")
	x.TextZh = lines(fmt.Sprintf("%s已恢复正常，历时%s。", clockZH(x.Resolved, l), zh), "此前的情况："+was)
}

// wordsOfReplacement says that an alert is over for another reason than that all is well.
func wordsOfReplacement(x *actionpb.Alert) {
	x.TitleEn, x.TitleZh = "Closed: "+x.TitleEn, "已关闭："+x.TitleZh
	x.TextEn = lines("The community was rebuilt from its archive. What is still unusual is told as a new alert.", x.TextEn)
	x.TextZh = lines("该社区的数据已重新计算。若异常仍在持续，会有新的告警。", x.TextZh)
}

// wordsOfTest says that alerts arrive.
func wordsOfTest(x *actionpb.Alert, by string, l *time.Location) {
	x.TitleEn, x.TitleZh = "This is a test", "这是一条测试告警"
	x.TextEn = fmt.Sprintf("A test alert of %s, sent at %s. Nothing has happened: alerts reach you.", clean(x.Community), clockEN(x.Opened, l))
	x.TextZh = fmt.Sprintf("社区 %s 的测试告警，发送于%s。没有任何异常：告警可以送达。", clean(x.Community), clockZH(x.Opened, l))
	if by = clean(by); by != "" {
		x.TextEn += " Asked for by " + by + "."
		x.TextZh += "发起人：" + by + "。"
	}
}

// weekly reports whether entries are those of a week.
func (f facts) weekly() bool { return f.d.Window > 24*3_600_000 }

// facts are what the words are made of.
type facts struct {
	d *Detection
	x *actionpb.Alert
	l *time.Location
}

// count writes a number as a person says it.
func count(v float64) string {
	if v < 10 && math.Abs(v-math.Round(v)) > 0.05 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(math.Round(v), 'f', 0, 64)
}

func percent(share float64) string { return strconv.Itoa(int(math.Round(share*100))) + " %" }

// surest is the least probability that is told.
const surest = 1e-9

func least(p float64) int {
	if p <= surest {
		return 1
	}
	return 0
}

// odds is the n of one in n, rounded to a figure.
func odds(p float64) int64 {
	n := 1 / max(p, surest)
	unit := math.Pow(10, math.Floor(math.Log10(n)))
	return int64(math.Round(n/unit) * unit)
}

// oneIn writes a probability as odds.
func oneIn(p float64) string {
	s := strconv.FormatInt(odds(p), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// clean makes a name of somebody else's fit to stand in a line.
func clean(s string) string { return cut(s, 60) }

// phrase does the same for a reason.
func phrase(s string) string { return cut(s, 200) }

func cut(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	return strings.TrimSpace(s)
}

func zone(l *time.Location) string { return l.String() }

func clockEN(ms int64, l *time.Location) string {
	return time.UnixMilli(ms).In(l).Format("15:04 on 2 January 2006") + " (" + zone(l) + ")"
}

func clockZH(ms int64, l *time.Location) string {
	return time.UnixMilli(ms).In(l).Format(" 2006 年 1 月 2 日 15:04") + "（" + zone(l) + "）"
}

func timeOf(ms int64, l *time.Location) string { return time.UnixMilli(ms).In(l).Format("15:04") }

func dayEN(ms int64, l *time.Location) string {
	return time.UnixMilli(ms).In(l).Format("2 January 2006")
}

func dayZH(ms int64, l *time.Location) string {
	return time.UnixMilli(ms).In(l).Format(" 2006 年 1 月 2 日")
}

// spanOf writes a duration.
func spanOf(d time.Duration) (en, zh string) {
	unit := func(n int, one string) string {
		if n == 1 {
			return "1 " + one
		}
		return strconv.Itoa(n) + " " + one + "s"
	}
	switch minutes := int(d.Minutes()); {
	case minutes < 120:
		return unit(minutes, "minute"), fmt.Sprintf(" %d 分钟", minutes)
	case minutes < 48*60:
		return unit((minutes+30)/60, "hour"), fmt.Sprintf(" %d 小时", (minutes+30)/60)
	default:
		return unit((minutes+720)/1440, "day"), fmt.Sprintf(" %d 天", (minutes+720)/1440)
	}
}
