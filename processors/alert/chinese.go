package alert

import (
	"fmt"
	"strings"
)

func (f facts) inZH() string {
	if !f.d.Within || len(f.d.Segments) == 0 {
		return ""
	}
	return placeZH(f.d.Segments[0].Dimension, f.d.Segments[0].Segment)
}

func placeZH(dimension, name string) string {
	switch name = clean(name); dimension {
	case "channel":
		return "频道 " + name + " "
	case "platform":
		return "平台 " + name + " "
	case "cohort":
		return name + " 加入的成员"
	case "campaign":
		return "活动 " + name + " "
	case "tier":
		return "等级 " + name + " "
	default:
		return dimension + " " + name + " "
	}
}

func (f facts) titleZH() string {
	y, m := count(f.d.Observed), count(f.d.Expected)
	switch f.d.Kind {
	case LeaveSpike:
		return fmt.Sprintf("%s成员集中退出：一小时内 %s 人，平时最多 %s 人", f.inZH(), y, atLeastOne(f.d.Expected))
	case ActivityDrop:
		what := f.inZH() + "活跃骤降"
		switch f.d.Cause {
		case PlatformOutage:
			what = "平台 " + clean(f.d.CauseName) + " 没有任何动静"
		case PublicHoliday:
			what = "节假日（" + clean(f.d.CauseName) + "）活跃偏低"
		}
		return fmt.Sprintf("%s：每小时 %s 名活跃成员，平时至少 %s 名", what, y, m)
	case ActivitySurge:
		return fmt.Sprintf("%s活跃激增：每小时 %s 名活跃成员，平时最多 %s 名", f.inZH(), y, m)
	case AtRiskSpike:
		return fmt.Sprintf("%s流失风险激增：%s内 %s 人进入流失风险，平时约 %s 人", f.inZH(), f.spanZH(), y, m)
	case KolAtRisk:
		return "核心用户正在流失：" + f.leaders("、")
	case ChurnSpike:
		return fmt.Sprintf("%s流失激增：%s内 %s 人流失，平时约 %s 人", f.inZH(), f.spanZH(), y, m)
	}
	return fmt.Sprintf("%s：%s，平时 %s", f.d.Kind, y, m)
}

func (f facts) whatZH() string {
	y, m, in := count(f.d.Observed), count(f.d.Expected), f.inZH()
	at := clockZH(f.d.At, f.l)
	chance := fmt.Sprintf("平常日子出现这种情况的概率%s %s。", [2]string{"约为", "低于"}[least(f.d.Probability)], oneInZH(f.d.Probability))
	hours, mean := "一小时", ""
	if h := f.d.Window / 3_600_000; h > 1 {
		hours, mean = fmt.Sprintf(" %d 小时", h), "平均每小时"
	}
	switch f.d.Kind {
	case LeaveSpike:
		return fmt.Sprintf("截至%s的一小时内，%s有 %s 名成员退出，平时最多 %s 名。%s", at, in, y, atLeastOne(f.d.Expected), chance)
	case ActivityDrop:
		return fmt.Sprintf("截至%s的%s内，%s%s有 %s 名成员活跃；一周中的这个时段平时至少有 %s 名。%s", at, hours, in, mean, y, m, chance)
	case ActivitySurge:
		return fmt.Sprintf("截至%s的%s内，%s%s有 %s 名成员活跃；一周中的这个时段平时最多有 %s 名。%s", at, hours, in, mean, y, m, chance)
	case AtRiskSpike:
		return fmt.Sprintf("截至%s零点的%s，%s有 %s 名成员进入流失风险：他们很可能在 56 天内不再回来。平时%s约有 %s 名。%s", dayZH(f.d.At, f.l), f.spanZH(), ofZH(in), y, f.spanZH(), m, chance)
	case ChurnSpike:
		return fmt.Sprintf("截至%s零点的%s，%s有 %s 名成员被计为流失：他们上次出现大约在此前一个月。平时%s约有 %s 名。%s", dayZH(f.d.At, f.l), f.spanZH(), ofZH(in), y, f.spanZH(), m, chance)
	}
	return fmt.Sprintf("%s，%s：%s，平时 %s。%s", at, f.d.Kind, y, m, chance)
}

func (f facts) spanZH() string {
	if f.weekly() {
		return "一周"
	}
	return "一天"
}

// oneInZH writes a probability as odds, in 万 and 亿, as they are read: nothing stands between a number and 分之一.
func oneInZH(p float64) string {
	switch n := odds(p); {
	case n >= 1e8:
		return fmt.Sprintf("%d 亿分之一", n/1e8)
	case n >= 1e4:
		return fmt.Sprintf("%d 万分之一", n/1e4)
	default:
		return fmt.Sprintf("%d 分之一", n)
	}
}

// ofZH makes a place into "among those of the place".
func ofZH(in string) string {
	if in == "" {
		return ""
	}
	return strings.TrimSpace(in) + "中"
}

func (f facts) sinceZH() string {
	if f.d.Window == 0 || f.weekly() {
		if f.d.At-f.d.Start < 86_400_000 {
			return ""
		}
		return fmt.Sprintf("这一情况从%s开始。", dayZH(f.d.Start, f.l))
	}
	if dayZH(f.d.Start, f.l) == dayZH(f.d.At, f.l) {
		return fmt.Sprintf("大约从 %s 开始。", timeOf(f.d.Start, f.l))
	}
	return fmt.Sprintf("大约从%s开始。", clockZH(f.d.Start, f.l))
}

func (f facts) whereZH() string {
	if len(f.d.Segments) == 0 {
		switch f.d.Kind {
		case ActivityDrop, ActivitySurge:
			return "范围：整个社区，没有特别突出的频道或平台。"
		}
		return ""
	}
	var parts []string
	for _, s := range f.d.Segments {
		parts = append(parts, fmt.Sprintf("%s：现为 %s，平时 %s（占差额的 %s）", strings.TrimSpace(placeZH(s.Dimension, s.Segment)), count(s.Observed), count(s.Expected), percent(s.Share)))
	}
	return "范围：" + strings.Join(parts, "；") + "。"
}

func (f facts) causeZH() string {
	switch f.d.Cause {
	case PlatformOutage:
		return fmt.Sprintf("可能的原因：平台故障。此后平台 %s 没有传来任何数据，并不是成员离开了。", clean(f.d.CauseName))
	case PublicHoliday:
		return fmt.Sprintf("可能的原因：节假日（%s）。", clean(f.d.CauseName))
	}
	return ""
}

func (f facts) adviceZH() string {
	below := ""
	if len(f.x.Members) > 0 {
		below = "请先联系下面的成员。"
	}
	switch f.d.Cause {
	case PlatformOutage:
		return "建议：检查该平台及其与 Rollcall 的连接，并告诉成员眼下可以在哪里交流。"
	case PublicHoliday:
		return "建议：无需处理，除非假期结束后仍未恢复。"
	}
	switch f.d.Kind {
	case LeaveSpike:
		return "建议：看看此前说了什么、改了什么，坦诚回应。" + below
	case ActivityDrop:
		return "建议：检查那里是否还能访问、有什么变化。" + below
	case ActivitySurge:
		return "建议：看看来的是谁。如果是欢迎的新人，请打个招呼；如果是恶意刷屏，请限速并加强管理。"
	case KolAtRisk:
		if len(f.x.Members) > 0 {
			return "建议：亲自联系他们，并为下面的成员牵线，让他们有别人可以交流：他们可能会跟着离开。"
		}
		return "建议：亲自联系他们。"
	case AtRiskSpike, ChurnSpike:
		return "建议：看看这些成员有什么共同点。" + below
	}
	return ""
}

func (f facts) leadersZH() string {
	var parts []string
	for _, s := range f.d.Segments {
		state := map[string]string{"at_risk": "有流失风险", "churned": "已流失", "left": "已退出"}[s.State]
		depend := ""
		if s.Observed > 0 {
			depend = "；有 " + count(s.Observed) + " 名成员一半以上的互动关系都与其相连"
		}
		parts = append(parts, fmt.Sprintf("%s（影响力第 %s 名）%s%s。", clean(s.Segment), count(s.Expected), state, depend))
	}
	return strings.Join(parts, "")
}

func (f facts) whoZH() string {
	if len(f.x.Members) == 0 {
		return ""
	}
	var names []string
	for _, m := range f.x.Members {
		n := clean(m.Member)
		if why := phrase(m.WhyZh); why != "" {
			n += "（" + why + "）"
		}
		names = append(names, n)
	}
	if f.d.Kind == KolAtRisk {
		return "可能跟着离开的成员：" + strings.Join(names, "；") + "。"
	}
	return "优先联系：" + strings.Join(names, "；") + "。"
}
